/** An answer of the platform that is not a success; the gate writes it as an ErrorBody with the request's contextId. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further members of the ErrorBody. */
  readonly extra: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { extra?: object; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }

  toBody(contextId: string) {
    const { message, code, status, extra } = this;
    return { message, code, status, contextId, details: [], errors: [], ...extra };
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "bad.request", message);
}

export function notFound(message = "The requested resource was not found."): ApiError {
  return new ApiError(404, "not.found", message);
}

export function forbidden(permission: string): ApiError {
  const permissions = `[${permission}]`;
  const text =
    "Unable to perform the requested action. You must have at least one of the following permissions assigned: ";
  return new ApiError(403, "missing.any.permissions", `${text}${permissions}`, {
    extra: { messageWithParams: `${text}{permissions}`, messageParams: { permissions } },
  });
}

export function tooManyRequests(allowed: number, retryAfterSeconds: number, windowMs: number): ApiError {
  return new ApiError(
    429,
    "too.many.requests",
    `Rate limit exceeded the maximum ${allowed} requests within ${windowMs / 1000} seconds`,
    { headers: { "retry-after": String(retryAfterSeconds) } },
  );
}

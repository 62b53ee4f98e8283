import { z } from "zod";
import { Permanent } from "../errors.ts";

/** Nothing that is put into a URL is longer. */
const maxValueChars = 500;
const placeholder = /\{(\w+)\}/g;
/** Stands for a value that is not there, until what leads to it is taken away too. */
const missing = "\0";

/** Names between braces, in order. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(placeholder)].map(([, name = ""]) => name);
}

/** A URL in the configuration that may hold these placeholders, and none where it says which host. */
export function urlTemplate(allowed: readonly string[]) {
  return z.string().superRefine((template, context) => {
    for (const message of urlMistakes(template, allowed)) {
      context.addIssue({ code: "custom", message, input: template });
    }
  });
}

function* urlMistakes(template: string, allowed: readonly string[]): Generator<string> {
  const authority = /^https?:\/\/([^/?#\\]+)/i.exec(template)?.[1];
  if (authority === undefined || !URL.canParse(template.replace(placeholder, "x"))) {
    return yield "must be an http or https URL";
  }
  if (authority.includes("{")) yield "must not hold a placeholder in its host";
  if (authority.includes("@"))
    yield "must not hold a user or password: put them in auth or headers.authorization";
  for (const [, name = ""] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (!allowed.includes(name))
      yield `knows no {${name}}: there are ${allowed.map((one) => `{${one}}`).join(", ")}`;
  }
}

/**
 * A URL with its placeholders filled, each percent-encoded as one segment. Throws Permanent where a value is missing
 * or would lead elsewhere: empty, `.` or `..`.
 */
export function fillUrl(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(placeholder, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined || /^\.{0,2}$/.test(value) || value.length > maxValueChars) {
      throw new Permanent(
        "url_value",
        `the destination's URL needs {${name}}, which this contact log has not, or not in a form that a URL can hold`,
      );
    }
    return encodeURIComponent(value.toWellFormed());
  });
}

/** One line of text about an item of a list; brackets and separators around what it has not are left out. */
export function fillItem(template: string, item: Readonly<Record<string, unknown>>): string {
  const filled = template.replace(placeholder, (_whole, name: string) => {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    return value === undefined || value === null || value === ""
      ? missing
      : String(value).replaceAll(missing, "");
  });
  return filled
    .replace(/^\0[,;:/–-]?\s*/, "")
    .replace(/\(\0(?:[,;:/–-]?\s*\0)*[,;:/–-]?\s*/g, `(${missing}`)
    .replace(/\s*\(\0\)/g, "")
    .replace(/\s*[,;:/–-]?\s*\0/g, "")
    .trim();
}

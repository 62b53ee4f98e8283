import { Transient } from "./errors.ts";

/** A contact log is a few KB; an endpoint that sends megabytes is broken. */
const maxAnswerBytes = 4 * 2 ** 20;

/** `fetch` that follows no redirect and reads no more than a contact log can need, counted after decompression. */
export async function limitedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "error" });
  if (!response.body) return response;
  let size = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > maxAnswerBytes) {
          controller.error(
            new Transient(
              "model_answer_too_large",
              `model: its answer is larger than ${maxAnswerBytes} bytes`,
            ),
          );
        } else {
          controller.enqueue(chunk);
        }
      },
    }),
  );
  return new Response(counted, response);
}

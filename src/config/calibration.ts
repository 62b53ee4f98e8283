import { z } from "zod";

const share = z.number().min(0).max(1);
/** What `eval --calibrate` writes. */
export const calibrationSchema = z.object({
  points: z
    .array(z.tuple([share, share]))
    .min(1)
    .refine((points) => points.every((one, index) => index === 0 || rises(points[index - 1], one)), {
      error: "must rise",
    }),
});

function rises(before: readonly number[] | undefined, after: readonly number[]): boolean {
  return (before ?? []).every((value, index) => value <= (after[index] ?? 0));
}

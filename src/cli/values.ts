import { InvalidArgumentError } from "commander";

/** Of a flag that may be given several times. */
export function collect(value: string, values: readonly string[]): string[] {
  return [...values, value];
}

/** Of a flag that counts. Throws InvalidArgumentError. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError("must be a whole number from 1 up.");
  return Number(value);
}

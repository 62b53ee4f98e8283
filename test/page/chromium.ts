import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** Debian's; `CHROMIUM` names another. */
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const hasChromium = existsSync(executablePath);

export async function launch(): Promise<Browser> {
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** A page, and all that went wrong on it or was asked of anywhere. */
export interface Watched extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and of the console, where Chromium also writes what the content security policy stopped. */
  readonly errors: string[];
  readonly asked: URL[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Watched> {
  const context = await browser.newContext({ timezoneId: "Europe/Amsterdam", ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  const asked: URL[] = [];
  page.on("pageerror", (error) => errors.push(`${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("request", (request) => asked.push(new URL(request.url())));
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return { page, context, errors, asked, [Symbol.asyncDispose]: () => context.close() };
}

/** The row of a region that names it. */
export const rowOf = (page: Page, region: string, id: string) =>
  page.getByRole("region", { name: region }).getByRole("row", { name: id });

/** Waits until the page says it. */
export async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** It asked this daemon alone, and nothing went wrong on it but what is expected to be refused. */
export function expectQuiet({ errors, asked }: Watched, url: string, expected: readonly RegExp[] = []): void {
  expect(errors.filter((error) => !expected.some((one) => one.test(error)))).toEqual([]);
  const elsewhere = asked.filter(({ origin, protocol }) => origin !== url && protocol !== "data:");
  expect(elsewhere.map(String)).toEqual([]);
}

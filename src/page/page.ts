import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Door } from "../doors/door.ts";

/** Parts of the script, each after what it imports. */
const modules = [
  "dom",
  "figures",
  "stream",
  "balance",
  "latency",
  "signals",
  "contacts",
  "letters",
  "explain",
  "main",
];

const styles = ["colours", "page", "narrow"];

export interface Page {
  readonly html: string;
  /** The content security policy that lets this very page run and nothing else. */
  readonly policy: string;
}

/** The one page: markup, style and script in a piece, nothing loaded from elsewhere. It holds no data. */
export function createPage(): Page {
  const style = styles.map((name) => read(`${name}.css`)).join("");
  const script = modules.map((name) => bound(name, read(`${name}.js`))).join("\n");
  const html = read("page.html")
    .replace("/* style */", () => style)
    .replace("/* script */", () => script);
  return { html, policy: policyOf(style, script) };
}

/** `GET /`. */
export function pageDoor({ html, policy }: Page): Door {
  return (server) => {
    server.get("/", (_request, reply) =>
      reply
        .headers({
          "content-security-policy": policy,
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-store",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
        })
        .send(html),
    );
  };
}

function policyOf(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    // The icon, which stands in the page.
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/**
 * A module of ours as part of one script: a function of its own, whose exports stand under its name for those below.
 * Such a module imports names of the others, and exports functions; types are in comments.
 */
function bound(name: string, module: string): string {
  const body = module
    .replace(/^import (\{[^}]+\}) from "\.\/([\w-]+)\.js";$/gm, "const $1 = $$$2;")
    .replace(/^export /gm, "");
  const exported = [...module.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, one]) => one);
  return `const $${name} = (() => {\n${body}return { ${exported.join(", ")} };\n})();`;
}

function read(name: string): string {
  return readFileSync(new URL(`browser/${name}`, import.meta.url), "utf8");
}

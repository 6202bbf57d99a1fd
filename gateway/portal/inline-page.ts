import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page with the headers of its answer. */
export interface InlinePage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface InlinePageParts {
  /** Below this folder: `page.html`, and the `style.css` that is its own. */
  readonly folder: string;
  /** Goes into the last `<script>` of the page, which is empty. */
  readonly script: string;
  /** Read by the script, from the element `data`. */
  readonly data?: object;
}

/** A page in one document, so that it works without a network: it runs its script and no other, and asks its own origin only. */
export function inlinePage({ folder, script, data }: InlinePageParts): InlinePage {
  const style = `${pageFile('.', 'page-style.css')}\n${pageFile(folder, 'style.css')}`;
  const html = pageFile(folder, 'page.html')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace(EMPTY_DATA, (tag) => `${tag.slice(0, -END.length)}${jsonOf(data)}${END}`)
    .replace(EMPTY_SCRIPT, (tag) => `${tag.slice(0, -END.length)}${script}${END}`);
  return { html, headers: headersOf(script) };
}

const read = new Map<string, string>();

/** A file of a page; it is read once. */
export function pageFile(folder: string, name: string): string {
  const file = join(import.meta.dirname, folder, name);
  let text = read.get(file);
  if (text === undefined) read.set(file, (text = readFileSync(file, 'utf8')));
  return text;
}

const END = '</script>';
const EMPTY_DATA = '<script type="application/json" id="data"></script>';
const EMPTY_SCRIPT = /<script(?: type="module")?><\/script>/;

/** In a script, `</script>` in a text would end it. */
function jsonOf(data: object | undefined): string {
  return JSON.stringify(data ?? null).replaceAll('<', '\\u003c');
}

function headersOf(script: string): InlinePage['headers'] {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
      "style-src 'unsafe-inline'",
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

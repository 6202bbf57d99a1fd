import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PortalExample } from '../config/schema.ts';

/** A page with the headers of its answer. */
export interface PlanPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const folder = join(import.meta.dirname, 'plan-page');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The page that explains operations: everything in one document, so that it works without a network. */
export function renderPlanPage(examples: readonly PortalExample[]): PlanPage {
  const script = read('script.js');
  // In a script, `</script>` in a query would end it.
  const data = JSON.stringify(examples).replaceAll('<', '\\u003c');
  const html = read('page.html')
    .replace('<style></style>', () => `<style>${read('style.css')}</style>`)
    .replace(
      '<script type="application/json" id="examples"></script>',
      () => `<script type="application/json" id="examples">${data}</script>`,
    )
    .replace('<script></script>', () => `<script>${script}</script>`);
  return {
    html,
    headers: {
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
    },
  };
}

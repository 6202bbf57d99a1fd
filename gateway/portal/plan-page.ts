import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PortalExample } from '../config/schema.ts';
import { inlinePageHeaders, type InlinePage } from './inline-page.ts';

const folder = join(import.meta.dirname, 'plan-page');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The page that explains operations: everything in one document, so that it works without a network. */
export function renderPlanPage(examples: readonly PortalExample[]): InlinePage {
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
  return { html, headers: inlinePageHeaders(script) };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlinePageHeaders, type InlinePage } from './inline-page.ts';

const folder = join(import.meta.dirname, 'registry-page');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** In the order of their imports: who is imported comes first. */
const MODULES = [
  'elements.js',
  'session.js',
  'parts.js',
  'schema-text.js',
  'change-dialog.js',
  'subgraphs.js',
  'schema.js',
  'changes.js',
  'history.js',
  'usage.js',
  'register.js',
  'main.js',
];

/**
 * The page of the registry, in one document. Its modules become one, so that the policy for scripts can name the only
 * one that runs: a document without files of its own has nothing to import.
 */
export function renderRegistryPage(): InlinePage {
  const script = MODULES.map((name) => read(name).replaceAll(IMPORT, '').replaceAll(EXPORT, '')).join('\n');
  const html = read('page.html')
    .replace('<style></style>', () => `<style>${read('style.css')}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
  return { html, headers: inlinePageHeaders(script) };
}

const IMPORT = /^import [^;]*;$/gm;
const EXPORT = /^export /gm;

import { inlinePage, type InlinePage, pageFile } from './inline-page.ts';

const FOLDER = 'registry-page';

/** In the order of their imports: who is imported comes first. */
const MODULES = [
  'elements.js',
  'session.js',
  'parts.js',
  'schema-text.js',
  'change-dialog.js',
  'subgraphs.js',
  'variants.js',
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
  const script = MODULES.map((name) =>
    pageFile(FOLDER, name).replaceAll(IMPORT, '').replaceAll(EXPORT, ''),
  ).join('\n');
  return inlinePage({ folder: FOLDER, script });
}

const IMPORT = /^import [^;]*;$/gm;
const EXPORT = /^export /gm;

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../gateway/commands/program.ts';
import { readConnectors } from '../gateway/connectors/read.ts';
import { SLUICE_CONNECTOR_SDL } from '../gateway/connectors/spec.ts';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const namesIn = (folder: string): string[] => readdirSync(join(root, folder));

const DOCS = namesIn('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...DOCS];

interface Block {
  /** What stands behind the backticks: `graphql users` is a part of that subgraph. */
  readonly info: string;
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...read(page).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info, text]) => ({
    info: info!,
    text: text!,
  }));
/** The page without its blocks. */
const proseOf = (page: string): string => read(page).replace(/^```[\s\S]*?^```$/gm, '');
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

/** What a command prints. */
async function outputOf(...args: string[]): Promise<string> {
  let output = '';
  const stream = { write: (text: string) => (output += text) };
  const code = await runCommandLine([...args], {
    env: {},
    stdout: stream,
    stderr: stream,
    stdin: process.stdin,
    loadGateway: () => import('../gateway/gateway.ts'),
  });
  expect(code, output).toBe(0);
  return output;
}

describe.each(PAGES)('%s', (page) => {
  test('links only to pages and headings that exist', () => {
    const broken = [...proseOf(page).matchAll(/\]\(([^)]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(target, page));
    expect(broken).toEqual([]);
  });

  test('names only files that exist', () => {
    const named = codeIn(proseOf(page)).filter((code) => /^[\w./-]+(\.ts|\/)$/.test(code) && code !== '/');
    // What is made while it runs is not there in a clean checkout.
    const kept = named.filter((path) => !path.startsWith('.sluice/'));
    expect(kept.filter((path) => !isInProject(path))).toEqual([]);
  });

  test('names only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test('names only commands that exist', async () => {
    const stdout = await outputOf('--help');
    const known = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, verb]) => verb);
    const code = [...blocksOf(page).map(({ text }) => text), ...codeIn(proseOf(page))].join('\n');
    const named = [...code.matchAll(/(?:^|npx |bin\/|\$ )sluice ([a-z][a-z-]*)/gm)].map(([, verb]) => verb!);
    expect(named.filter((verb) => !known.includes(verb))).toEqual([]);
  });
});

function leadsSomewhere(target: string, page: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  return (
    existsSync(join(root, file)) && (anchor === undefined || anchorsOf(read(file)).includes(`#${anchor}`))
  );
}

/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) =>
      `#${heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-')}`,
  );

const FOLDERS = ['gateway', 'test', 'subgraphs', 'bench', 'protos', 'schema', 'docs'];
const FILES: readonly string[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
);

/** From the root, or from the folder that the text is about. */
function isInProject(path: string): boolean {
  const plain = path.replace(/\/$/, '');
  return existsSync(join(root, plain)) || FILES.some((file) => file.endsWith(`/${plain}`));
}

test('docs/README.md lists every page', () => {
  const index = read('docs/README.md');
  const missing = DOCS.filter((page) => page !== 'docs/README.md').filter(
    (page) => !index.includes(`](${page.slice('docs/'.length)})`),
  );
  expect(missing).toEqual([]);
});

describe('ARCHITECTURE.md', () => {
  const [map] = blocksOf('ARCHITECTURE.md');

  test('has at most 150 lines', () => {
    expect(read('ARCHITECTURE.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  test('maps what is there', () => {
    const [, gateway] = /^gateway\/\n([\s\S]*?)^subgraphs/m.exec(map!.text)!;
    const drawn = [...gateway!.matchAll(/(?<=^ {2}|\s{4,})([a-z-]+(?:\.ts|\/))(?= )/gm)].map(
      ([, name]) => name!,
    );
    expect(drawn.length).toBeGreaterThan(15);
    const inside = drawn.filter((name) => name !== 'inbound/');
    expect(inside.filter((name) => !existsSync(join(root, 'gateway', name)))).toEqual([]);
  });
});

describe('README.md', () => {
  test('shows subgraphs that compose', () => {
    const subgraphs = blocksOf('README.md').filter(({ text }) => text.startsWith('extend schema'));
    const read = subgraphs.map(({ text }, at) => readConnectors({ name: `s${at}`, sdl: text }));
    expect(read.flatMap(({ problems }) => problems)).toEqual([]);
    const sources = read.map(({ model }) => ({ name: model!.subgraph, sdl: model!.sdl }));
    expect(sources).toHaveLength(3);
    expect(composeSupergraph(sources)).toHaveProperty('supergraphSdl');
  });

  test('shows queries that parse', () => {
    const queries = blocksOf('README.md').filter(
      ({ info, text }) => info === 'graphql' && text.startsWith('{'),
    );
    expect(queries.length).toBeGreaterThan(0);
    for (const { text } of queries) expect(() => parse(text)).not.toThrow();
  });

  test('shows what explain says now, shortened', async () => {
    const shown = blocksOf('README.md').find(({ text }) => text.includes('sluice explain '))!;
    const [command, ...lines] = shown.text.trimEnd().split('\n');
    const stdout = await outputOf('explain', /'(.*)'/.exec(command!)![1]!);
    const said = stdout.split('\n');
    expect(lines.filter((line) => line.trim() !== '…' && !said.includes(line))).toEqual([]);
  });
});

describe('docs/explain.md', () => {
  const blocks = blocksOf('docs/explain.md');
  const [command, ...lines] = blocks[0]!.text.trimEnd().split('\n');
  const operation = /'(.*)'/.exec(command!)![1]!;

  test('shows what explain says now', async () => {
    expect(await outputOf('explain', operation, '--validate')).toBe(`${lines.join('\n')}\n`);
  });

  test('shows the diagram of the same operation', async () => {
    const { text } = blocks.find(({ info }) => info === 'mermaid')!;
    expect(await outputOf('explain', operation, '--format', 'mermaid')).toBe(text);
  });
});

describe('docs/connectors.md', () => {
  const page = 'docs/connectors.md';
  const blocks = blocksOf(page).filter(({ info }) => /^(graphql|ts)\b/.test(info));
  const excerpts = blocks.filter(({ info }) => info.includes(' '));
  const schemas = blocks.filter(({ info, text }) => info === 'graphql' && text.startsWith('extend schema'));
  const [sdl, ...others] = blocks.filter((block) => !excerpts.includes(block) && !schemas.includes(block));

  test.each(excerpts)('$info: $text', ({ info, text }) => {
    const [language, subgraph] = info.split(' ');
    const file = language === 'ts' ? 'resolvers.ts' : 'schema.graphql';
    expect(oneLine(read(`subgraphs/${subgraph}/${file}`))).toContain(oneLine(text));
  });

  test.each(schemas)('reads without a problem: $text', ({ text }) => {
    expect(readConnectors({ name: 'example', sdl: text }).problems).toEqual([]);
  });

  test('has the definitions of the directives, to the letter', () => {
    const lines = SLUICE_CONNECTOR_SDL.trim().split('\n');
    expect(sdl!.text.trimEnd()).toBe(lines.map((line) => line.replace(/^ {2}/, '')).join('\n'));
    expect(() => parse(sdl!.text)).not.toThrow();
    expect(others).toEqual([]);
  });

  test('documents every code that reading and checking connectors gives', () => {
    const sources = FILES.filter((file) => /^gateway\/connectors\/(?!mapping\/).*\.ts$/.test(file));
    const code =
      /'((?:MAPPING|CONNECTOR|SELECTION|GRPC|KEY|FIELD|ENTITY|RESOLVER|SCHEMA)_[A-Z_]+|ENTITY_FINDER|N_PLUS_ONE)'/g;
    const used = new Set(
      sources.flatMap((file) => [...read(file).matchAll(code)].map(([, found]) => found!)),
    );
    const table = read(page).split('## What a check says')[1]!.split('\n## ')[0]!;
    const documented = new Set([...table.matchAll(/`([A-Z_]+_[A-Z_]+)`/g)].map(([, found]) => found!));
    expect([...documented].toSorted()).toEqual([...used].toSorted());
  });
});

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { medianOf } from '../measure.ts';
import { machine } from '../report.ts';
import { aligned } from '../table.ts';
import { largeApi } from './large-api.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'gateway/main.ts');
const HOOK = join(ROOT, 'bench/processes/exit-usage-hook.ts');
/** 20,000 fields. */
const SIZE = { types: 1000, fieldsPerType: 20 };
const CASES = [
  { title: 'SDL, 1 operation', operations: 1, schema: 'schema.graphql' },
  { title: 'SDL, 200 operations in as many files', operations: 200, schema: 'schema.graphql' },
  { title: 'SDL, 1,000 operations in as many files', operations: 1000, schema: 'schema.graphql' },
  { title: 'introspection JSON, 200 operations', operations: 200, schema: 'schema.json' },
] as const;
const COLUMNS = ['', 'user CPU s', 'system CPU s', 'wall s', 'largest RSS MB'];

interface Used {
  readonly userMs: number;
  readonly systemMs: number;
  readonly maxRssKb: number;
  readonly wallMs: number;
}

export interface CodegenOptions {
  readonly rounds: number;
  readonly progress: (what: string) => void;
}

/** What `sluice codegen` takes for a large schema, in a process of its own. Prints a table and returns it as a section. */
export async function runCodegen({ rounds, progress }: CodegenOptions): Promise<string> {
  const rows: string[][] = [];
  for (const { title, operations, schema } of CASES) {
    const folder = makeProject(operations, schema);
    try {
      const used: Used[] = [];
      for (let round = 1; round <= rounds; round++) {
        progress(`codegen: ${title}: round ${round} of ${rounds}`);
        used.push(await measured(folder, ['codegen', '--schema', schema]));
      }
      const seconds = (of: (one: Used) => number) => (medianOf(used.map(of)) / 1000).toFixed(2);
      rows.push([
        title,
        seconds(({ userMs }) => userMs),
        seconds(({ systemMs }) => systemMs),
        seconds(({ wallMs }) => wallMs),
        (Math.max(...used.map(({ maxRssKb }) => maxRssKb)) / 1024).toFixed(0),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  progress('');
  const table = aligned(COLUMNS, rows);
  const title = 'codegen: types for a client of a schema with 20,000 fields (1,000 types)';
  console.log(`\n${title}\n${table}`);
  return `## ${title}\n\nMedians of ${rounds} runs, nothing pinned; memory is the largest.\n${machine()}\n\n${table}\n`;
}

/** The client's project; its packages are ours. */
function makeProject(operations: number, schema: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-codegen-'));
  const { sdl, documents } = largeApi({ ...SIZE, operations });
  const isJson = schema.endsWith('.json');
  writeFileSync(
    join(folder, schema),
    isJson ? JSON.stringify(introspectionFromSchema(buildSchema(sdl))) : sdl,
  );
  mkdirSync(join(folder, 'src'));
  for (const [name, document] of documents) writeFileSync(join(folder, 'src', name), document);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function measured(cwd: string, args: readonly string[]): Promise<Used> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', HOOK, MAIN, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [code, said, usage] = await Promise.all([
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
  ]);
  if (code !== 0) throw new Error(`sluice ${args.join(' ')} failed: ${said}`);
  return { ...(JSON.parse(usage) as Omit<Used, 'wallMs'>), wallMs: performance.now() - startedAt };
}

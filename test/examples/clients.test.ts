import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot, startProcess } from '../e2e/processes.ts';

const API = readFileSync(join(projectRoot, 'schema/api.graphql'), 'utf8');

let folder: string;

const run = async (args: readonly string[], cwd: string) => {
  const process = startProcess(args, { cwd });
  const { code } = await process.ended;
  return { code, output: process.stdout() + process.stderr() };
};
const tsc = (cwd: string) => run([join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', '.'], cwd);
const codegen = (cwd: string, ...args: readonly string[]) =>
  run([join(projectRoot, 'gateway/main.ts'), 'codegen', ...args], cwd);

const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
};

/** The API schema without some of its text. */
function schemaWithout(lost: string): void {
  expect(API.split(lost)).toHaveLength(2);
  writeFileSync(join(folder, 'schema.graphql'), API.replace(lost, '\n'));
}

const CLIENTS = [
  {
    name: 'plain',
    options: [],
    // A field that is selected, and where it stands.
    field: { lost: '\n  quantity: Int!\n  unitPrice: Money!\n', name: 'quantity', type: 'OrderItem' },
    document: 'src/orders.ts:20:15',
    selection: { file: 'src/orders.ts', text: '              quantity\n' },
    use: /^src\/orders\.ts\(\d+,\d+\): error TS2339: Property 'quantity' does not exist/m,
    // What no document names: a field of an input.
    unnamed: '\n  author: ID!\n  stars: Int!\n',
    unnamedUse: /^src\/orders\.ts\(\d+,\d+\): error TS2344: .*'keyof AddReviewInput'/m,
  },
  {
    name: 'web',
    options: ['--document-mode', 'documentNode'],
    field: { lost: '\n  quantity: Int!\n  unitPrice: Money!\n', name: 'quantity', type: 'OrderItem' },
    document: 'src/order-items.tsx:13:7',
    selection: { file: 'src/order-items.tsx', text: '      quantity\n' },
    use: /^src\/order-items\.tsx\(\d+,\d+\): error TS2339: Property 'quantity' does not exist/m,
    // A value of an enum.
    unnamed: '\n  DELIVERED\n',
    unnamedUse: /^src\/users-page\.tsx\(\d+,\d+\): error TS2353: .*'DELIVERED' does not exist/m,
  },
] as const;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-client-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(CLIENTS)('examples/$name', ({ name, options, field, document, selection, use, ...client }) => {
  const example = join(projectRoot, 'examples', name);

  beforeEach(() => {
    cpSync(join(example, 'src'), join(folder, 'src'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(example, file), join(folder, file));
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  });

  test('has the types of the schema as it is now (npm run schema)', async () => {
    const { code, output } = await codegen(
      example,
      '--schema',
      '../../schema/api.graphql',
      '--check',
      ...options,
    );
    expect(code, output).toBe(0);
  });

  test('compiles', async () => {
    const { code, output } = await tsc(example);
    expect(code, output).toBe(0);
  });

  test('is told where it asks for a field that the schema has lost, and then where it uses it', async () => {
    schemaWithout(field.lost);
    const refused = await codegen(folder, '--schema', 'schema.graphql', ...options);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      `${document}  error  DOCUMENT_INVALID Cannot query field "${field.name}" on type "${field.type}".`,
    );

    edit(selection.file, selection.text, '');
    const accepted = await codegen(folder, '--schema', 'schema.graphql', ...options);
    expect(accepted.code, accepted.output).toBe(0);
    const { code, output } = await tsc(folder);
    expect(code).not.toBe(0);
    expect(output).toMatch(use);
  });

  test('does not compile when the schema loses what no document names: an input field, an enum value', async () => {
    schemaWithout(client.unnamed);
    const accepted = await codegen(folder, '--schema', 'schema.graphql', ...options);
    expect(accepted.code, accepted.output).toBe(0);
    const { code, output } = await tsc(folder);
    expect(code).not.toBe(0);
    expect(output).toMatch(client.unnamedUse);
  });
});

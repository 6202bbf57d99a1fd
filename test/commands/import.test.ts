import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../gateway/commands/program.ts';
import { reflecting } from '../connectors/import/proto/reflecting.ts';

const FIXTURES = path.join(import.meta.dirname, '../connectors/import/proto/fixtures');
const shop = path.join(FIXTURES, 'shop.proto');
const ADDRESS = ['--address', '127.0.0.1:50051'];

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'sluice-import-command-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function sluice(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCommandLine(args, {
    env: {},
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: process.stdin,
    loadGateway: () => import('../../gateway/gateway.ts'),
  });
  return { code, out, err };
}

/** What `sluice check` says of a configuration that has nothing but the printed lines. */
async function check(lines: string): Promise<{ code: number; out: string; err: string }> {
  const config = path.join(mkdtempSync(path.join(folder, 'check-')), 'sluice.yaml');
  writeFileSync(config, lines);
  return sluice('check', '--config', config);
}

describe('sluice import proto', () => {
  test('prints the schema, and nothing else, to standard output', async () => {
    const { code, out, err } = await sluice('import', 'proto', shop, ...ADDRESS);
    expect(code).toBe(0);
    expect(out).toMatch(/^extend schema\n[\s\S]*type Order[\s\S]*\}\n$/);
    expect(err).toMatch(/shop\.proto:\d+:\d+ {2}warning {2}IMPORT_NO_BATCH/);
  });

  test('writes a subgraph with its protos, and prints lines with which sluice check passes', async () => {
    const out = path.join(folder, 'written');
    const first = await sluice(
      'import',
      'proto',
      path.join(FIXTURES, 'library.proto'),
      ...ADDRESS,
      '--out',
      out,
    );
    expect(first.code).toBe(0);
    expect(first.err).toContain(`to ${path.join(out, 'library')}`);
    expect(existsSync(path.join(out, 'library/protos/google/api/annotations.proto'))).toBe(true);
    const { code, err } = await check(first.out);
    expect(err.replaceAll(/.*N_PLUS_ONE.*\n.*\n/g, '')).not.toContain('error');
    expect(code).toBe(0);
  });

  test('never writes over another file, unless it is told to', async () => {
    const out = path.join(folder, 'kept');
    const args = ['import', 'proto', shop, ...ADDRESS, '--out', out];
    expect((await sluice(...args)).code).toBe(0);
    // The same again changes nothing.
    expect((await sluice(...args)).code).toBe(0);
    const schema = path.join(out, 'shop/schema.graphql');
    writeFileSync(schema, '# edited\n');
    const refused = await sluice(...args);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('IMPORT_FILE_EXISTS');
    expect(readFileSync(schema, 'utf8')).toBe('# edited\n');
    expect((await sluice(...args, '--force')).code).toBe(0);
    expect(readFileSync(schema, 'utf8')).toContain('type Order');
  });

  test.each(['../x', 'a/b', '', '.', '1a', 'a\nb'])('a subgraph cannot be called %j', async (name) => {
    const { code, err } = await sluice('import', 'proto', shop, ...ADDRESS, '--name', name, '--out', folder);
    expect(code).toBe(1);
    expect(err).toContain('IMPORT_NAME');
  });

  test('tells everything that is wrong, and writes nothing', async () => {
    const broken = path.join(folder, 'broken.proto');
    writeFileSync(broken, 'syntax = "proto3";\nmessage A { string x = ; }\n');
    const out = path.join(folder, 'nothing');
    const { code, err } = await sluice('import', 'proto', broken, ...ADDRESS, '--out', out);
    expect(code).toBe(1);
    expect(err).toMatch(/broken\.proto:2:24 {2}error {2}PROTO_SYNTAX/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('nothing is half written', () => {
  test.each([
    ['proto', 'x.proto', 'syntax = "proto3";', ADDRESS],
    ['openapi', 'x.json', '{"openapi":"3.1.0","paths":{"/a":{"get":{"$ref":"../../../../etc/passwd"}}}}', []],
    ['openapi', 'y.yaml', 'a: [', []],
    ['openapi', 'empty.json', '', []],
    ['wsdl', 'x.wsdl', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', []],
    ['xsd', 'x.xsd', '', []],
  ])('%s of %s: exit code 1, the file is named, and no folder is made', async (kind, file, text, more) => {
    const source = path.join(folder, file);
    writeFileSync(source, text);
    const out = path.join(folder, `out-${file}`);
    const {
      code,
      out: printed,
      err,
    } = await sluice('import', kind, source, '--name', 'x', '--out', out, ...more);
    expect([code, printed]).toEqual([1, '']);
    expect(err).toContain(file);
    expect(err).not.toMatch(/root:|UNEXPECTED/);
    expect(existsSync(out)).toBe(false);
  });

  test('where one file cannot be written, none is, and nothing is left over', async () => {
    const out = path.join(folder, 'blocked');
    mkdirSync(path.join(out, 'shop'), { recursive: true });
    writeFileSync(path.join(out, 'shop/protos'), 'a file where a folder should be');
    const { code, out: printed, err } = await sluice('import', 'proto', shop, ...ADDRESS, '--out', out);
    expect([code, printed]).toEqual([1, '']);
    expect(err).toContain('FILE_UNWRITABLE');
    expect(readdirSync(out, { recursive: true })).toEqual(['shop', 'shop/protos']);
  });
});

describe('sluice import reflect', () => {
  test('writes a subgraph of a running server, with its descriptors as protos', async () => {
    const address = await reflecting('shop');
    const out = path.join(folder, 'reflected');
    const result = await sluice('import', 'reflect', address, '--name', 'shop', '--out', out);
    expect(result.err).not.toContain('error');
    expect(result.code).toBe(0);
    expect(result.out).toContain(`address: ${address}`);
    expect((await check(result.out)).code).toBe(0);
  });

  test('says what it could not reach', async () => {
    const { code, err } = await sluice('import', 'reflect', '127.0.0.1:1', '--name', 'shop');
    expect(code).toBe(1);
    expect(err).toContain('REFLECTION_UNAVAILABLE');
  });

  test('a host that is a number needs a name', async () => {
    const { code, err } = await sluice('import', 'reflect', '127.0.0.1:1');
    expect(code).toBe(1);
    expect(err).toContain('Give one with --name.');
  });
});

test('every source teaches how it is used', async () => {
  for (const args of [['import'], ['import', 'proto'], ['import', 'reflect']]) {
    const { code, out } = await sluice(...args, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
  }
});

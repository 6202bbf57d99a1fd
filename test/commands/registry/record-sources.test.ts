import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandFailure } from '../../../gateway/commands/command-context.ts';
import { readUpstreams } from '../../../gateway/commands/registry/record-sources.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-upstreams-'));
  mkdirSync(path.join(folder, 'in/protos'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.proto'), 'secret');
  writeFileSync(path.join(folder, 'in/protos/a.proto'), 'a');
  writeFileSync(path.join(folder, 'in/..b.proto'), 'b');
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = path.join(folder, 'in/upstreams.yaml');
  writeFileSync(file, text);
  return readUpstreams(file);
}

test('the files that upstreams name are sent along, under their paths from the YAML file', () => {
  const { upstreams, files } = read(
    'upstreams: { a: { wire: grpc, address: "h:1", protos: [protos/../protos/a.proto, ..b.proto], protoPaths: [protos], tls: { serverName: h } } }',
  );
  expect(files).toEqual({ 'protos/a.proto': 'a', '..b.proto': 'b' });
  expect(upstreams['a']).toEqual({
    wire: 'grpc',
    address: 'h:1',
    protos: ['protos/a.proto', '..b.proto'],
    protoPaths: ['protos'],
    tls: { serverName: 'h' },
  });
});

test.each(['../secret.proto', '/etc/passwd', 'protos/../../secret.proto'])('%s is not sent', (file) => {
  expect(() => read(`upstreams: { a: { protos: ["${file}"] } }`)).toThrow(CommandFailure);
  expect(() => read(`upstreams: { a: { tls: { ca: "${file}" } } }`)).toThrow(CommandFailure);
});

test.each([
  'upstreams: { a: null, b: 5, c: [1], d: text }',
  'upstreams: { a: { protos: [5, null], protoPaths: [{}], tls: true } }',
  'upstreams: { a: { tls: { ca: 5, key: null } } }',
])('what is no upstream is left to the gateway, which says what is wrong with it: %s', (text) => {
  expect(read(text).files).toEqual({});
});

test.each([
  '',
  '5',
  'upstreams: 5',
  'upstreams: [',
  'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
])('a file without upstreams is refused by name: %j', (text) => {
  expect(() => read(text)).toThrow(/upstreams\.yaml/);
});

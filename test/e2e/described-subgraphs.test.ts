import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';

const TOKEN = 'a-token-of-some-length';
const PROTO = `
  syntax = "proto3";
  package stock.v1;
  import "money.proto";
  service StockService { rpc GetItem(GetItemRequest) returns (Item); }
  message GetItemRequest { string id = 1; }
  message Item { string id = 1; Money price = 2; }
`;
const MONEY = 'syntax = "proto3"; package stock.v1; message Money { int64 units = 1; }';
const OPENAPI = {
  openapi: '3.1.0',
  info: { title: 'Songs', version: '1' },
  servers: [{ url: 'http://nowhere.test' }],
  paths: {
    '/songs/{id}': {
      get: {
        operationId: 'getSong',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: 'ok', content: { 'application/json': { schema: { $ref: 'song.json' } } } },
        },
      },
    },
  },
};
const SONG = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string' }, title: { type: 'string' } },
};

let folder: string;
let api: Server;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-described-'));
  api = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: request.url!.split('/').at(-1), title: 'So What' }));
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const config = join(folder, 'sluice.yaml');
  const admin = { tokens: [{ name: 'ci', token: TOKEN }] };
  writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs: {}, admin }));
  // What is unpacked stands where one can look.
  gateway = await startGatewayProcess(['--config', config], { TMPDIR: folder });
});
afterAll(async () => {
  await gateway?.stop();
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function put(name: string, body: object) {
  const response = await fetch(`${gateway.adminUrl}/registry/subgraphs/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  // Nobody is shown where it was unpacked, and nothing of it stays.
  expect(text).not.toMatch(/sluice-(import|graph)-/);
  expect(readdirSync(folder).filter((entry) => entry.startsWith('sluice-import-'))).toEqual([]);
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
}

describe('the admin API makes a subgraph of a description', () => {
  test('OpenAPI in several files: served, and asked at the address that was given', async () => {
    const { port } = api.address() as AddressInfo;
    const files = { 'api.json': JSON.stringify(OPENAPI), 'song.json': JSON.stringify(SONG) };
    const description = { kind: 'openapi', file: 'api.json', baseUrl: `http://127.0.0.1:${port}` };
    expect(await put('songs', { description, files, reason: 'music' })).toMatchObject({
      status: 200,
      body: { outcome: 'served', revision: { subjects: ['songs'], reason: 'music' } },
    });
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ song(id: "7") { id title } }' }),
    });
    expect(await answer.json()).toEqual({ data: { song: { id: '7', title: 'So What' } } });
  });

  test('protos with their imports; a name of another subgraph is changed', async () => {
    const files = { 'stock/stock.proto': PROTO, 'stock/money.proto': MONEY };
    const description = { kind: 'proto', files: ['stock/stock.proto'], address: '127.0.0.1:1' };
    expect(await put('stock', { description, files })).toMatchObject({ body: { outcome: 'served' } });
    expect(await put('depot', { description, files })).toMatchObject({
      body: { problems: expect.arrayContaining([expect.objectContaining({ code: 'IMPORT_RENAMED' })]) },
    });
  });

  test('what is wrong is told with the places that were sent', async () => {
    const files = {
      'stock.proto': PROTO,
      'money.proto': 'syntax = "proto3";\nmessage Money { int64 units }',
    };
    const description = { kind: 'proto', files: ['stock.proto'], address: '127.0.0.1:1' };
    const { status, body } = await put('broken', { description, files });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      outcome: 'refused',
      problems: [expect.objectContaining({ severity: 'error', file: 'money.proto', line: 2 })],
    });
    const dangling = { ...description, kind: 'openapi', file: 'a.yaml' };
    expect(await put('broken', { description: dangling, files: {} })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'REGISTRATION_INVALID' }] },
    });
    expect(await put('broken', { description: { kind: 'wsdl', file: 'none.wsdl' } })).toMatchObject({
      status: 422,
    });
    expect(await put('broken', { description: { kind: 'smtp' } })).toMatchObject({ status: 422 });
  });

  test('reads nothing that was not sent, and no path leads out', async () => {
    const secret = join(folder, 'sluice.yaml');
    const proto = (path: string) => `syntax = "proto3"; import "${path}"; message A { string id = 1; }`;
    const wsdl = (path: string) => `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name="x">
      <import namespace="urn:x" location="${path}"/></definitions>`;
    const openapi = (path: string) => JSON.stringify(OPENAPI).replace('"song.json"', JSON.stringify(path));
    for (const path of [
      '../sluice.yaml',
      '../../sluice.yaml',
      secret,
      `file://${secret}`,
      `${gateway.adminUrl}/healthz`,
    ])
      for (const [description, text] of [
        [{ kind: 'proto', files: ['a'], address: '127.0.0.1:1' }, proto(path)],
        [{ kind: 'openapi', file: 'a' }, openapi(path)],
        [{ kind: 'wsdl', file: 'a' }, wsdl(path)],
      ] as const) {
        const { status, body } = await put('hostile', { description, files: { a: text } });
        expect(status, `${description.kind} ${path}`).toBe(422);
        expect(JSON.stringify(body)).not.toContain(TOKEN);
      }
    for (const files of [{ '../x': '' }, { '/etc/x': '' }, { 'a/../../x': '' }])
      expect(await put('hostile', { description: { kind: 'openapi', file: 'a' }, files })).toMatchObject({
        status: 422,
        body: { problems: [{ code: 'REGISTRATION_INVALID' }] },
      });
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackageDefinition, Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProcess, type RunningProcess } from './processes.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const PROTO = `syntax = "proto3";
package shop.v1;
service Stock { rpc BatchGetItems(BatchGetItemsRequest) returns (BatchGetItemsResponse) { option idempotency_level = NO_SIDE_EFFECTS; } }
message BatchGetItemsRequest { repeated string ids = 1; }
message BatchGetItemsResponse { repeated Item items = 1; }
message Item { string id = 1; int32 left = 2; }
`;
const STOCK = `${LINK} @link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@grpc"])
type Item @key(fields: "id")
  @grpc(upstream: "stock", method: "shop.v1.Stock/BatchGetItems", request: "ids: $batch.id", selection: "$.items { id left }") {
  id: ID! left: Int
}`;
const shop = (more: string) => `${LINK}
type Query { items(first: Int): [Item!]! ${more} }
type Item @key(fields: "id") { id: ID! name: String }`;
/** Two schemas in turn; what clients ask for is in both. */
const VERSIONS = [shop('a: Int'), shop('b: String other: Other } type Other { x: Int')];

const ITEMS = [1, 2, 3].map((n) => ({ __typename: 'Item', id: String(n), name: `Item ${n}` }));

/** How slow the shop is: operations outlive several changes of the schema. */
let delayMs = 0;

/** Answers with all fields of all items, under whatever aliases they are asked for. */
function shopServer(): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const aliases = [...body.matchAll(/(?:(\w+)\s*:\s*)?\bitems\b/g)].map(([, alias]) => alias ?? 'items');
      const data = Object.fromEntries(aliases.map((alias) => [alias, ITEMS]));
      const answer = JSON.stringify({ data });
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(answer), delayMs);
    });
  });
}

type Ids = { readonly ids: readonly string[] };

function stockServer(proto: string): GrpcServer {
  const loaded = loadPackageDefinition(loadSync(proto)) as unknown as {
    shop: { v1: { Stock: ServiceClientConstructor } };
  };
  const server = new GrpcServer();
  server.addService(loaded.shop.v1.Stock.service, {
    BatchGetItems: ({ request }: ServerUnaryCall<Ids, object>, answer: sendUnaryData<object>) =>
      answer(null, { items: request.ids.map((id) => ({ id, left: Number(id) })) }),
  });
  return server;
}

interface Figures {
  readonly swaps: number;
  readonly heapBytes: number;
  readonly handles: number;
}

let folder: string;
let shopBackend: Server;
let stockBackend: GrpcServer;
let child: RunningProcess;
let pool: Pool;
let answered = 0;

/** Tells the gateway's process something and waits for its answer. */
async function tell(command: string): Promise<Figures> {
  answered++;
  child.say(`${command}\n`);
  const [line] = await child.says(new RegExp(`(?:.*\\n){${answered}}(.*)\\n`));
  return JSON.parse(line.trimEnd().split('\n').at(-1)!) as Figures;
}

async function post(query: string): Promise<string> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await body.text();
  if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${statusCode} ${text}`);
  return text;
}

/** Keeps so many requests in flight until it is stopped; then says how many were answered. */
function load(inFlight: number, queryOf: (turn: number) => string) {
  const client = new AbortController();
  let answers = 0;
  const failures: unknown[] = [];
  const loop = async (): Promise<void> => {
    // Without an end it would go on for ever against a gateway that is gone.
    while (!client.signal.aborted && failures.length < 1000) {
      try {
        await post(queryOf(answers++));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const loops = Array.from({ length: inFlight }, loop);
  return async () => {
    client.abort();
    await Promise.all(loops);
    return { answers, failures };
  };
}

const megabytes = ({ heapBytes }: Figures) => Math.round(heapBytes / 1e5) / 10;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-leak-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  shopBackend = shopServer();
  await new Promise<void>((resolve) => shopBackend.listen(0, '127.0.0.1', resolve));
  stockBackend = stockServer(file('stock.proto', PROTO));
  const stockPort = await new Promise<number>((resolve, reject) =>
    stockBackend.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  file('stock.graphql', STOCK);
  const versions = VERSIONS.map((sdl, index) => file(`shop-${index}.graphql`, sdl));
  const schema = file('shop.graphql', VERSIONS[0]!);
  const shopUrl = `http://127.0.0.1:${(shopBackend.address() as AddressInfo).port}`;
  const config = file(
    'sluice.yaml',
    JSON.stringify({
      server: { port: 0, adminPort: 0, page: false },
      log: { level: 'silent' },
      limits: { compiledOperations: 200 },
      upstreams: { stock: { wire: 'grpc', address: `127.0.0.1:${stockPort}`, protos: ['stock.proto'] } },
      subgraphs: { shop: { schema: 'shop.graphql', url: shopUrl }, stock: { schema: 'stock.graphql' } },
    }),
  );
  child = startProcess([
    '--expose-gc',
    join(import.meta.dirname, 'fixtures/swapping-gateway.ts'),
    config,
    schema,
    ...versions,
  ]);
  const [, url] = await child.says(/"url":"([^"]+)"/);
  pool = new Pool(url!, { connections: 200 });
});

afterAll(async () => {
  await pool?.close();
  await child?.stop();
  shopBackend?.closeAllConnections();
  shopBackend?.close();
  stockBackend?.forceShutdown();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('memory', () => {
  test('is the same after 500 changes of the schema under load, of which no client notices anything', async () => {
    const queries = [
      '{ items { id name left } }',
      '{ items(first: 2) { left } }',
      'query Named { items { name } }',
      'query Twice { a: items { id } b: items { left name } }',
    ];
    delayMs = 250;
    const stop = load(200, (turn) => queries[turn % queries.length]!);
    const curve: Figures[] = [await tell('swap 10')];
    for (let hundred = 1; hundred <= 5; hundred++) curve.push(await tell(`swap ${hundred === 1 ? 90 : 100}`));
    const { answers, failures } = await stop();
    console.log(
      `heap by swaps: ${curve.map((at) => `${at.swaps}: ${megabytes(at)} MB, ${at.handles} handles`).join('; ')}; ${answers} answers`,
    );
    expect(failures.slice(0, 3).map(String)).toEqual([]);
    expect(failures).toHaveLength(0);
    expect(answers).toBeGreaterThan(1000);
    const [, first] = curve;
    const last = curve.at(-1)!;
    expect(last.swaps).toBe(500);
    // One graph that is kept is 16 MB, 400 of them 6 GB; the bound is what 50 kB a swap would make, and requests in flight.
    expect(last.heapBytes - first!.heapBytes).toBeLessThan(20e6);
    // Old graphs whose operations have not ended have connections, too; one handle a swap would be 400.
    expect(last.handles - first!.handles).toBeLessThan(200);
  }, 150_000);

  test('is bounded however many different operations come, valid or not', async () => {
    delayMs = 0;
    const flood = async (from: number, count: number) => {
      let next = from;
      const loops = Array.from({ length: 50 }, async () => {
        while (next < from + count) {
          const n = next++;
          await post(`query Q${n} { a${n}: items(first: ${n}) { id name } }`);
          if (n % 2 === 1) continue;
          await pool
            .request({
              method: 'POST',
              path: '/graphql',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ query: `{ nothing${n} }` }),
            })
            .then(({ body }) => body.dump());
        }
      });
      await Promise.all(loops);
    };
    await flood(0, 2500);
    const before = await tell('heap');
    await flood(2500, 2500);
    const after = await tell('heap');
    console.log(`heap by operations: 2500: ${megabytes(before)} MB; 5000: ${megabytes(after)} MB`);
    // Without a bound, 2500 more operations would be 40 MB at least.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(15e6);
  }, 60_000);
});

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
// The copy of graphql-js that @apollo/subgraph uses: vitest would otherwise take another one.
import { execute, parse } from 'graphql/index.js';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';

export interface Asked {
  readonly query: string;
  readonly variables?: { readonly representations?: readonly Readonly<Record<string, unknown>>[] } & Readonly<
    Record<string, unknown>
  >;
}

/** Answers in place of the honest subgraph, or says that it shall. */
export type Attack = (
  response: ServerResponse,
  asked: Asked,
  request: IncomingMessage,
) => void | typeof HONEST;
export const HONEST = 'honest';

/** A federated subgraph over HTTP that is honest until it is told to attack. */
export interface HostileSubgraph {
  /** What it does with requests; `undefined` = answers them. */
  attack: Attack | undefined;
  /** Refuses connections until `goUp`, at the same port. */
  goDown(): Promise<void>;
  goUp(): Promise<void>;
}

type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

export const ITEMS = ['1', '2', '3'].map((id) => ({
  __typename: 'Item',
  id,
  name: `Item ${id}`,
  size: Number(id),
  kind: 'NEW',
  maker: { __typename: 'Maker', id: 'm' },
}));

const SUBGRAPHS: Readonly<Record<string, { sdl: string; resolvers: Resolvers; timeoutMs?: number }>> = {
  shop: {
    sdl: `${LINK}
      type Query { items: [Item!] top: Item grid: [[Item!]] thing: Thing loop: Loop blob: JSON about: About @shareable }
      type Item @key(fields: "id") { id: ID! name: String! size: Int kind: Kind maker: Maker }
      type Maker @key(fields: "id") { id: ID! }
      type Loop { next: Loop n: Int! }
      type About @shareable { title: String owner: Owner }
      type Owner @shareable { name: String }
      union Thing = Item | Maker
      enum Kind { NEW OLD }
      scalar JSON`,
    resolvers: {
      Query: {
        items: () => ITEMS,
        top: () => ITEMS[0],
        grid: () => [ITEMS, ITEMS],
        thing: () => ITEMS[0],
        loop: () => LOOP,
        about: () => ({ title: 'Shop', owner: { name: 'Ada' } }),
      },
    },
  },
  stock: {
    sdl: `${LINK}
      type Query { about: About @shareable motto: String }
      type About @shareable { motto: String owner: Owner }
      type Owner @shareable { phone: String }
      type Item @key(fields: "id") { id: ID! left: Int! shelf: String tags: [String!] note(n: Int): String }
      type Maker @key(fields: "id") { id: ID! country: String }`,
    resolvers: {
      Query: { about: () => ({ motto: 'Always full', owner: { phone: '1' } }), motto: () => 'Always full' },
      Item: {
        left: ({ id }: { id: string }) => Number(id) * 10,
        shelf: ({ id }: { id: string }) => `Shelf ${id}`,
        tags: ({ id }: { id: string }) => [`tag ${id}`],
        note: ({ id }: { id: string }, { n }: { n: number }) => `${id}/${n}`,
      },
      Maker: { country: () => 'GB' },
    },
  },
  /** Has little time. */
  slow: {
    sdl: `${LINK} type Query { slow: String } type Item @key(fields: "id") { id: ID! late: String }`,
    resolvers: { Query: { slow: () => 'slowly' }, Item: { late: ({ id }: { id: string }) => `late ${id}` } },
    timeoutMs: 250,
  },
  /** Never attacks. */
  fine: { sdl: `${LINK} type Query { fine: String! }`, resolvers: { Query: { fine: () => 'fine' } } },
};
const LOOP: object = { n: 1, next: () => LOOP };

export interface HostileGraph {
  readonly gateway: GatewayProcess;
  readonly subgraphs: Readonly<Record<'shop' | 'stock' | 'slow', HostileSubgraph>>;
  /** All subgraphs are honest again. */
  makePeace(): void;
  /** What the process has found wrong with itself since it was ready: errors in its log, and all that it said beside it. */
  complaints(): readonly unknown[];
  stop(): Promise<void>;
}

/** A real gateway in front of subgraphs that do what a test says. */
export async function startHostileGraph(config: object = {}, nodeOptions = ''): Promise<HostileGraph> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hostile-'));
  const servers = new Map<string, Awaited<ReturnType<typeof startServer>>>();
  const subgraphs: Record<string, object> = {};
  for (const [name, { sdl, resolvers, timeoutMs }] of Object.entries(SUBGRAPHS)) {
    const server = await startServer(sdl, resolvers);
    servers.set(name, server);
    writeFileSync(join(folder, `${name}.graphql`), sdl);
    const url = `http://127.0.0.1:${server.port}/graphql`;
    subgraphs[name] = { schema: `${name}.graphql`, url, ...(timeoutMs !== undefined && { timeoutMs }) };
  }
  const file = join(folder, 'sluice.yaml');
  writeFileSync(file, JSON.stringify({ subgraphs, ...config }));
  const gateway = await startGatewayProcess(['--config', file], { NODE_OPTIONS: nodeOptions });
  await gateway.process.says(/Try .*\n\n/);
  const ready = gateway.process.stderr().length;
  return {
    gateway,
    subgraphs: {
      shop: servers.get('shop')!.subgraph,
      stock: servers.get('stock')!.subgraph,
      slow: servers.get('slow')!.subgraph,
    },
    makePeace() {
      for (const { subgraph } of servers.values()) subgraph.attack = undefined;
    },
    complaints: () => [
      ...gateway.log().filter(({ level }) => level !== 'info' && level !== 'warn'),
      ...gateway.process.stderr().slice(ready).split('\n').filter(Boolean),
    ],
    async stop() {
      await gateway.stop();
      for (const { subgraph } of servers.values()) await subgraph.goDown();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(
  sdl: string,
  resolvers: Resolvers,
): Promise<{ readonly port: number; readonly subgraph: HostileSubgraph }> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const answer = async ({ query, variables }: Asked): Promise<string> =>
    JSON.stringify(await execute({ schema, document: parse(query), variableValues: variables }));
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const asked = JSON.parse(body) as Asked;
      if (subgraph.attack && subgraph.attack(response, asked, request) !== HONEST) return;
      void answer(asked).then((text) => send(text)(response, asked, request));
    });
  });
  server.keepAliveTimeout = 60_000;
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const subgraph: HostileSubgraph = {
    attack: undefined,
    goDown: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    goUp: () => listen(port),
  };
  return { port, subgraph };
}

/** A body, well-formed or not, as JSON unless the headers say otherwise. */
export function send(body: string | Buffer, headers: object = {}, status = 200): Attack {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

export function sendJson(value: unknown): Attack {
  return send(JSON.stringify(value));
}

/** The number of the alias of a joint request (`_e0`, `_e1` …) under which a field is asked for. */
export function aliasOf(query: string, field: string): number {
  const parts = query.split(/(?=_e\d+:_entities)/).slice(1);
  return parts.findIndex((part) => new RegExp(`\\b${field}\\b`).test(part));
}

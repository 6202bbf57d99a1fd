import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw } from '../gateway/blueprint.ts';
import { loadConfig } from '../gateway/config/load.ts';
import { createLog } from '../gateway/observe/log.ts';
import { createMetrics } from '../gateway/observe/metrics.ts';
import { provision } from '../gateway/provision.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-provision-'));
  writeFileSync(
    join(folder, 'resolvers.ts'),
    "export const resolvers = { Word: { loud: { requires: ['text'], resolve: ({ text }: { text: string }) => text } } };",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const schema = (connect: string) => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12")
  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://127.0.0.1:9" })
type Query { word(id: ID!): Word @connect(source: "api", ${connect}, selection: "text") }
type Word { text: String loud: String }`;

/** The headers that can change an answer of a graph with one connector and what else the configuration says. */
async function answerHeadersOf(connect: string, more: { subgraph?: object; source?: object } = {}) {
  const loud = more.subgraph === undefined ? schema(connect).replace(' loud: String', '') : schema(connect);
  writeFileSync(join(folder, 'words.graphql'), loud);
  const text = JSON.stringify({
    subgraphs: { words: { schema: 'words.graphql', ...more.subgraph } },
    connectors: { sources: { 'words.api': { ...more.source } } },
  });
  const { config, problems } = loadConfig({ file: join(folder, 'sluice.yaml'), text, env: {} });
  expect(problems).toBeUndefined();
  const drawn = await draw(config!);
  if (!('blueprint' in drawn)) throw new Error(JSON.stringify(drawn.problems));
  const observe = { log: createLog({ level: 'silent' }), metrics: createMetrics({ processMetrics: false }) };
  const backends = provision(config!, drawn.blueprint, observe);
  await backends.close();
  const { answerHeaders } = backends;
  return answerHeaders === 'all' ? answerHeaders : new Set(answerHeaders);
}

const GET = 'http: { GET: "/words/{$args.id}" }';

describe('the headers that can change an answer', () => {
  test('are what every backend gets, if nothing else is said', async () => {
    expect(await answerHeadersOf(GET)).toEqual(
      new Set(['traceparent', 'tracestate', 'baggage', 'accept-language']),
    );
  });

  test('are those that are forwarded to any backend', async () => {
    const source = { headers: { forward: ['Authorization'], set: { 'x-fixed': '1' } } };
    const names = await answerHeadersOf(GET, { source });
    expect(names).toContain('authorization');
    expect(names).not.toContain('x-fixed');
  });

  test('are those that a connector sends on under any name', async () => {
    const from = 'http: { GET: "/words/{$args.id}", headers: [{ name: "x-out", from: "X-Tenant" }] }';
    const names = await answerHeadersOf(from);
    expect(names).toContain('x-tenant');
    expect(names).not.toContain('x-out');
  });

  test('are all, where a mapping reads the request', async () => {
    const reads = 'http: { GET: "/words/{$args.id}?tenant={$request.headers.\'x-tenant\'->first}" }';
    expect(await answerHeadersOf(reads)).toBe('all');
  });

  test('are all, where a subgraph has resolvers', async () => {
    expect(await answerHeadersOf(GET, { subgraph: { resolvers: 'resolvers.ts' } })).toBe('all');
  });
});

/** What an importer made, put to the checks that every subgraph has to pass, and run against a real server. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedHandleCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach } from 'vitest';
import { checkConnectors } from '../../../../gateway/connectors/check/check.ts';
import type { ImportedSubgraph, ImportResult } from '../../../../gateway/connectors/import/imported.ts';
import { importProto } from '../../../../gateway/connectors/import/proto/import-proto.ts';
import { readConnectors } from '../../../../gateway/connectors/read.ts';
import type { Problem } from '../../../../gateway/problem.ts';
import { composeSupergraph } from '../../../../gateway/supergraph/compose.ts';
import { createGrpcUpstream } from '../../../../gateway/upstreams/grpc.ts';
import { loadProtos } from '../../../../gateway/upstreams/grpc/registry.ts';
import type { ProtoRegistry } from '../../../../gateway/upstreams/grpc/registry.ts';
import type { Upstream } from '../../../../gateway/upstreams/upstream.ts';
import { openGraph, type Graph } from '../../graph.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');

export const fixture = (name: string): string => readFileSync(path.join(FIXTURES, `${name}.proto`), 'utf8');

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Closed after the test. */
export function closing(close: () => Promise<void> | void): void {
  open.push(close);
}

/** A fixture, or texts by path. */
export function imported(
  what: string | Readonly<Record<string, string>>,
  only?: readonly string[],
): ImportResult {
  const files = new Map(
    Object.entries(typeof what === 'string' ? { [`${what}.proto`]: fixture(what) } : what),
  );
  return importProto(
    { files },
    { name: 'shop', source: 'test', address: '127.0.0.1:1', ...(only && { only }) },
  );
}

/** Throws with the problems if there is no subgraph. */
export function subgraphOf(result: ImportResult): ImportedSubgraph {
  if ('sdl' in result) return result;
  throw new Error(JSON.stringify(result.problems, null, 2));
}

/** The imported protos, written to disk and loaded the way the gateway does at its start. */
export function protosOf({ files, upstreams }: ImportedSubgraph): {
  registry: ProtoRegistry;
  folder: string;
  protos: string[];
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-import-'));
  closing(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const [upstream] = Object.values(upstreams);
  if (upstream?.wire !== 'grpc') throw new Error('no gRPC upstream');
  const protos = upstream.protos.map((name) => path.join(folder, name));
  const includeDirs = (upstream.protoPaths ?? []).map((name) => path.join(folder, name));
  const { registry, problems } = loadProtos({ files: protos, includeDirs });
  if (!registry) throw new Error(JSON.stringify(problems, null, 2));
  return { registry, folder: includeDirs[0]!, protos };
}

/** What `sluice check` says of it, composed beside another subgraph. */
export function checked(result: ImportResult): readonly Problem[] {
  const subgraph = subgraphOf(result);
  const { model, problems } = readConnectors({ name: 'shop', file: 'shop.graphql', sdl: subgraph.sdl });
  if (!model) return problems;
  const { registry } = protosOf(subgraph);
  const refuse = () => {
    throw new Error('a check called a backend');
  };
  const services = {
    upstream: () => ({ wire: 'grpc', protos: registry }) as const,
    upstreamNames: ['shop'],
    config: () => ({}),
    call: refuse,
    stream: refuse,
  };
  const found = checkConnectors(model, services, { nPlusOne: 'warn', assumedListSize: 100 });
  const composed = composeSupergraph([
    { name: 'shop', sdl: model.sdl },
    { name: 'other', sdl: 'type Query { other: Boolean }' },
  ]);
  return [...problems, ...found, ...('problems' in composed ? composed.problems : [])];
}

type Handler = (message: Record<string, unknown>) => unknown;

type Asked = { readonly method: string; readonly message: Record<string, unknown> };

/** A server of the imported services that answers with what the handlers (by method) give; a list is a stream. */
export async function serving(
  subgraph: ImportedSubgraph,
  handlers: Readonly<Record<string, Handler>>,
): Promise<{ readonly address: string; readonly registry: ProtoRegistry; readonly asked: Asked[] }> {
  const { registry, folder, protos } = protosOf(subgraph);
  const asked: Asked[] = [];
  const server = new Server();
  closing(() => server.forceShutdown());
  for (const service of servicesIn(protos, folder))
    server.addService(service, implementation(service, handlers, asked));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, registry, asked };
}

/** A subgraph in front of such a server. */
export async function running(
  result: ImportResult,
  handlers: Readonly<Record<string, Handler>>,
): Promise<Graph & { asked: Asked[] }> {
  const subgraph = subgraphOf(result);
  const { address, registry, asked } = await serving(subgraph, handlers);
  const upstream = createGrpcUpstream({ name: 'shop', address, registry }) as Upstream;
  closing(() => upstream.close());
  const graph = openGraph({ sdl: subgraph.sdl, backends: { shop: { upstream, protos: registry } } });
  closing(() => graph.close());
  return Object.assign(graph, { asked });
}

export function servicesIn(protos: readonly string[], folder: string): ServiceDefinition[] {
  const definition = loadSync([...protos], {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
    includeDirs: [folder],
  });
  return Object.values(definition).filter((d) => !('format' in d)) as unknown as ServiceDefinition[];
}

function implementation(
  service: ServiceDefinition,
  handlers: Readonly<Record<string, Handler>>,
  asked: Asked[],
): UntypedServiceImplementation {
  const methods: UntypedServiceImplementation = {};
  for (const [method, { responseStream }] of Object.entries(service)) {
    const handle = (
      call: { request: Record<string, unknown>; write(message: unknown): void; end(): void },
      callback: (error: Error | null, message?: unknown) => void,
    ) => {
      asked.push({ method, message: call.request });
      const answer =
        handlers[method]?.(call.request) ?? Object.assign(new Error(`no ${method}`), { code: 12 });
      if (responseStream) {
        for (const message of answer as unknown[]) call.write(message);
        call.end();
      } else if (answer instanceof Error) callback(answer);
      else callback(null, answer);
    };
    methods[method] = handle as unknown as UntypedHandleCall;
  }
  return methods;
}

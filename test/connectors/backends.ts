/** Real servers whose answers a test decides, and which remember what they were asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedHandleCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { loadProtos, type ProtoRegistry } from '../../gateway/upstreams/grpc/registry.ts';
import { createGrpcUpstream } from '../../gateway/upstreams/grpc.ts';
import { createJsonUpstream } from '../../gateway/upstreams/json.ts';
import type { Upstream } from '../../gateway/upstreams/upstream.ts';
import { createXmlUpstream } from '../../gateway/upstreams/xml.ts';

export interface Asked {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** A running server and the upstream that leads to it. */
export interface Backend<Request = Asked> {
  readonly upstream: Upstream;
  readonly url: string;
  readonly asked: Request[];
  readonly protos?: ProtoRegistry;
  stop(): Promise<void>;
}

type Handler = (asked: Asked) => unknown;

/** Answers plain data as JSON; `{ status, headers, body }` from `answer()` says more. */
export function jsonBackend(handler: Handler, name = 'json'): Promise<Backend> {
  return httpBackend(
    handler,
    'application/json',
    (body) => JSON.stringify(body),
    (baseUrl) => createJsonUpstream({ name, baseUrl }),
  );
}

/** Answers texts as XML documents. */
export function xmlBackend(handler: Handler, name = 'xml'): Promise<Backend> {
  return httpBackend(handler, 'application/xml', String, (baseUrl) => createXmlUpstream({ name, baseUrl }));
}

const ANSWERS = new WeakSet<object>();

/** An answer with a status or headers of its own. */
export function answer(parts: Answer): Answer {
  ANSWERS.add(parts);
  return parts;
}

async function httpBackend(
  handler: Handler,
  type: string,
  encode: (body: unknown) => string,
  connect: (baseUrl: string) => Upstream,
): Promise<Backend> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      const query = new URL(url, 'http://x').searchParams;
      const body = Buffer.concat(chunks).toString();
      const ask = { method: request.method ?? '', url, query, headers: request.headers, body };
      asked.push(ask);
      const result = handler(ask);
      const { status = 200, headers = {}, body: data } = isAnswer(result) ? result : { body: result };
      response.writeHead(status, { 'content-type': type, ...headers }).end(encode(data));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const upstream = connect(url);
  return {
    upstream,
    url,
    asked,
    async stop() {
      await upstream.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && ANSWERS.has(value);

export interface Rpc {
  readonly method: string;
  readonly message: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

const PROTO = path.join(import.meta.dirname, 'fixtures/shop.proto');

/** What the fixture's `.proto` says. */
export function shopProtos(): ProtoRegistry {
  const { registry, problems } = loadProtos({ files: [PROTO], includeDirs: [] });
  if (!registry) throw new Error(JSON.stringify(problems));
  return registry;
}

/** Answers of `shop.v1.Shop`, by method; a list is a stream. An `Error` with a gRPC `code` is a refusal. */
export async function grpcBackend(
  handlers: Readonly<Record<string, (message: Record<string, unknown>) => unknown>>,
  name = 'grpc',
): Promise<Backend<Rpc>> {
  const definition = loadSync(PROTO, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const service = definition['shop.v1.Shop'] as unknown as ServiceDefinition;
  const asked: Rpc[] = [];
  const implementation: UntypedServiceImplementation = {};
  for (const [method, { responseStream }] of Object.entries(service)) {
    const handle = (
      call: {
        request: Record<string, unknown>;
        metadata: { getMap(): Record<string, unknown> };
        write(message: unknown): void;
        end(): void;
      },
      callback: (error: Error | null, message?: unknown) => void,
    ) => {
      asked.push({ method, message: call.request, metadata: call.metadata.getMap() });
      const result =
        handlers[method]?.(call.request) ?? Object.assign(new Error(`no ${method}`), { code: 12 });
      if (responseStream) {
        for (const message of result as unknown[]) call.write(message);
        call.end();
      } else if (result instanceof Error) callback(result);
      else callback(null, result);
    };
    implementation[method] = handle as unknown as UntypedHandleCall;
  }
  const server = new Server();
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const protos = shopProtos();
  const upstream = createGrpcUpstream({ name, address: `127.0.0.1:${port}`, registry: protos }) as Upstream;
  return {
    upstream,
    url: `127.0.0.1:${port}`,
    asked,
    protos,
    async stop() {
      await upstream.close();
      server.forceShutdown();
    },
  };
}

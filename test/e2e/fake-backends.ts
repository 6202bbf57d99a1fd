import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';

export type HttpAnswer = (request: IncomingMessage, response: ServerResponse) => void;
export type GrpcAnswer = (stream: ServerHttp2Stream) => void;

/** A service that answers as the test says, right or wrong. */
export interface FakeBackend<Answer> {
  readonly port: number;
  answer: Answer;
  stop(): void;
}

export async function startFakeHttp(): Promise<FakeBackend<HttpAnswer>> {
  const server = createServer((request, response) => fake.answer(request, response));
  const fake: FakeBackend<HttpAnswer> = {
    port: await listen(server),
    answer: (_, response) => response.writeHead(503).end(),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return fake;
}

/** HTTP/2 without TLS, below gRPC: what it sends need not be gRPC. */
export async function startFakeGrpc(): Promise<FakeBackend<GrpcAnswer>> {
  const server = createHttp2Server();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    fake.answer(stream);
  });
  const fake: FakeBackend<GrpcAnswer> = {
    port: await listen(server),
    answer: (stream) => stream.close(),
    stop() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
  return fake;
}

async function listen(server: Pick<Server, 'listen' | 'address'>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

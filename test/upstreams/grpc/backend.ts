import { EventEmitter, once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream, sendUnaryData, ServiceDefinition } from '@grpc/grpc-js';

export type Unary = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;
export type Streaming = (call: ServerWritableStream<Buffer, Buffer>) => void;

const same = (bytes: Buffer): Buffer => bytes;

export interface Backend {
  readonly address: string;
  readonly server: Server;
  stop(): void;
}

/** A real gRPC server of `kinds.v1.Echo` that works on bytes, so that a test decides what they are. */
export async function startBackend(
  handlers: Partial<{ Everything: Unary; Point: Unary; Count: Streaming }>,
  credentials = ServerCredentials.createInsecure(),
): Promise<Backend> {
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const names = Object.keys(handlers);
  const definition = Object.fromEntries(
    names.map((name) => [
      name,
      {
        path: `/kinds.v1.Echo/${name}`,
        requestStream: false,
        responseStream: name === 'Count',
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    ]),
  ) as ServiceDefinition;
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, server, stop: () => server.forceShutdown() };
}

/** A raw HTTP/2 server: what it answers need not be gRPC. */
export async function startRawBackend(
  answer: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
): Promise<{ address: string; events: EventEmitter; sessions: Set<http2.ServerHttp2Session>; stop(): void }> {
  const server = http2.createServer();
  const events = new EventEmitter();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => {
      sessions.delete(session);
      events.emit('session-closed');
    });
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream as http2.ServerHttp2Stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    sessions,
    stop() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

/** One gRPC frame: not compressed, with its length. */
export function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

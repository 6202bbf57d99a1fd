import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerWritableStream, ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export const TICKS_PROTO = `syntax = "proto3";
package ticks.v1;
service Ticks { rpc Watch(WatchRequest) returns (stream Tick); rpc WatchMore(WatchRequest) returns (stream Tick); }
message WatchRequest { string topic = 1; string since = 2; }
message Tick { string id = 1; int32 number = 2; }
`;

type Watch = ServerWritableStream<{ readonly topic: string; readonly since: string }, object>;

/** A gRPC service that streams numbered events when the test says so. */
export interface TickingBackend {
  readonly address: string;
  /** Sends an event to all who watch; a list says which topics. */
  emit(number: number, topics?: readonly string[]): void;
  /** The requests of all streams that were ever opened. */
  readonly opened: readonly string[];
  /** Those of the streams that are open now. */
  watching(): readonly string[];
  /** Open TCP connections. */
  connections(): number;
  stop(): Promise<void>;
}

/** @param implemented the streams that it has; another one is answered UNIMPLEMENTED */
export async function startTickingBackend(
  implemented: readonly ('Watch' | 'WatchMore')[] = ['Watch', 'WatchMore'],
): Promise<TickingBackend> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ticks-'));
  const file = join(folder, 'ticks.proto');
  writeFileSync(file, TICKS_PROTO);
  const loaded = loadPackageDefinition(loadSync(file, { defaults: true })) as unknown as {
    ticks: { v1: { Ticks: ServiceClientConstructor } };
  };
  rmSync(folder, { recursive: true });
  const watches = new Set<Watch>();
  const opened: string[] = [];
  const watch = (call: Watch): void => {
    opened.push(shown(call));
    watches.add(call);
    call.on('cancelled', () => watches.delete(call));
  };
  const server = new Server();
  server.addService(
    loaded.ticks.v1.Ticks.service,
    Object.fromEntries(implemented.map((name) => [name, watch])),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  // A relay counts connections, which grpc-js does not tell.
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const backend = connect(port, '127.0.0.1');
    sockets.add(client);
    client.on('close', () => {
      sockets.delete(client);
      backend.destroy();
    });
    backend.on('close', () => client.destroy());
    for (const socket of [client, backend]) socket.on('error', () => undefined);
    client.pipe(backend).pipe(client);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    address: `127.0.0.1:${(relay.address() as AddressInfo).port}`,
    emit(number, topics) {
      for (const call of watches)
        if (topics?.includes(call.request.topic) !== false) call.write({ id: `t${number}`, number });
    },
    opened,
    watching: () => [...watches].map(shown),
    connections: () => sockets.size,
    async stop() {
      server.forceShutdown();
      for (const socket of sockets) socket.destroy();
      relay.close();
      await once(relay, 'close');
    },
  };
}

const shown = ({ request: { topic, since } }: Watch): string =>
  since === '' ? topic : `${topic} since ${since}`;

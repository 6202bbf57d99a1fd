import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { UntypedHandleCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { describe, expect, test } from 'vitest';
import { importReflection } from '../../../../gateway/connectors/import/proto/import-reflection.ts';
import { checked, closing, imported, protosOf, servicesIn, subgraphOf } from './imported.ts';

const TLS = path.join(import.meta.dirname, '../../../upstreams/grpc/fixtures/tls');
const OPTIONS = { name: 'shop', source: 'server', timeoutMs: 10_000 };

interface Offered {
  /** The paths of methods that the server must not have. */
  readonly without?: string;
  readonly credentials?: ServerCredentials;
}

/** A server with real reflection of a fixture; its methods answer nothing. */
async function reflecting(fixture: string, { without, credentials }: Offered = {}): Promise<string> {
  const { folder, protos } = protosOf(subgraphOf(imported(fixture)));
  const server = new Server();
  closing(() => server.forceShutdown());
  const unanswered = (() => undefined) as unknown as UntypedHandleCall;
  for (const service of servicesIn(protos, folder))
    server.addService(service, Object.fromEntries(Object.keys(service).map((name) => [name, unanswered])));
  const definition = loadSync(protos, { keepCase: true, includeDirs: [folder] });
  const add = server.addService.bind(server);
  server.addService = (service, implementation) => {
    if (without === undefined || !Object.values(service).some((method) => method.path.includes(without)))
      add(service, implementation);
  };
  new ReflectionService(definition).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials ?? ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}

describe("a server's reflection", () => {
  test.each(['shop', 'runtime', 'datastore', 'health', 'discovery'])(
    'gives the subgraph that the files of %s give, down to the last directive',
    async (name) => {
      const result = await importReflection(await reflecting(name), OPTIONS);
      expect(checked(result).filter(({ severity }) => severity === 'error')).toEqual([]);
      const fromFiles = subgraphOf(imported(name));
      expect(linesOf(subgraphOf(result).sdl)).toEqual(linesOf(fromFiles.sdl));
    },
  );

  test('is asked in the version that the server has', async () => {
    for (const without of ['reflection.v1alpha.', 'reflection.v1.']) {
      const result = await importReflection(await reflecting('shop', { without }), OPTIONS);
      expect(subgraphOf(result).sdl).toContain('type Order');
    }
  });

  test('over TLS', async () => {
    const pem = (name: string): Buffer => readFileSync(path.join(TLS, `${name}.pem`));
    const credentials = ServerCredentials.createSsl(null, [
      { private_key: pem('server.key'), cert_chain: pem('server') },
    ]);
    const address = await reflecting('shop', { credentials });
    const tls = { ca: pem('ca'), serverName: 'users.internal' };
    expect(subgraphOf(await importReflection(address, { ...OPTIONS, tls })).sdl).toContain('type Order');
    const plain = await importReflection(address, { ...OPTIONS, timeoutMs: 3000 });
    expect(plain.problems).toMatchObject([{ code: 'REFLECTION_UNAVAILABLE' }]);
  });
});

describe('a server that cannot be asked', () => {
  test('has no reflection', async () => {
    const address = await reflecting('shop', { without: 'reflection' });
    const { problems } = await importReflection(address, OPTIONS);
    expect(problems).toMatchObject([{ code: 'REFLECTION_UNAVAILABLE', severity: 'error', file: 'server' }]);
    expect(problems[0]!.message).toBe(`The server at ${address} has no reflection.`);
  });

  test('is not there', async () => {
    const { problems } = await importReflection('127.0.0.1:1', OPTIONS);
    expect(problems).toMatchObject([{ code: 'REFLECTION_UNAVAILABLE' }]);
  });

  test('accepts and never speaks', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    closing(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { problems } = await importReflection(`127.0.0.1:${port}`, { ...OPTIONS, timeoutMs: 300 });
    expect(problems).toMatchObject([{ code: 'REFLECTION_UNAVAILABLE' }]);
    expect(problems[0]!.message).toContain('did not answer in time');
  });
});

/** The lines without descriptions, in any order: descriptors have no comments, and a server lists its services in its own. */
function linesOf(sdl: string): string[] {
  return sdl
    .replace(/^\s*"""\n[\s\S]*?"""\n/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^"(?:[^"\\]|\\.)*"$/.test(line))
    .sort();
}

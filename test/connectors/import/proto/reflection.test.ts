import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { importReflection } from '../../../../gateway/connectors/import/proto/import-reflection.ts';
import { checked, closing, imported, subgraphOf } from './imported.ts';
import { reflecting } from './reflecting.ts';

const TLS = path.join(import.meta.dirname, '../../../upstreams/grpc/fixtures/tls');
const OPTIONS = { name: 'shop', source: 'server', timeoutMs: 10_000 };

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

import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../gateway/errors.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpResponse,
} from '../../../gateway/upstreams/http/client.ts';
import { callOptions } from '../contract.ts';
import { listen, serve, writeEndlessly } from '../http-backend.ts';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function clientFor(handler: Handler, options: Partial<HttpClientOptions> = {}): Promise<HttpClient> {
  const server = await serve(handler);
  const client = createHttpClient({
    name: 'orders',
    ...options,
    baseUrl: server.baseUrl + (options.baseUrl ?? ''),
  });
  cleanUp.push(
    () => server.stop(),
    () => client.close(),
  );
  return client;
}

const get = (client: HttpClient, path = '/'): Promise<HttpResponse> =>
  client.send({ method: 'GET', path }, callOptions());

async function failure(call: Promise<HttpResponse>): Promise<UpstreamError> {
  const error: unknown = await call.then(
    (response) => new Error(`answered with ${response.status}`),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

describe('the path of a request', () => {
  it('is put behind the path of the base URL, as it is', async () => {
    const client = await clientFor((request, response) => response.end(request.url), { baseUrl: '/api/v1/' });
    expect((await get(client, '/orders/a%2Fb?x=1&y=%20..%2F&url=http://x//y')).body.toString()).toBe(
      '/api/v1/orders/a%2Fb?x=1&y=%20..%2F&url=http://x//y',
    );
  });

  it.each([
    ['', 'does not start'],
    ['orders', 'does not start'],
    ['http://evil.example/', 'does not start'],
    ['//evil.example/x', 'another host'],
    ['/\\evil.example', 'percent-encoded'],
    ['/a b', 'percent-encoded'],
    ['/a\r\nx: y', 'percent-encoded'],
    ['/a#b', 'percent-encoded'],
    ['/ü', 'percent-encoded'],
    ['/a/../../admin', 'segment'],
    ['/..', 'segment'],
    ['/a/./b', 'segment'],
    ['/a/%2e%2E/b', 'segment'],
    ['/a/.%2e?x', 'segment'],
  ])('%j never leaves the gateway', async (path, reason) => {
    let asked = 0;
    const client = await clientFor((_request, response) => {
      asked += 1;
      response.end();
    });
    const error = await failure(get(client, path));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(reason);
    expect(asked).toBe(0);
  });

  it.each(['ftp://x', 'nonsense', 'http://user:pw@x', 'http://x/?a=1', 'http://x/#a'])(
    'a base URL like %s is refused at once',
    (baseUrl) => {
      expect(() => createHttpClient({ name: 'orders', baseUrl })).toThrow(TypeError);
    },
  );
});

describe('headers', () => {
  it('of the request are stronger than those of the call', async () => {
    const client = await clientFor((request, response) => response.end(request.headers['x-a']));
    const answer = await client.send(
      { method: 'GET', path: '/', headers: { 'x-a': 'request' } },
      callOptions({ headers: { 'x-a': 'call' } }),
    );
    expect(answer.body.toString()).toBe('request');
  });

  it('with characters that HTTP does not allow are refused, not smuggled', async () => {
    const client = await clientFor((_request, response) => response.end());
    const error = await failure(
      client.send({ method: 'GET', path: '/' }, callOptions({ headers: { 'x-a': 'a\r\nx-b: c' } })),
    );
    expect(error.code).toBe('BAD_USER_INPUT');
  });

  it('of the answer are lower case and joined; set-cookie is dropped', async () => {
    const client = await clientFor((_request, response) => {
      response.setHeader('X-Many', ['a', 'b']).setHeader('Set-Cookie', ['s=1', 't=2']).end();
    });
    const { headers } = await get(client);
    expect(headers['x-many']).toBe('a, b');
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

describe('the body of an answer', () => {
  const text = 'ä'.repeat(5_000);
  it.each([
    ['gzip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['zstd', zlib.zstdCompressSync],
    ['gzip, br', (body: Buffer) => zlib.brotliCompressSync(zlib.gzipSync(body))],
  ])('is decompressed: %s', async (encoding, compress) => {
    const client = await clientFor((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(text)));
    });
    expect((await get(client)).body.toString()).toBe(text);
  });

  it('is limited after decompression: a gzip bomb fails', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    const client = await clientFor(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      { maxResponseBytes: 1_000_000 },
    );
    expect((await failure(get(client))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  });

  it.each([
    ['truncated', 'gzip', zlib.gzipSync(text).subarray(0, 20)],
    ['not compressed at all', 'gzip', Buffer.from(text)],
    ['in an unknown coding', 'compress', Buffer.from(text)],
    ['named like a property of all objects', 'constructor', Buffer.from(text)],
    ['compressed three times over', 'gzip, gzip, gzip', Buffer.from(text)],
  ])('that is %s is a bad response', async (_what, encoding, body) => {
    const client = await clientFor((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    expect((await failure(get(client))).code).toBe('UPSTREAM_BAD_RESPONSE');
  });

  it('is refused by its content-length before any of it is read', async () => {
    const client = await clientFor(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 1_001 });
        response.flushHeaders();
      },
      { maxResponseBytes: 1_000 },
    );
    expect((await failure(get(client))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  });

  it('may be exactly as large as the limit', async () => {
    const client = await clientFor((_request, response) => response.end('a'.repeat(1_000)), {
      maxResponseBytes: 1_000,
    });
    expect((await get(client)).body.length).toBe(1_000);
  });

  it('without an end is left after the limit: the backend could write little more', async () => {
    const written = Promise.withResolvers<number>();
    const client = await clientFor(
      (_request, response) => void writeEndlessly(response, '').then(written.resolve),
      { maxResponseBytes: 1_000_000 },
    );
    expect((await failure(get(client))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
    // What the sockets' buffers take beyond the limit is some megabytes; the 100 MB of the attack it is not.
    expect(await written.promise).toBeLessThan(20_000_000);
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    const ports = new Set<number | undefined>();
    const client = await clientFor((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    for (let i = 0; i < 20; i += 1) await get(client);
    // A call made in the moment in which an answer ends may still find its connection busy.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('are no more than allowed; calls that wait for one can still be aborted and are then not sent', async () => {
    const seen: string[] = [];
    const arrived = Promise.withResolvers<void>();
    let finish: () => void = () => undefined;
    const client = await clientFor(
      (request, response) => {
        seen.push(request.url ?? '');
        finish = () => response.end();
        arrived.resolve();
      },
      { connections: 1 },
    );
    const first = get(client, '/first');
    await arrived.promise;
    const controller = new AbortController();
    const waiting = client.send(
      { method: 'GET', path: '/waiting' },
      callOptions({ signal: controller.signal }),
    );
    controller.abort();
    expect((await failure(waiting)).code).toBe('REQUEST_CANCELLED');
    finish();
    await first;
    const last = get(client, '/last');
    await expect.poll(() => seen).toEqual(['/first', '/last']);
    finish();
    await last;
  });

  it('leave no listener on a signal that many calls share', async () => {
    const client = await clientFor((_request, response) => response.end());
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await Promise.all(
      Array.from({ length: 20 }, () => client.send({ method: 'GET', path: '/' }, callOptions({ signal }))),
    );
    expect(listeners).toBe(0);
  });
});

describe('TLS', () => {
  async function tlsClient(tls: HttpClientOptions['tls'] & object): Promise<HttpClient> {
    const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (_request, response) => {
      response.end('secret');
    });
    const port = await listen(server);
    const client = createHttpClient({ name: 'orders', baseUrl: `https://127.0.0.1:${port}`, tls });
    cleanUp.push(
      async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
      () => client.close(),
    );
    return client;
  }

  it("speaks to a backend whose certificate the configured authority signed, under the backend's own name", async () => {
    const client = await tlsClient({ ca: CERTIFICATE, serverName: 'orders.test' });
    expect((await get(client)).body.toString()).toBe('secret');
  });

  it.each([
    ['of an unknown authority', { serverName: 'orders.test' }],
    ['for another name', { ca: CERTIFICATE, serverName: 'other.test' }],
  ])('sends nothing to a backend with a certificate %s', async (_what, tls) => {
    const error = await failure(get(await tlsClient(tls)));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });

  it('takes any certificate if told so', async () => {
    const client = await tlsClient({ rejectUnauthorized: false });
    expect((await get(client)).body.toString()).toBe('secret');
  });
});

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { SluiceError } from '../../gateway/errors.ts';
import { errorResponse } from '../../gateway/http/error-response.ts';
import type { HttpHandler, HttpRequest } from '../../gateway/http/message.ts';
import { startHttpServer } from '../../gateway/http/server.ts';
import type { HttpLimits, HttpServer } from '../../gateway/http/server.ts';

const LIMITS: HttpLimits = {
  bodyBytes: 1000,
  headerBytes: 4096,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
};
const open: HttpServer[] = [];
const failures: unknown[] = [];

async function start(handler: HttpHandler, limits: Partial<HttpLimits> = {}): Promise<HttpServer> {
  const server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    handler,
    limits: { ...LIMITS, ...limits },
    onError: (error) => failures.push(error),
  });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close({ graceMs: 0 })));
  failures.length = 0;
});

const text = (body: string, status = 200) => ({ status, headers: { 'content-type': 'text/plain' }, body });

/** Sends raw bytes and gives everything that comes back until the connection ends. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('a request', () => {
  test('has method, path, query, lower-case headers, address and body as they were sent', async () => {
    const seen: HttpRequest[] = [];
    const server = await start(async (request) => {
      seen.push(request);
      return text((await request.readBody()).toString());
    });
    const response = await fetch(`${server.url}/a%20b?x=1&y=%C3%BC`, {
      method: 'POST',
      headers: { 'X-Thing': 'yes' },
      body: 'grüße 🌊',
    });
    expect(await response.text()).toBe('grüße 🌊');
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/a%20b', query: 'x=1&y=%C3%BC' });
    expect(seen[0]?.headers['x-thing']).toBe('yes');
    expect(seen[0]?.remoteAddress).toBe('127.0.0.1');
  });

  test('in absolute form is read like one in origin form', async () => {
    const server = await start(async (request) => text(`${request.path}|${request.query}`));
    const answer = await raw(
      server.port,
      'GET http://example.com/graphql?a=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toContain('/graphql|a=1');
  });

  test('gets no body in answer to HEAD, but the length it would have', async () => {
    const server = await start(async () => text('hello'));
    const response = await fetch(server.url, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  test('that expects 100-continue is told to go on only when the body is wanted', async () => {
    const server = await start(async (request) =>
      request.path === '/no' ? text('refused', 417) : text(String((await request.readBody()).length)),
    );
    const ask = async (path: string) => {
      const client = httpRequest(`${server.url}${path}`, {
        method: 'POST',
        headers: { expect: '100-continue', 'content-length': '3' },
      });
      let continued = false;
      client.on('continue', () => {
        continued = true;
        client.end('abc');
      });
      client.flushHeaders();
      const [response] = await once(client, 'response');
      response.resume();
      client.destroy();
      return { continued, status: response.statusCode };
    };
    expect(await ask('/yes')).toEqual({ continued: true, status: 200 });
    expect(await ask('/no')).toEqual({ continued: false, status: 417 });
  });
});

describe('a body', () => {
  const reading: HttpHandler = async (request) => {
    try {
      return text(String((await request.readBody()).length));
    } catch (error) {
      return errorResponse(SluiceError.from(error), { accept: undefined, id: '' });
    }
  };

  test('of exactly the limit is read; one byte more is refused with 413 and the limit', async () => {
    const server = await start(reading);
    const send = (bytes: number) => fetch(server.url, { method: 'POST', body: 'x'.repeat(bytes) });
    expect(await (await send(1000)).text()).toBe('1000');
    const refused = await send(1001);
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain('1000 bytes');
  });

  test('without a length is counted while it comes and refused when it is too large', async () => {
    const server = await start(reading);
    async function* chunks() {
      for (let index = 0; index < 20; index++) yield new TextEncoder().encode('x'.repeat(100));
    }
    const init = { method: 'POST', body: Readable.from(chunks()), duplex: 'half' } as unknown;
    const response = await fetch(server.url, init as RequestInit);
    expect(response.status).toBe(413);
  });

  test('whose client leaves half-way rejects and aborts the signal', async () => {
    const outcome = Promise.withResolvers<{ body: unknown; signal: unknown }>();
    const server = await start(async (request) => {
      const body = await request.readBody().catch((error: unknown) => error);
      outcome.resolve({ body, signal: request.signal.reason });
      return text('late');
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc', () => socket.destroy());
    const { body } = await outcome.promise;
    expect(body).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });
});

describe('a client', () => {
  test('that goes away aborts the request signal with REQUEST_CANCELLED', async () => {
    const reason = Promise.withResolvers<unknown>();
    const server = await start(async (request) => {
      const { signal } = request;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      reason.resolve(signal.reason);
      return text('too late');
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n', () => setImmediate(() => socket.destroy()));
    expect(await reason.promise).toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(failures).toEqual([]);
  });

  test('that got its answer leaves the signal alone', async () => {
    let signal: AbortSignal | undefined;
    const server = await start(async (request) => {
      signal = request.signal;
      return text('done');
    });
    await (await fetch(server.url, { headers: { connection: 'close' } })).text();
    await server.close({ graceMs: 1000 });
    expect(signal?.aborted).toBe(false);
  });

  test('that does not speak HTTP gets 400 and no more', async () => {
    const server = await start(async () => text('hello'));
    expect(await raw(server.port, '\u0016\u0003\u0001garbage\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });

  test('that sends too many headers gets 431', async () => {
    const server = await start(async () => text('hello'));
    const answer = await raw(server.port, `GET / HTTP/1.1\r\nhost: x\r\nbig: ${'x'.repeat(5000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431/);
  });

  test('that never finishes its headers is shown out with 408', async () => {
    const server = await start(async () => text('hello'), { headersTimeoutMs: 200, requestTimeoutMs: 400 });
    expect(await raw(server.port, 'GET / HTTP/1.1\r\nhost:')).toMatch(/^HTTP\/1.1 408/);
  });
});

describe('a streamed answer', () => {
  test('arrives chunk by chunk', async () => {
    const second = Promise.withResolvers<void>();
    async function* body() {
      yield 'one ';
      await second.promise;
      yield new TextEncoder().encode('two');
    }
    const server = await start(async () => ({ status: 200, headers: {}, body: body() }));
    const response = await fetch(server.url);
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('one ');
    second.resolve();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('two');
    expect((await reader.read()).done).toBe(true);
  });

  test('is closed at its source when the client leaves', async () => {
    const returned = Promise.withResolvers<void>();
    const body = {
      [Symbol.asyncIterator]: () => ({
        first: true,
        next() {
          if (!this.first) return new Promise<never>(() => {});
          this.first = false;
          return Promise.resolve({ done: false as const, value: 'hello' });
        },
        async return() {
          returned.resolve();
          return { done: true as const, value: undefined };
        },
      }),
    };
    const server = await start(async () => ({ status: 200, headers: {}, body }));
    const client = new AbortController();
    const response = await fetch(server.url, { signal: client.signal });
    await response.body!.getReader().read();
    client.abort();
    await returned.promise;
  });

  test('is read no faster than the client takes it', async () => {
    let produced = 0;
    const gone = Promise.withResolvers<void>();
    async function* body() {
      try {
        for (;;) {
          produced++;
          yield 'x'.repeat(65_536);
        }
      } finally {
        gone.resolve();
      }
    }
    const server = await start(async () => ({ status: 200, headers: {}, body: body() }));
    const socket = connect(server.port, '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    // The producer stands still once the kernel's buffers are full.
    let before = -1;
    do {
      before = produced;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (before !== produced);
    expect(produced).toBeLessThan(2000);
    socket.destroy();
    await gone.promise;
  });

  test('that fails is cut off, so that nobody takes it for complete, and reported', async () => {
    async function* body() {
      yield 'half';
      throw new Error('source broke');
    }
    const server = await start(async () => ({ status: 200, headers: {}, body: body() }));
    await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
    expect(failures).toMatchObject([{ message: 'source broke' }]);
  });
});

describe('a handler that rejects', () => {
  test('is answered with 500 without its message, and reported', async () => {
    const server = await start(() => Promise.reject(new Error('secret detail')));
    const response = await fetch(server.url);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(failures).toMatchObject([{ message: 'secret detail' }]);
  });
});

describe('listening', () => {
  test('on a port in use fails, naming the port and what to do', async () => {
    const first = await start(async () => text('first'));
    await expect(
      startHttpServer({
        port: first.port,
        host: '127.0.0.1',
        handler: async () => text('second'),
        limits: LIMITS,
        onError: () => {},
      }),
    ).rejects.toThrow(`Port ${first.port} on 127.0.0.1 is in use by another process. Stop that process, or`);
  });

  test('on an address that this machine does not have fails with a hint', async () => {
    const options = { port: 0, handler: async () => text(''), limits: LIMITS, onError: () => {} };
    await expect(startHttpServer({ ...options, host: '203.0.113.7' })).rejects.toThrow('Use 127.0.0.1');
  });
});

describe('closing', () => {
  test('finishes what is running, tells its client to leave, and takes nothing new', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await start(async () => {
      started.resolve();
      await finish.promise;
      return text('finished');
    });
    const answer = fetch(server.url);
    await started.promise;
    const closed = server.close({ graceMs: 10_000 });
    await expect(fetch(server.url)).rejects.toThrow();
    finish.resolve();
    const response = await answer;
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.text()).toBe('finished');
    await closed;
  });

  test('does not wait for idle connections', async () => {
    const server = await start(async () => text('hello'));
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    await server.close({ graceMs: 60_000 });
  });

  test('cuts off what is still running after the grace, with SHUTTING_DOWN as its reason', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const server = await start((request) => {
      started.resolve(request.signal);
      return new Promise(() => {});
    });
    const answer = fetch(server.url).catch((error: unknown) => error);
    const signal = await started.promise;
    await server.close({ graceMs: 20 });
    expect(signal.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await answer).toBeInstanceOf(Error);
  });
});

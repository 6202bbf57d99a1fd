import { once } from 'node:events';
import type http2 from 'node:http2';
import { Metadata } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { SluiceError } from '../../../gateway/errors.ts';
import { createGrpcUpstream } from '../../../gateway/upstreams/grpc.ts';
import type { GrpcUpstreamOptions } from '../../../gateway/upstreams/grpc.ts';
import type {
  GrpcInput,
  Upstream,
  UpstreamRequest,
  UpstreamResponse,
} from '../../../gateway/upstreams/upstream.ts';
import { callOptions, failure } from '../contract.ts';
import { frame, startBackend, startRawBackend } from './backend.ts';
import { fixtures } from './fixtures.ts';

const registry = fixtures('kinds.proto');
const point = registry.codec('kinds.v1.Point');
const bytesOf = (data: object): Buffer => Buffer.from(point.encode(data));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function stopping<Backend extends { stop(): void }>(backend: Backend): Backend {
  cleanups.push(() => backend.stop());
  return backend;
}

function upstreamTo(address: string, options: Partial<GrpcUpstreamOptions> = {}): Upstream<GrpcInput> {
  const upstream = createGrpcUpstream({ name: 'echo', address, registry, ...options });
  cleanups.push(() => upstream.close());
  return upstream;
}

function answersOf(stream: AsyncIterable<UpstreamResponse>): AsyncIterator<UpstreamResponse> {
  return stream[Symbol.asyncIterator]();
}

function request(
  method: string,
  message: Readonly<Record<string, unknown>> = {},
): UpstreamRequest<GrpcInput> {
  return { operation: `kinds.v1.Echo/${method}`, input: { message }, idempotent: true };
}

describe('a unary call', () => {
  it('sends and receives every kind of field', async () => {
    const backend = stopping(
      await startBackend({ Everything: (call, answer) => answer(null, call.request) }),
    );
    const message = {
      scalars: { anInt64: '9007199254740993', aDouble: Number.NaN, mood: 'MOOD_SAD', aFloat: 0.1 },
      maps: { byInt64: { '-9223372036854775808': 1 }, byBool: { true: 'MOOD_HAPPY' } },
      choice: { point: { x: 1, y: -1 } },
      wellKnown: { at: '2025-02-28T23:30:00.123456789-01:00', struct: { a: [null, { b: 1 }] }, anInt64: '0' },
    };
    const { data, status } = await upstreamTo(backend.address).call(
      request('Everything', message),
      callOptions(),
    );
    expect(status).toBe(0);
    expect(data).toMatchObject({
      ...message,
      wellKnown: { ...message.wellKnown, at: '2025-03-01T00:30:00.123456789Z' },
    });
  });

  it('passes metadata both ways, binary values in base64', async () => {
    let seen: Metadata | undefined;
    const backend = stopping(
      await startBackend({
        Point(call, answer) {
          seen = call.metadata;
          const initial = new Metadata();
          initial.add('x-many', 'a');
          initial.add('x-many', 'b');
          initial.set('x-data-bin', Buffer.from([1, 2]));
          call.sendMetadata(initial);
          const trailing = new Metadata();
          trailing.set('x-cost', '7');
          trailing.set('x-many', 'c');
          answer(null, call.request, trailing);
        },
      }),
    );
    const { headers } = await upstreamTo(backend.address).call(
      request('Point'),
      callOptions({
        headers: {
          authorization: 'Bearer t',
          'trace-bin': 'AQI=, AwQ',
          'bad-bin': '§',
          'x-umlaut': 'ü',
          'x bad name': 'a',
          'grpc-timeout': '1n',
          'grpc-internal-thing': 'a',
          'content-type': 'application/json',
          'accept-encoding': 'br',
          'user-agent': 'curl',
        },
      }),
    );
    expect(headers).toMatchObject({ 'x-many': 'a, b, c', 'x-data-bin': 'AQI=', 'x-cost': '7' });
    expect(
      Object.keys(headers).filter((name) => name.startsWith('grpc-') || name === 'content-type'),
    ).toEqual([]);
    expect(seen?.get('authorization')).toEqual(['Bearer t']);
    expect(seen?.get('trace-bin')).toEqual([Buffer.from([1, 2]), Buffer.from([3, 4])]);
    expect(seen?.get('user-agent').join()).toMatch(/^sluice /);
    for (const name of ['bad-bin', 'x-umlaut', 'x bad name', 'grpc-internal-thing'])
      expect(seen?.get(name)).toEqual([]);
    expect(JSON.stringify(seen?.toJSON())).not.toMatch(/application\/json|"br"/);
  });

  it('passes the deadline on', async () => {
    let deadline = 0;
    const backend = stopping(
      await startBackend({
        Point(call, answer) {
          deadline = Number(call.getDeadline());
          answer(null, call.request);
        },
      }),
    );
    const upstream = upstreamTo(backend.address);
    const deadlineAt = Date.now() + 20_000;
    await upstream.call(request('Point'), callOptions({ deadlineAt }));
    expect(Math.abs(deadline - deadlineAt)).toBeLessThan(5_000);
    await upstream.call(request('Point'), callOptions({ deadlineAt: Number.POSITIVE_INFINITY }));
    expect(deadline).toBe(Number.POSITIVE_INFINITY);
  });

  it('works as soon as a backend that was down is up', async () => {
    const first = await startBackend({ Point: (call, answer) => answer(null, call.request) });
    first.stop();
    const upstream = upstreamTo(first.address, {
      channelOptions: { 'grpc.initial_reconnect_backoff_ms': 100 },
    });
    const error = await failure(upstream.call(request('Point'), callOptions()));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    const { Server, ServerCredentials } = await import('@grpc/grpc-js');
    const server = new Server();
    server.register(
      '/kinds.v1.Echo/Point',
      (call: ServerUnaryCall<Buffer, Buffer>, answer: (error: null, bytes: Buffer) => void) =>
        answer(null, call.request),
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      'unary',
    );
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(first.address, ServerCredentials.createInsecure(), (problem) =>
        problem ? reject(problem) : resolve(),
      );
    });
    cleanups.push(() => server.forceShutdown());
    for (;;) {
      const outcome = await upstream
        .call(request('Point', { x: 3 }), callOptions())
        .catch((problem: unknown) => problem);
      if (outcome instanceof SluiceError) expect(outcome.code).toBe('UPSTREAM_UNAVAILABLE');
      else {
        expect(outcome).toMatchObject({ data: { x: 3, y: 0 } });
        return;
      }
    }
  });

  it('is sent again when the backend refused it unseen', async () => {
    let calls = 0;
    const backend = stopping(
      await startRawBackend((stream) => {
        if (++calls === 1) return stream.close(7 /* REFUSED_STREAM */);
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        return stream.end(frame(bytesOf({ x: 1 })));
      }),
    );
    const { data } = await upstreamTo(backend.address).call(request('Point'), callOptions());
    expect(data).toEqual({ x: 1, y: 0 });
    expect(calls).toBe(2);
  });

  it('refuses bad input before sending it', async () => {
    let calls = 0;
    const backend = stopping(
      await startBackend({
        Point(call, answer) {
          calls++;
          answer(null, call.request);
        },
      }),
    );
    const upstream = upstreamTo(backend.address, { maxRequestBytes: 5 });
    expect(await failure(upstream.call(request('Point', { x: 'a' }), callOptions()))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.x: "a" is not an int32',
      service: 'echo',
    });
    expect(await failure(upstream.call(request('Point', { x: -1 }), callOptions()))).toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      message: 'The request to kinds.v1.Echo/Point of the service "echo" has 11 bytes; 5 are allowed.',
    });
    expect(calls).toBe(0);
  });

  it('is not made for a method that the protos do not have, that streams or that takes a stream', async () => {
    const upstream = upstreamTo('127.0.0.1:1');
    expect(await failure(upstream.call(request('Pint'), callOptions()))).toMatchObject({
      code: 'UPSTREAM_UNIMPLEMENTED',
      message:
        'The protos of the service "echo" have no method "kinds.v1.Echo/Pint". Did you mean "kinds.v1.Echo/Point"?',
    });
    for (const method of ['Count', 'Collect']) {
      expect((await failure(upstream.call(request(method), callOptions()))).code).toBe(
        'UPSTREAM_UNIMPLEMENTED',
      );
    }
  });

  it('says so when the backend does not have the method', async () => {
    const backend = stopping(await startBackend({ Point: (call, answer) => answer(null, call.request) }));
    expect(await failure(upstreamTo(backend.address).call(request('Missing'), callOptions()))).toMatchObject({
      code: 'UPSTREAM_UNIMPLEMENTED',
      message: 'The service "echo" does not implement this method.',
      extensions: { grpcStatus: 'UNIMPLEMENTED', service: 'echo' },
    });
  });

  it('is cancelled at the backend when nobody waits any more', async () => {
    const called = Promise.withResolvers<ServerUnaryCall<Buffer, Buffer>>();
    const backend = stopping(await startBackend({ Point: (call) => called.resolve(call) }));
    const controller = new AbortController();
    const pending = failure(
      upstreamTo(backend.address).call(request('Point'), callOptions({ signal: controller.signal })),
    );
    const call = await called.promise;
    const cancelled = once(call, 'cancelled');
    controller.abort(new SluiceError('SHUTTING_DOWN', 'The gateway is shutting down.'));
    expect(await pending).toMatchObject({ code: 'SHUTTING_DOWN', message: 'The gateway is shutting down.' });
    await cancelled;
  });

  it('that was on its way when the backend died must not be sent again', async () => {
    const called = Promise.withResolvers<void>();
    const backend = await startBackend({ Point: () => called.resolve() });
    const pending = failure(upstreamTo(backend.address).call(request('Point'), callOptions()));
    await called.promise;
    backend.stop();
    const error = await pending;
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', service: 'echo', retryable: false });
    expect(error.message).toBe('The service "echo" ended the connection before its answer was complete.');
    expect(JSON.stringify([error.message, error.extensions])).not.toContain(backend.address.split(':')[1]);
  });
});

describe('an answer that is too large is refused', () => {
  it('when it is 100 MB, without taking memory for it', async () => {
    let sent = 0;
    const backend = stopping(
      await startRawBackend((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        const head = Buffer.alloc(5);
        head.writeUInt32BE(100 * 1024 * 1024, 1);
        stream.write(head);
        const more = (): void => {
          if (stream.destroyed) return;
          sent += 65_536;
          stream.write(Buffer.alloc(65_536), more);
        };
        more();
      }),
    );
    const error = await failure(upstreamTo(backend.address).call(request('Point'), callOptions()));
    expect(error.code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('when a few compressed bytes hold it', async () => {
    const { gzipSync } = await import('node:zlib');
    const backend = stopping(
      await startRawBackend((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' });
        const bomb = frame(gzipSync(Buffer.alloc(30 * 1024 * 1024)));
        bomb[0] = 1;
        stream.write(bomb);
      }),
    );
    const error = await failure(upstreamTo(backend.address).call(request('Point'), callOptions()));
    expect(error.code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  });
});

describe('an answer that is no answer', () => {
  const HEAD = { ':status': 200, 'content-type': 'application/grpc' };
  const trailers = (
    stream: Parameters<Parameters<typeof startRawBackend>[0]>[0],
    values: http2.OutgoingHttpHeaders,
  ): void => {
    stream.on('wantTrailers', () => stream.sendTrailers(values));
  };

  it.each<[string, Parameters<typeof startRawBackend>[0]]>([
    [
      'OK without a message',
      (stream) => {
        stream.respond(HEAD, { waitForTrailers: true });
        trailers(stream, { 'grpc-status': '0' });
        stream.end();
      },
    ],
    [
      'OK with half a frame',
      (stream) => {
        stream.respond(HEAD, { waitForTrailers: true });
        trailers(stream, { 'grpc-status': '0' });
        stream.end(frame(bytesOf({ x: 1 })).subarray(0, 6));
      },
    ],
    [
      'bytes that are not the message',
      (stream) => {
        stream.respond(HEAD, { waitForTrailers: true });
        trailers(stream, { 'grpc-status': '0' });
        stream.end(frame(Buffer.from([0x0f, 0xff])));
      },
    ],
    [
      'an end without a status',
      (stream) => {
        stream.respond(HEAD);
        stream.end(frame(bytesOf({ x: 1 })));
      },
    ],
    [
      'a page of HTML',
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' });
        stream.end('<html>It works!</html>');
      },
    ],
  ])('is told as such: %s', async (_, answer) => {
    const backend = stopping(await startRawBackend(answer));
    const error = await failure(upstreamTo(backend.address).call(request('Point'), callOptions()));
    expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', retryable: false });
    expect(error.message).toContain('"echo"');
  });

  it('keeps what HTTP statuses of a proxy mean', async () => {
    const backend = stopping(
      await startRawBackend((stream) => {
        stream.respond({ ':status': 503, 'content-type': 'text/plain' });
        stream.end('upstream 10.1.2.3:50051 is unhealthy');
      }),
    );
    const error = await failure(upstreamTo(backend.address).call(request('Point'), callOptions()));
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The service "echo" is not available.',
    });
  });
});

describe('a stream', () => {
  it('gives the answers in order, with the headers, and ends', async () => {
    const backend = stopping(
      await startBackend({
        Count(call) {
          const metadata = new Metadata();
          metadata.set('x-first', '1');
          call.sendMetadata(metadata);
          for (let x = 0; x < 100; x++) call.write(bytesOf({ x }));
          call.end();
        },
      }),
    );
    const seen: unknown[] = [];
    for await (const response of upstreamTo(backend.address).stream(request('Count'), callOptions())) {
      expect(response.headers).toMatchObject({ 'x-first': '1' });
      seen.push((response.data as { x: number }).x);
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, x) => x));
  });

  /** Writes until the connection pushes back; `written` counts. */
  async function endless(): Promise<{
    address: string;
    call: Promise<ServerWritableStream<Buffer, Buffer>>;
    written(): number;
  }> {
    const called = Promise.withResolvers<ServerWritableStream<Buffer, Buffer>>();
    let written = 0;
    const payload = bytesOf({ x: 1 });
    const padded = Buffer.concat([
      payload,
      Buffer.from([0x9a, 0x06, 0x80, 0x80, 0x04]),
      Buffer.alloc(65_536),
    ]);
    const backend = stopping(
      await startBackend({
        Count(call) {
          const more = (): void => {
            while (!call.cancelled) {
              written++;
              if (!call.write(padded)) return void call.once('drain', more);
            }
          };
          call.on('error', () => {});
          more();
          called.resolve(call);
        },
      }),
    );
    return { address: backend.address, call: called.promise, written: () => written };
  }

  it('is read no faster than the consumer takes, and cancelled when the consumer stops', async () => {
    const backend = await endless();
    let taken = 0;
    for await (const response of upstreamTo(backend.address).stream(request('Count'), callOptions())) {
      expect(response.data).toEqual({ x: 1, y: 0 });
      if (++taken < 20) continue;
      const call = await backend.call;
      // The backend has come to wait for us: it writes no more although it could.
      while (!call.writableNeedDrain) await new Promise((resolve) => setImmediate(resolve));
      expect(backend.written()).toBeLessThan(1_000);
      break;
    }
    const call = await backend.call;
    while (!call.cancelled) await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends at once when the consumer stops while it waits', async () => {
    const called = Promise.withResolvers<ServerWritableStream<Buffer, Buffer>>();
    const backend = stopping(await startBackend({ Count: (call) => called.resolve(call) }));
    const iterator = answersOf(upstreamTo(backend.address).stream(request('Count'), callOptions()));
    const waiting = iterator.next();
    const call = await called.promise;
    const cancelled = once(call, 'cancelled');
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    await cancelled;
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('gives what came before the error, then the error, then nothing', async () => {
    const backend = stopping(
      await startBackend({
        Count(call) {
          call.write(bytesOf({ x: 1 }));
          call.emit('error', { code: 9, details: 'The counter is broken.' });
        },
      }),
    );
    const iterator = answersOf(upstreamTo(backend.address).stream(request('Count'), callOptions()));
    expect(await iterator.next()).toMatchObject({ done: false, value: { data: { x: 1, y: 0 } } });
    await expect(iterator.next()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: 'The counter is broken.',
      service: 'echo',
    });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with the reason of the signal, and the backend sees it', async () => {
    const called = Promise.withResolvers<ServerWritableStream<Buffer, Buffer>>();
    const backend = stopping(await startBackend({ Count: (call) => called.resolve(call) }));
    const controller = new AbortController();
    const stream = upstreamTo(backend.address).stream(
      request('Count'),
      callOptions({ signal: controller.signal }),
    );
    const waiting = answersOf(stream).next();
    const call = await called.promise;
    const cancelled = once(call, 'cancelled');
    controller.abort(new SluiceError('DEADLINE_EXCEEDED', 'Too long.'));
    await expect(waiting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'Too long.' });
    await cancelled;
  });

  it('outlives the closing of its upstream, which takes nothing new; its connection ends with it', async () => {
    const called = Promise.withResolvers<ServerWritableStream<Buffer, Buffer>>();
    const backend = await startBackend({ Count: (call) => called.resolve(call) });
    const upstream = upstreamTo(backend.address);
    const events = answersOf(upstream.stream(request('Count'), callOptions()));
    const others = answersOf(upstream.stream(request('Count'), callOptions()));
    const first = events.next();
    const call = await called.promise;
    await upstream.close();
    call.write(bytesOf({ x: 1 }));
    expect(await first).toMatchObject({ value: { data: { x: 1 } } });
    await expect(others.next()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    call.write(bytesOf({ x: 2 }));
    expect(await events.next()).toMatchObject({ value: { data: { x: 2 } } });
    await events.return?.();
    // Settles when no connection is left, and cuts none.
    await new Promise<void>((resolve) => backend.server.tryShutdown(() => resolve()));
  });

  it('refuses an answer that cannot be read, bad input, and methods that do not stream', async () => {
    const backend = stopping(
      await startBackend({
        Count(call) {
          call.write(Buffer.from([0x0f]));
        },
      }),
    );
    const upstream = upstreamTo(backend.address);
    const first = (method: string, message: object): Promise<unknown> =>
      answersOf(upstream.stream(request(method, message as never), callOptions())).next();
    await expect(first('Count', {})).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    await expect(first('Count', { x: 'a' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(first('Point', {})).rejects.toMatchObject({ code: 'UPSTREAM_UNIMPLEMENTED' });
  });
});

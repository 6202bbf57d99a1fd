import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createJsonUpstream } from '../../gateway/upstreams/json.ts';
import type { HttpInput, Upstream, UpstreamResponse } from '../../gateway/upstreams/upstream.ts';
import { callOptions, failure } from './contract.ts';
import { serve } from './http-backend.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
});

async function upstreamFor(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Upstream<HttpInput>> {
  const server = await serve(handler);
  const upstream = createJsonUpstream({
    name: 'catalogue',
    baseUrl: server.baseUrl,
    maxResponseBytes: 1_000_000,
  });
  cleanUp.push(
    () => server.stop(),
    () => upstream.close(),
  );
  return upstream;
}

const answering = (
  type: string | undefined,
  body: string | Buffer,
  status = 200,
): Promise<Upstream<HttpInput>> =>
  upstreamFor((_request, response) => {
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(status).end(body);
  });

function call(upstream: Upstream<HttpInput>, input: Partial<HttpInput> = {}): Promise<UpstreamResponse> {
  const request = { method: 'GET', path: '/', ...input } as const;
  return upstream.call({ operation: 'GET /', input: request, idempotent: true }, callOptions());
}

describe('an answer of the json wire', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/hal+json',
    'text/json',
    undefined,
  ])('is JSON under the content type %s', async (type) => {
    expect((await call(await answering(type, '{"a":[1,null,"x"]}'))).data).toEqual({ a: [1, null, 'x'] });
  });

  it('may begin with a byte order mark', async () => {
    expect((await call(await answering('application/json', '\uFEFF{"a":1}'))).data).toEqual({ a: 1 });
  });

  it('keeps integers exact that a number cannot hold, as strings, and leaves all others alone', async () => {
    const body =
      '{"big":9007199254740993,"neg":-9223372036854775808,"safe":9007199254740991,"float":1234567890123456.5,"exp":1e20,"text":"12345678901234567890"}';
    expect((await call(await answering('application/json', body))).data).toEqual({
      big: '9007199254740993',
      neg: '-9223372036854775808',
      safe: 9007199254740991,
      float: 1234567890123456.5,
      exp: 1e20,
      text: '12345678901234567890',
    });
  });

  it('with a key "__proto__" changes no prototype', async () => {
    const { data } = await call(
      await answering('application/json', '{"__proto__":{"admin":1234567890123456789}}'),
    );
    expect((data as Record<string, unknown>)['admin']).toBeUndefined();
    expect(Object.keys(data as object)).toEqual(['__proto__']);
  });

  it.each([204, 200])('that is empty is null (status %i)', async (status) => {
    expect(await call(await answering(undefined, '', status))).toMatchObject({ data: null, status });
  });

  it('is a string if it is text, in the charset it names', async () => {
    expect((await call(await answering('text/plain', 'grün'))).data).toBe('grün');
    const latin1 = Buffer.from('grün', 'latin1');
    expect((await call(await answering('text/csv; charset=ISO-8859-1', latin1))).data).toBe('grün');
  });

  it.each([
    ['application/x-ndjson', '{"a":1}\n{"a":2}', 'application/x-ndjson'],
    ['application/octet-stream', 'x', 'application/octet-stream'],
    ['application/json', '<html>', 'not valid JSON'],
    ['application/json', Buffer.from('"gr\xfcn"', 'latin1'), 'not UTF-8'],
    ['text/plain; charset=utf-8', Buffer.from('gr\xfcn', 'latin1'), 'charset'],
    ['text/plain; charset=nonsense', 'x', 'charset'],
  ])('%s that cannot be read is a bad response that says why', async (type, body, reason) => {
    const error = await failure(call(await answering(type, body)));
    expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
    expect(error.message).toContain(reason);
  });

  it('that redirects is an error, and nobody follows', async () => {
    const paths: (string | undefined)[] = [];
    const upstream = await upstreamFor((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const error = await failure(call(upstream));
    expect(error).toMatchObject({ code: 'UPSTREAM_ERROR', status: 302 });
    expect(error.message).toContain('redirect');
    expect(paths).toEqual(['/']);
  });

  it('that refuses in something else than JSON gives a neutral sentence with the status', async () => {
    const error = await failure(call(await answering('text/html', '<h1>secret stack</h1>', 404)));
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The service "catalogue" answered with status 404.',
    });
    expect((await failure(call(await answering('application/json', '{"mess', 409)))).code).toBe('CONFLICT');
  });
});

describe('a body of the json wire', () => {
  const echo = (): Promise<Upstream<HttpInput>> =>
    upstreamFor((request, response) => {
      void readText(request).then((body) => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            type: request.headers['content-type'] ?? null,
            accept: request.headers.accept,
            body,
          }),
        );
      });
    });

  it.each([
    [undefined, undefined, null, ''],
    [null, undefined, 'application/json', 'null'],
    [{ a: ['ü'] }, undefined, 'application/json', '{"a":["ü"]}'],
    [{ a: 1 }, 'application/merge-patch+json', 'application/merge-patch+json', '{"a":1}'],
    [
      { a: [1, 'b c'], d: true, e: null },
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded',
      'a=1&a=b+c&d=true',
    ],
    ['hello', 'text/plain', 'text/plain', 'hello'],
    [12, 'text/plain', 'text/plain', '12'],
  ])('%j sent as %s', async (body, type, sentType, sent) => {
    const input = {
      method: 'POST' as const,
      body,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    };
    expect((await call(await echo(), input)).data).toEqual({
      type: sentType,
      accept: 'application/json',
      body: sent,
    });
  });

  it.each([
    [{ a: { b: 1 } }, 'application/x-www-form-urlencoded'],
    [{ a: 1 }, 'application/pdf'],
    [{ a: 1n }, 'application/json'],
  ])('that cannot be written is refused before it is sent', async (body, type) => {
    const error = await failure(
      call(await echo(), { method: 'POST', body, headers: { 'content-type': type } }),
    );
    expect(error.code).toBe('BAD_USER_INPUT');
  });
});

it('the json wire has no streams and says so at the first item', async () => {
  const upstream = await answering('application/json', '1');
  const input = { method: 'GET', path: '/' } as const;
  const items = upstream.stream({ operation: 'GET /', input, idempotent: true }, callOptions());
  await expect(items[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'UPSTREAM_UNIMPLEMENTED',
    message: expect.stringContaining('json wire') as unknown,
  });
});

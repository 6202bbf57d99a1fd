import { gunzipSync, gzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { serverUnderTest } from './front/server-under-test.ts';

const schema = buildSchema('type Query { hello: String }');
const html = '<!doctype html><title>Sluice</title>';
const page = () => ({
  html,
  gzip: gzipSync(html),
  headers: { 'content-security-policy': "default-src 'self'" },
});

describe('routes', () => {
  test('/graphql and POST / are the endpoint', async () => {
    await using server = await serverUnderTest({ schema });
    for (const path of ['/graphql', '/']) {
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ hello }"}',
      });
      expect(await response.json()).toEqual({ data: { hello: null } });
    }
  });

  test('GET / shows the page to browsers only, compressed if they take it', async () => {
    await using server = await serverUnderTest({ schema, request: { page } });
    const shown = await fetch(server.url, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(shown.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(await shown.text()).toBe(html);
    expect((await fetch(server.url, { headers: { accept: 'application/json' } })).status).toBe(404);

    const ask = async (encoding: string) => {
      const client = httpRequest(server.url, {
        headers: { accept: 'text/html', 'accept-encoding': encoding },
      }).end();
      const [response] = await once(client, 'response');
      const chunks: Buffer[] = await response.toArray();
      return { encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) };
    };
    const zipped = await ask('br, gzip');
    expect(zipped.encoding).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(html);
    expect((await ask('gzip;q=0, br')).encoding).toBeUndefined();
  });

  test('without a page GET / is 404', async () => {
    await using server = await serverUnderTest({ schema });
    expect((await fetch(server.url, { headers: { accept: 'text/html' } })).status).toBe(404);
  });

  test('/healthz and /readyz tell the state, also to HEAD; POST to them is 405', async () => {
    const ready = () => ({ ready: false as const, reason: 'draining' });
    await using server = await serverUnderTest({ schema, request: { ready } });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`, { method: 'HEAD' })).status).toBe(503);
    const posted = await fetch(`${server.url}/healthz`, { method: 'POST' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  test('anything else is 404 as JSON that says where GraphQL is', async () => {
    await using server = await serverUnderTest({ schema });
    const response = await fetch(`${server.url}/grapqhl`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('/graphql'), extensions: { code: 'NOT_FOUND' } }],
    });
  });
});

describe('every request', () => {
  test('is logged and counted once, without its query string, headers or body', async () => {
    await using server = await serverUnderTest({ schema });
    await server.post(
      { query: 'query Secret { hello }' },
      { authorization: 'Bearer s3cret', 'x-request-id': 'r-1' },
    );
    await fetch(`${server.url}/nothing?token=s3cret`);
    const lines = server.lines.filter(({ message }) => message === 'request');
    expect(lines).toMatchObject([
      {
        requestId: 'r-1',
        method: 'POST',
        path: '/graphql',
        status: 200,
        outcome: 'ok',
        operationType: 'query',
        operationName: 'Secret',
      },
      { path: '/nothing', status: 404, outcome: 'NOT_FOUND' },
    ]);
    expect(JSON.stringify(server.lines)).not.toContain('s3cret');
    const text = await server.metrics.render();
    expect(text).toContain('sluice_requests_total{kind="query",outcome="ok"} 1');
    expect(text).toContain('sluice_requests_total{kind="http",outcome="NOT_FOUND"} 1');
    expect(text).not.toContain('Secret');
  });

  test('has an id in its answer: the sane one it brought, or a new one', async () => {
    await using server = await serverUnderTest({ schema });
    const id = async (given: string) => {
      const response = await server.post({ query: '{ hello }' }, { 'x-request-id': given });
      return response.headers.get('x-request-id');
    };
    expect(await id('trace-1:a')).toBe('trace-1:a');
    expect(await id('x'.repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await id('a b"c')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('that fails inside is answered with a masked error and its id', async () => {
    const front = { handle: () => Promise.reject(new TypeError('secret detail')) };
    await using server = await serverUnderTest({ schema, request: { front } });
    const response = await server.post({ query: '{ hello }' }, { 'x-request-id': 'r-9' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      errors: [
        { message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR', id: 'r-9' } },
      ],
    });
    expect(server.lines.find(({ message }) => message === 'request failed')).toMatchObject({
      requestId: 'r-9',
      error: { cause: { message: 'secret detail' } },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { createCors } from '../../../gateway/policies/inbound/cors.ts';
import { createInboundContext } from '../../../gateway/policies/kinds.ts';
import { okResponse, requestOf } from '../contexts.ts';

function run(origins: readonly string[], method: string, headers: Record<string, string>) {
  const request = requestOf({ method, headers });
  return createCors({ origins }).wrap(async () => okResponse())(request, createInboundContext(request));
}
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
};
const APP = 'https://app.example.com';

test('without origins nothing is allowed and nothing is added', async () => {
  expect((await run([], 'POST', { origin: APP })).headers).toEqual({});
});

describe('a listed origin', () => {
  test('may read answers', async () => {
    const { headers } = await run([APP], 'POST', { origin: APP });
    expect(headers).toMatchObject({ 'access-control-allow-origin': APP, vary: 'origin' });
  });

  test('gets its preflight answered without the endpoint being reached', async () => {
    const { status, headers } = await run([APP], 'OPTIONS', { origin: APP, ...PREFLIGHT });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
    });
  });
});

test('another origin is not allowed, and caches are told that answers differ', async () => {
  for (const [method, extra] of [
    ['POST', {}],
    ['OPTIONS', PREFLIGHT],
  ] as const) {
    const { headers } = await run([APP], method, { origin: 'https://evil.example', ...extra });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['vary']).toBe('origin');
  }
});

test('`*` allows every origin, and never cookies', async () => {
  const { headers } = await run(['*'], 'POST', { origin: 'https://any.example' });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers['access-control-allow-credentials']).toBeUndefined();
});

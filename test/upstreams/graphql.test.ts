import { afterEach, describe, expect, it } from 'vitest';
import { createGraphqlUpstream } from '../../gateway/upstreams/graphql.ts';
import type { UpstreamResponse } from '../../gateway/upstreams/upstream.ts';
import { callOptions, failure } from './contract.ts';
import { serve } from './http-backend.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
});

interface Asked {
  method?: string | undefined;
  url?: string | undefined;
  accept?: string | undefined;
  type?: string | undefined;
}

async function ask(
  type: string | undefined,
  body: string,
  status = 200,
): Promise<[Promise<UpstreamResponse>, Asked]> {
  const asked: Asked = {};
  const server = await serve((request, response) => {
    const { method, url, headers } = request;
    Object.assign(asked, { method, url, accept: headers.accept, type: headers['content-type'] });
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(status).end(body);
  });
  const upstream = createGraphqlUpstream({
    name: 'reviews',
    baseUrl: `${server.baseUrl}/v1/graphql/?tenant=a`,
  });
  cleanUp.push(
    () => server.stop(),
    () => upstream.close(),
  );
  const request = { operation: 'query Q', input: { body: '{"query":"{ a }"}' }, idempotent: true };
  return [upstream.call(request, callOptions()), asked];
}

const JSON_TYPES = ['application/graphql-response+json; charset=utf-8', 'application/json'];

describe('the graphql wire', () => {
  it('posts to the endpoint exactly as configured, its path and query included', async () => {
    const [answer, asked] = await ask('application/json', '{"data":null}');
    await answer;
    expect(asked).toEqual({
      method: 'POST',
      url: '/v1/graphql/?tenant=a',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      type: 'application/json',
    });
  });

  it.each(JSON_TYPES)('gives the whole result under %s', async (type) => {
    const result = { data: { a: null }, errors: [{ message: 'no', path: ['a'] }], extensions: { x: 1 } };
    const [answer] = await ask(type, JSON.stringify(result));
    expect(await answer).toMatchObject({ data: result, status: 200 });
  });

  it.each([400, 401, 500, 503])(
    'gives a result that comes with status %i, with that status',
    async (status) => {
      const result = { errors: [{ message: 'no', extensions: { code: 'X' } }] };
      const [answer] = await ask('application/graphql-response+json', JSON.stringify(result), status);
      expect(await answer).toMatchObject({ data: result, status });
    },
  );

  it.each([
    ['text/html', '<h1>Bad gateway</h1>', 502, 'UPSTREAM_UNAVAILABLE'],
    ['application/json', '{"message":"who are you?"}', 401, 'UNAUTHENTICATED'],
    ['application/json', 'oops', 500, 'UPSTREAM_ERROR'],
    ['application/json', '{"errors":"all of them"}', 500, 'UPSTREAM_ERROR'],
    ['application/json', '{"data":1}', 200, 'UPSTREAM_BAD_RESPONSE'],
    ['application/json', '{"errors":{}}', 200, 'UPSTREAM_BAD_RESPONSE'],
    ['application/json', '[]', 200, 'UPSTREAM_BAD_RESPONSE'],
    ['application/json', '', 200, 'UPSTREAM_BAD_RESPONSE'],
    ['text/html', '{"data":{}}', 200, 'UPSTREAM_BAD_RESPONSE'],
    [undefined, '{"data":{}}', 200, 'UPSTREAM_BAD_RESPONSE'],
  ])('%s with %j and status %i is no result', async (type, body, status, code) => {
    const [answer] = await ask(type, body, status);
    expect((await failure(answer)).code).toBe(code);
  });

  it('names a wrong content type', async () => {
    const [answer] = await ask('text/html', '<html>');
    expect((await failure(answer)).message).toContain('"text/html"');
  });

  it.each(['nonsense', 'ftp://x/graphql', 'http://u:p@x/graphql'])('refuses the endpoint %s', (baseUrl) => {
    expect(() => createGraphqlUpstream({ name: 'reviews', baseUrl })).toThrow(TypeError);
  });
});

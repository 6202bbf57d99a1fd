import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverUnderTest } from './server-under-test.ts';

/**
 * GraphQL over HTTP, audited against the running server. Titles and ids are those of the audits of `graphql-http`
 * (https://github.com/graphql/graphql-http); the checks are our own.
 */
const JSON_TYPE = 'application/json';
const RESPONSE_TYPE = 'application/graphql-response+json';
const TYPE_QUERY = 'query Type($name: String!) { __type(name: $name) { name } }';

let server: Awaited<ReturnType<typeof serverUnderTest>>;
beforeAll(async () => {
  server = await serverUnderTest({
    schema: buildSchema('type Query { hello(id: Int!): String } type Mutation { go: Int }'),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function post(body: unknown, accept?: string) {
  const response = await server.post(body, accept === undefined ? {} : { accept });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, type: response.headers.get('content-type') ?? '', answer };
}

async function get(parameters: Record<string, string>, accept?: string) {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`${server.url}/graphql?${query}`, {
    headers: { 'apollo-require-preflight': 'yes', ...(accept === undefined ? {} : { accept }) },
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '' };
}

describe('media types', () => {
  test.each([
    ['22EB SHOULD', RESPONSE_TYPE, RESPONSE_TYPE],
    ['4655 MUST', JSON_TYPE, JSON_TYPE],
    ['47DE SHOULD (*/* gives application/json)', '*/*', JSON_TYPE],
  ])('%s accept %s and match the content-type', async (_id, accept, expected) => {
    const { status, type } = await post({ query: '{ __typename }' }, accept);
    expect(status).toBe(200);
    expect(type).toContain(expected);
    expect(type).toContain('charset=utf-8');
  });

  test('80D8 SHOULD assume application/json content-type when accept is missing', async () => {
    expect((await get({ query: '{ __typename }' })).type).toContain(JSON_TYPE);
  });

  test('82A3 MUST use utf-8 encoding when responding', async () => {
    const response = await server.post({ query: '{ a: __typename }' });
    new TextDecoder('utf-8', { fatal: true }).decode(await response.arrayBuffer());
  });

  test.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'application/json'])(
    'BF61, 78D5 MUST accept %s',
    async (type) => {
      expect((await server.post({ query: '{ __typename }' }, { 'content-type': type })).status).toBe(200);
    },
  );
});

describe('requests', () => {
  test('2C94, 03D4 MUST accept application/json POST requests', async () => {
    expect((await post({ query: '{ __typename }' })).answer).toEqual({ data: { __typename: 'Query' } });
  });

  test('5A70 MAY accept application/x-www-form-urlencoded formatted GET requests', async () => {
    expect((await get({ query: '{ __typename }' })).status).toBe(200);
  });

  test.each([RESPONSE_TYPE, JSON_TYPE])(
    'D6D5, 6A70 MAY allow URL-encoded JSON string {variables} in GETs when accepting %s',
    async (accept) => {
      const variables = JSON.stringify({ name: 'sometype' });
      expect((await get({ query: TYPE_QUERY, variables }, accept)).status).toBe(200);
    },
  );

  test.each([RESPONSE_TYPE, JSON_TYPE])(
    '9C48 MUST NOT allow executing mutations on GET requests (%s)',
    async (accept) => {
      expect((await get({ query: 'mutation { __typename }' }, accept)).status).toBe(405);
    },
  );

  test('9ABE SHOULD respond with 4xx status code if content-type is not supplied on POST requests', async () => {
    const response = await fetch(`${server.url}/graphql`, { method: 'POST' });
    expect(response.status).toBe(415);
  });

  test('7267, A5BF MUST require a request body on POST', async () => {
    const { status, answer } = await post('');
    expect(status).toBe(400);
    expect(answer).toHaveProperty('errors');
  });
});

describe('parameters', () => {
  const wrong = {
    query: [{ obj: 'ect' }, 0, false, ['array']],
    operationName: [{ obj: 'ect' }, 0, false, ['array']],
    variables: ['string', 0, false, ['array']],
    extensions: ['string', 0, false, ['array']],
  };
  const cases = Object.entries(wrong).flatMap(([name, values]) =>
    values.flatMap((value) => [RESPONSE_TYPE, JSON_TYPE].map((accept) => [name, value, accept] as const)),
  );
  test.each(cases)(
    '4F5x E3Ex 69Bx 904x LKJx 6C0x 476x 58Bx SHOULD use 400 on {%s} = %j when accepting %s',
    async (name, value, accept) => {
      const { status, answer } = await post({ query: '{ __typename }', [name]: value }, accept);
      expect(status).toBe(400);
      expect(answer).toHaveProperty('errors');
      expect(answer).not.toHaveProperty('data');
    },
  );

  test.each([RESPONSE_TYPE, JSON_TYPE])(
    '6610, 423L SHOULD use 400 status code on missing {query} parameter when accepting %s',
    async (accept) => {
      const { status, answer } = await post({ notquery: '{ __typename }' }, accept);
      expect(status).toBe(400);
      expect(answer).not.toHaveProperty('data');
    },
  );

  const right = [
    ['34A2, 13EE string {query}', { query: '{ __typename }' }],
    ['8161, B8B3 string {operationName}', { query: 'query Q { __typename }', operationName: 'Q' }],
    ['94B0, 0220 null {variables}', { query: '{ __typename }', variables: null }],
    ['94B1, 0221 null {operationName}', { query: '{ __typename }', operationName: null }],
    ['94B2, 0222 null {extensions}', { query: '{ __typename }', extensions: null }],
    ['2EA1, 28B9 map {variables}', { query: TYPE_QUERY, variables: { name: 'sometype' } }],
    ['428F, 1B7A map {extensions}', { query: '{ __typename }', extensions: { some: 'value' } }],
  ] as const;
  test.each(
    right.flatMap(([id, body]) => [RESPONSE_TYPE, JSON_TYPE].map((accept) => [id, accept, body] as const)),
  )('%s MUST be allowed when accepting %s', async (_id, accept, body) => {
    const { status, answer } = await post(body, accept);
    expect(status).toBe(200);
    expect(answer).not.toHaveProperty('errors');
  });
});

describe('failures', () => {
  test.each([RESPONSE_TYPE, JSON_TYPE])(
    '60AA, 2163, BCF8, B6DC SHOULD use 400 status code on JSON parsing failure when accepting %s',
    async (accept) => {
      expect((await post('{ "not a JSON', accept)).status).toBe(400);
    },
  );

  const failures = [
    ['865D, 556A, D586 / 572B', 'document parsing', { query: '{' }],
    ['51FE, 74FF, 5E5B / FDE2', 'document validation', { query: '{ unknownField }' }],
    [
      '86EE / 7B9B',
      'variable coercion',
      { query: 'query($id: Int!) { hello(id: $id) }', variables: { id: 'x' } },
    ],
  ] as const;
  test.each(failures)(
    '%s SHOULD use 400 for %s failure when accepting application/graphql-response+json, 200 for application/json, without data',
    async (_id, _what, body) => {
      const modern = await post(body, RESPONSE_TYPE);
      expect(modern.status).toBe(400);
      expect(modern.answer).not.toHaveProperty('data');
      const legacy = await post(body, JSON_TYPE);
      expect(legacy.status).toBe(200);
      expect(legacy.answer).toEqual(modern.answer);
    },
  );
});

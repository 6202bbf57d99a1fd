import { afterEach, expect, test } from 'vitest';
import { SluiceError } from '../../gateway/errors.ts';
import { readJsonBody } from '../../gateway/front/request-body.ts';
import { startHttpServer } from '../../gateway/http/server.ts';
import type { HttpServer } from '../../gateway/http/server.ts';
import { createPlanEndpoint } from '../../gateway/observe/plan-endpoint.ts';
import type { PlanEndpointParts } from '../../gateway/observe/plan-endpoint.ts';

let server: HttpServer | undefined;
afterEach(() => server?.close({ graceMs: 0 }));

async function endpoint(explain: PlanEndpointParts['explain'] = (question) => ({ question })) {
  const handler = createPlanEndpoint({
    page: () => ({ html: '<p>page</p>', headers: { 'content-type': 'text/html' } }),
    readJson: (request) => readJsonBody(request, 'a JSON object with "operation"'),
    explain,
  });
  const limits = { bodyBytes: 1000, headerBytes: 8192, headersTimeoutMs: 5000, requestTimeoutMs: 5000 };
  server = await startHttpServer({ port: 0, host: '127.0.0.1', handler, limits, onError: () => {} });
  const url = `http://127.0.0.1:${server.port}/plan`;
  return async (init: RequestInit = {}) => {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

test('GET is the page', async () => {
  const ask = await endpoint();
  expect(await ask()).toMatchObject({ status: 200, text: '<p>page</p>' });
});

test('POST is the explanation; name, variables and variant may be left out', async () => {
  const ask = await endpoint();
  const short = await ask(post('{"operation":"{ a }"}'));
  expect(short.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(JSON.parse(short.text)).toEqual({ question: { operation: '{ a }', variables: {} } });
  const full = await ask(
    post('{"operation":"{ a }","operationName":"A","variables":{"x":1},"variant":"v1"}'),
  );
  expect(JSON.parse(full.text)).toEqual({
    question: { operation: '{ a }', operationName: 'A', variables: { x: 1 }, variant: 'v1' },
  });
});

test('problems are told with status 400, each with its place', async () => {
  const problem = {
    severity: 'error',
    code: 'GRAPHQL_PARSE_FAILED',
    message: 'Syntax',
    line: 1,
    column: 3,
  } as const;
  const ask = await endpoint(() => ({ problems: [problem] }));
  const { status, text } = await ask(post('{"operation":"{"}'));
  expect(status).toBe(400);
  expect(JSON.parse(text)).toEqual({ problems: [problem] });
});

test.each<[string, RequestInit, number, string]>([
  ['no JSON', post('{'), 400, 'is not JSON'],
  ['no body', post(''), 400, 'Send a JSON object with \\"operation\\".'],
  // What a page of another origin could send without asking first.
  ['a form', post('operation=x', 'application/x-www-form-urlencoded'), 415, 'application/json'],
  ['plain text', post('{"operation":"{ a }"}', 'text/plain'), 415, 'application/json'],
  ['a list', post('[]'), 400, '\\"operation\\" must be a string'],
  ['an operation that is no text', post('{"operation":1}'), 400, '\\"operation\\" must be a string'],
  ['a name that is no text', post('{"operation":"","operationName":1}'), 400, '\\"operationName\\" must'],
  ['a variant that is no text', post('{"operation":"","variant":1}'), 400, '\\"variant\\" must'],
  ['variables that are no object', post('{"operation":"","variables":[1]}'), 400, '\\"variables\\" must'],
  ['too much', post(`{"operation":"${'x'.repeat(1000)}"}`), 413, 'REQUEST_TOO_LARGE'],
  ['another method', { method: 'PUT' }, 405, 'GET'],
])('%s is refused, with what to do', async (_, init, status, text) => {
  const answer = await (await endpoint())(init);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
});

test('what is beyond a limit is refused by name; a fault of the gateway is not told', async () => {
  const tooDeep = await endpoint(() => {
    throw new SluiceError('OPERATION_TOO_DEEP', 'too deep');
  });
  expect(JSON.parse((await tooDeep(post('{"operation":"{ a }"}'))).text)).toEqual({
    problems: [{ severity: 'error', code: 'OPERATION_TOO_DEEP', message: 'too deep' }],
  });
  await server?.close({ graceMs: 0 });
  const broken = await endpoint(() => {
    throw new Error('secret');
  });
  expect(await broken(post('{"operation":"{ a }"}'))).toMatchObject({
    status: 500,
    text: 'Internal server error.\n',
  });
});

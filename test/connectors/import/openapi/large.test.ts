import { expect, test } from 'vitest';
import { answering, errorsOf, importDocument, importText, openapi, ref } from './imported.ts';

/** A company's whole API: 500 resources with list, read, create and delete; each refers to the next ones. */
function large(resources: number): object {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
  for (let i = 0; i < resources; i++) {
    const name = `Resource${String.fromCharCode(65 + (i % 26))}${i}`;
    const next = (step: number) => {
      const n = (i + step) % resources;
      return `Resource${String.fromCharCode(65 + (n % 26))}${n}`;
    };
    const body = { requestBody: { content: { 'application/json': { schema: ref(name) } } } };
    paths[`/v1/${name.toLowerCase()}s`] = {
      get: answering({ type: 'array', items: ref(name) }, { operationId: `list${name}s` }),
      post: answering(ref(name), { operationId: `create${name}`, ...body }),
    };
    paths[`/v1/${name.toLowerCase()}s/{id}`] = {
      get: answering(ref(name), { operationId: `get${name}`, parameters }),
      delete: { operationId: `delete${name}`, parameters, responses: { 204: { description: 'gone' } } },
    };
    schemas[name] = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', description: `The id of a ${name}.` },
        created_at: { type: 'string', format: 'date-time' },
        state: { type: 'string', enum: ['new', 'in progress', 'done'] },
        owner: ref(next(1)),
        [`${next(7)}Id`]: { type: 'string' },
        parts: {
          type: 'array',
          items: { type: 'object', properties: { n: { type: 'integer' }, of: ref(next(3)) } },
        },
      },
    };
  }
  return openapi(paths, schemas);
}

test('two thousand operations become a graph that composes', async () => {
  const { sdl } = await importDocument(large(500));
  expect(sdl.match(/@connect\(/g)).toHaveLength(2000);
  expect(sdl.match(/^type Resource/gm)).toHaveLength(1000);
  expect(sdl).toContain('resourceH7: ResourceH7');
  expect(errorsOf(sdl)).toEqual([]);
}, 60_000);

test('a document of fifty megabytes is read, and its problems have their places', async () => {
  const document = {
    ...openapi({ '/x': { get: answering(ref('None')) } }),
    'x-data': Array.from({ length: 50_000 }, (_, i) => ({ i, text: 'x'.repeat(1000) })),
    'x-last': {},
  };
  const text = JSON.stringify(document, null, 1);
  expect(text.length).toBeGreaterThan(50_000_000);
  const { problems } = await importText(text);
  expect(problems.map((p) => [p.code, p.line])).toEqual([['OPENAPI_REF_NOT_FOUND', 15]]);
}, 60_000);

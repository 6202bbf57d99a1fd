import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorsOf, importText, openapi } from './imported.ts';

const NAMES = [
  'id',
  'pet',
  'petId',
  'pet_id',
  'ids',
  'Pet',
  'query',
  'Query',
  'String',
  'input',
  'type',
  '@type',
  'first-name',
  '__x',
  'data',
  'items',
  'JSON',
  'ID',
  'x y',
  '',
  'limit',
  'page',
  '名',
  'true',
  '1',
];
const name = fc.constantFrom(...NAMES);
const component = fc.constantFrom('Pet', 'Order', 'query', 'a.b.Pet', 'Node', 'JSON', 'PetInput');
const $ref = component.map((c) => ({ $ref: `#/components/schemas/${c}` }));

/** Schemas of all kinds, valid or not. */
const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    $ref,
    fc.record(
      {
        type: fc.constantFrom<unknown>(
          'string',
          'integer',
          'number',
          'boolean',
          ['string', 'null'],
          ['integer', 'string'],
          ['object', 'null'],
          'null',
          'nonsense',
        ),
        format: fc.constantFrom('date-time', 'int64', 'uuid', 'decimal', 'byte', 'date', 'binary'),
        enum: fc.array(fc.oneof(name, fc.constant(null), fc.integer()), { maxLength: 4 }),
        nullable: fc.boolean(),
        default: fc.anything({ maxDepth: 1 }).map((v) => JSON.stringify(v) ?? 1),
        readOnly: fc.boolean(),
        writeOnly: fc.boolean(),
        deprecated: fc.boolean(),
        description: fc.oneof(fc.string(), fc.constantFrom('"""', '\\', '"', 'a\n  b\n\tc')),
      },
      { requiredKeys: [] },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema') }, { requiredKeys: ['type'] }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 5 }),
        required: fc.array(name, { maxLength: 4 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        discriminator: fc.record({ propertyName: name }),
        allOf: fc.array(tie('schema'), { maxLength: 2 }),
      },
      { requiredKeys: ['properties'] },
    ),
    fc.record(
      {
        oneOf: fc.array(tie('schema'), { maxLength: 3 }),
        anyOf: fc.array(tie('schema'), { maxLength: 3 }),
        allOf: fc.array(tie('schema'), { maxLength: 3 }),
        discriminator: fc.record({ propertyName: name }),
        nullable: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<unknown>(true, false, {}, null, 5, 'x', []),
  ),
}));

const parameter = fc.record(
  {
    name,
    in: fc.constantFrom('path', 'query', 'header', 'cookie', 'nowhere'),
    required: fc.boolean(),
    schema,
    style: fc.constantFrom('form', 'deepObject', 'pipeDelimited', 'spaceDelimited', 'simple'),
    explode: fc.boolean(),
    deprecated: fc.boolean(),
    description: fc.string(),
  },
  { requiredKeys: ['name', 'in'] },
);
const mediaType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  '*/*',
  'text/plain',
  'image/png',
);
const content = fc.dictionary(mediaType, fc.record({ schema }), { maxKeys: 2 });
const operation = fc.record(
  {
    operationId: fc.oneof(
      fc.constantFrom('listPets', 'getPetById', 'pets/get', 'create', 'getAll', 'x_get', '1'),
      fc.string(),
    ),
    parameters: fc.array(parameter, { maxLength: 4 }),
    requestBody: fc.record({ required: fc.boolean(), content }),
    responses: fc.dictionary(
      fc.constantFrom('200', '201', '204', '2XX', 'default', '404'),
      fc.record({ content }),
      { maxKeys: 2 },
    ),
    deprecated: fc.boolean(),
    summary: fc.string(),
  },
  { requiredKeys: ['responses'] },
);
const path = fc.constantFrom(
  '/pets',
  '/pets/{petId}',
  '/pets/{id}',
  '/',
  '/{a}/{b}',
  '/orders/{pet}/x',
  '/a b/ü',
  '/x?y=1',
  '/x#y',
  '/{}',
  '/pets/{id}.json',
  '/a/../b',
  '//x',
  '/{a',
  '/%zz',
);
const method = fc.constantFrom('get', 'post', 'put', 'patch', 'delete', 'head', 'query');
const paths = fc.dictionary(path, fc.dictionary(method, operation, { maxKeys: 3 }), {
  minKeys: 1,
  maxKeys: 5,
});
const schemas = fc.record({
  Pet: schema,
  Order: schema,
  query: schema,
  'a.b.Pet': schema,
  Node: schema,
  JSON: schema,
  PetInput: schema,
});

test('whatever a description says: an import that composes, or problems; never an exception', async () => {
  let composed = 0;
  await fc.assert(
    fc.asyncProperty(paths, schemas, async (paths, schemas) => {
      const result = await importText(openapi(paths, schemas));
      const isRefused = result.problems.some((p) => p.severity === 'error');
      expect('sdl' in result).toBe(!isRefused);
      if (!('sdl' in result)) return;
      composed++;
      expect(errorsOf(result.sdl)).toEqual([]);
    }),
    { numRuns: 250 },
  );
  // Of the others, most have nothing that can be called.
  expect(composed).toBeGreaterThan(50);
}, 60_000);

test('whatever bytes a document has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), async (text) => {
      const result = await importText(text);
      expect(result.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

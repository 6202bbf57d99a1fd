import { buildSchema, Kind, parse, specifiedRules } from 'graphql';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createCheckedDocuments } from '../../gateway/front/checked-documents.ts';
import type { CheckedDocumentsOptions } from '../../gateway/front/checked-documents.ts';

const OLD = buildSchema('type Query { a: Int b: Int }');
const NEW = buildSchema('type Query { a: Int c: Int }');

/** Counts the documents that are validated. */
function documentsUnderTest(options: Partial<CheckedDocumentsOptions> = {}) {
  let validations = 0;
  const counting: ValidationRule = () => ({ Document: () => void validations++ });
  const documents = createCheckedDocuments({
    introspection: true,
    maxTokens: 1000,
    rules: [counting, ...specifiedRules],
    ...options,
  });
  /** The hash of a source is the source here. */
  const check = (source: string, schema: GraphQLSchema = OLD) => documents.check(schema, source, source);
  const takeValidations = () => {
    const count = validations;
    validations = 0;
    return count;
  };
  return { documents, check, takeValidations };
}

describe('a valid document', () => {
  test('is parsed and validated once', () => {
    const { check, takeValidations } = documentsUnderTest();
    const first = check('{ a }');
    expect(first).toHaveProperty('kind', Kind.DOCUMENT);
    expect(check('{ a }')).toBe(first);
    expect(takeValidations()).toBe(1);
  });

  test('is validated again for another schema, and not parsed again', () => {
    const { check, takeValidations } = documentsUnderTest();
    const first = check('{ a }', OLD);
    expect(check('{ a }', NEW)).toBe(first);
    expect(check('{ a }', OLD)).toBe(first);
    expect(check('{ a }', NEW)).toBe(first);
    expect(takeValidations()).toBe(2);
  });

  test('is not validated with the first request for a new schema if it has been carried over', () => {
    const { documents, check, takeValidations } = documentsUnderTest();
    const document = check('{ a }', OLD);
    expect('kind' in document && documents.carryOver(NEW, '{ a }', document)).toBeUndefined();
    takeValidations();
    check('{ a }', NEW);
    expect(takeValidations()).toBe(0);
  });

  test('is not carried over to a schema that it does not fit', () => {
    const { documents, check } = documentsUnderTest();
    check('{ b }', OLD);
    expect(documents.carryOver(NEW, '{ b }', parse('{ b }'))?.message).toMatch('"b"');
    expect(check('{ b }', NEW)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test('may not read the schema where introspection is off', () => {
    const { check } = documentsUnderTest({ introspection: false });
    expect(check('{ __schema { description } }')).toMatchObject({
      errors: [{ message: expect.stringContaining('introspection has been disabled') }],
    });
  });
});

describe('an invalid document', () => {
  test('has all its errors, with their places', () => {
    const { check } = documentsUnderTest();
    expect(check('{ x\n  y }')).toEqual({
      code: 'GRAPHQL_VALIDATION_FAILED',
      errors: ['x', 'y'].map((name, line) => ({
        message: `Cannot query field "${name}" on type "Query". Did you mean "a" or "b"?`,
        locations: [{ line: line + 1, column: 3 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      })),
    });
    expect(check('{ a')).toMatchObject({
      code: 'GRAPHQL_PARSE_FAILED',
      errors: [{ locations: [{ line: 1, column: 4 }], extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
    });
    expect(check(`{ ${'a '.repeat(1000)} }`)).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  test('is refused again without another validation', () => {
    const { check, takeValidations } = documentsUnderTest();
    const first = check('{ x }');
    takeValidations();
    expect(check('{ x }')).toBe(first);
    const broken = check('{ a');
    expect(check('{ a')).toBe(broken);
    expect(takeValidations()).toBe(0);
  });

  test('may be valid for the next schema', () => {
    const { check } = documentsUnderTest();
    expect(check('{ c }', OLD)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(check('{ c }', NEW)).toHaveProperty('kind', Kind.DOCUMENT);
  });

  test('drives out no good one, however many come; and their own number is bounded', () => {
    const { check, takeValidations } = documentsUnderTest({ maxDocuments: 2 });
    check('{ a }');
    const first = check('{ x0 }');
    for (let n = 1; n < 3000; n++) check(`{ x${n} }`);
    takeValidations();
    check('{ a }');
    expect(takeValidations()).toBe(0);
    expect(check('{ x2999 }')).toBe(check('{ x2999 }'));
    expect(check('{ x0 }')).not.toBe(first);
  });
});

test('no more valid documents are remembered than there may be', () => {
  const { check } = documentsUnderTest({ maxDocuments: 2 });
  const first = check('{ a }');
  check('{ b }');
  check('{ a b }');
  expect(check('{ a }')).not.toBe(first);
});

test('no more text is remembered than there may be', () => {
  const { check } = documentsUnderTest({ maxTokens: 1e6 });
  const first = check('{ a }');
  const padding = '#'.repeat(999_999);
  for (const name of ['b', 'a', 'b a']) check(`{ ${name} } ${padding}`);
  expect(check('{ a }')).not.toBe(first);
});

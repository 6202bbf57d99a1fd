import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { SluiceError } from '../../gateway/errors.ts';
import { codeOf, ExecutionError, maskError } from '../../gateway/front/errors.ts';

test('an error that the engine has masked keeps the id under which the engine logged it', () => {
  const masked = { message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR', id: 'engine-1' } };
  expect(maskError(masked, 'INTERNAL_SERVER_ERROR', 'request-1').extensions).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    id: 'engine-1',
  });
});

test('a stack trace of a subgraph in development mode never gets out', () => {
  const error = {
    message: 'x',
    extensions: { code: 'NOT_FOUND', stacktrace: ['at secret.ts'], service: 'users' },
  };
  expect(maskError(error, 'NOT_FOUND', '')).toEqual({
    message: 'x',
    extensions: { code: 'NOT_FOUND', service: 'users' },
  });
});

test('a code that is not of the closed set is internal, whoever invented it', () => {
  expect(codeOf(new GraphQLError('x', { extensions: { code: 'MY_OWN' } }))).toBe('INTERNAL_SERVER_ERROR');
  expect(codeOf(new GraphQLError('x', { extensions: { code: 'toString' } }))).toBe('INTERNAL_SERVER_ERROR');
  const originalError = new SluiceError('NOT_FOUND', 'x');
  expect(codeOf(new GraphQLError('x', { originalError }))).toBe('NOT_FOUND');
});

test('plain data becomes an error with its path and locations', () => {
  const error = new ExecutionError({ message: 'x', path: ['a', 0], locations: [{ line: 1, column: 2 }] });
  expect(error.toJSON()).toMatchObject({ message: 'x', path: ['a', 0], locations: [{ line: 1, column: 2 }] });
});

test('an error of a subgraph keeps its message and a code of its own', () => {
  const error = { message: 'Out of stock.', extensions: { code: 'OUT_OF_STOCK', service: 'shop' } };
  const code = codeOf(new ExecutionError(error));
  expect(code).toBe('SUBGRAPH_ERROR');
  expect(maskError(error, code, 'request-1')).toEqual({
    message: 'Out of stock.',
    extensions: { code: 'OUT_OF_STOCK', service: 'shop' },
  });
});

test("an error that a subgraph calls internal is the subgraph's, with its own message", () => {
  const extensions = { code: 'INTERNAL_SERVER_ERROR', service: 'shop', subgraph: 'shop' };
  const error = { message: 'The warehouse is on fire.', extensions };
  const code = codeOf(new ExecutionError(error));
  expect(code).toBe('SUBGRAPH_ERROR');
  expect(maskError(error, code, 'request-1')).toEqual({ message: 'The warehouse is on fire.', extensions });
});

import { GraphQLEnumType, GraphQLScalarType, specifiedScalarTypes } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../gateway/connectors/mapping/mapping.ts';
import { compileReadLeaf, compileWriteLeaf, upperSnake } from '../../gateway/connectors/scalars.ts';
import { FieldFault } from '../../gateway/errors.ts';

const MISFIT = 'misfit';
const typeOf = (name: string) =>
  specifiedScalarTypes.find((t) => t.name === name) ?? new GraphQLScalarType({ name });

function read(name: string, value: unknown, dialect: Dialect, timeZone?: string): unknown {
  const found = compileReadLeaf(typeOf(name), dialect, 'backend', 'T.f', timeZone)(value);
  return found instanceof FieldFault ? MISFIT : found;
}

describe('what a backend sends', () => {
  test.each<[string, Dialect, unknown, unknown]>([
    ['String', 'json', 7, '7'],
    ['String', 'json', true, 'true'],
    ['String', 'json', {}, MISFIT],
    ['String', 'json', [], MISFIT],
    ['String', 'json', Number.NaN, MISFIT],
    ['String', 'xml', '', ''],
    ['ID', 'json', 7, '7'],
    ['ID', 'xml', '007', '007'],
    ['Int', 'json', 7, 7],
    ['Int', 'json', '7', MISFIT],
    ['Int', 'xml', ' 7 ', 7],
    ['Int', 'xml', '', null],
    ['Int', 'xml', '7.5', MISFIT],
    ['Int', 'json', 2 ** 31, MISFIT],
    ['Int', 'json', -(2 ** 31), -(2 ** 31)],
    ['Int', 'xml', '0x10', MISFIT],
    ['Float', 'json', 1.5, 1.5],
    ['Float', 'xml', '1e3', 1000],
    ['Float', 'xml', 'NaN', MISFIT],
    ['Float', 'grpc', Number.POSITIVE_INFINITY, MISFIT],
    ['Boolean', 'xml', '1', true],
    ['Boolean', 'xml', ' false ', false],
    ['Boolean', 'xml', 'yes', MISFIT],
    ['Boolean', 'json', 'true', MISFIT],
    ['Boolean', 'json', 1, MISFIT],
    ['BigInt', 'grpc', '9007199254740993', '9007199254740993'],
    ['BigInt', 'xml', '+007', '7'],
    ['BigInt', 'json', 1.5, MISFIT],
    ['BigInt', 'json', true, MISFIT],
    ['Decimal', 'xml', '1.50', '1.50'],
    ['Decimal', 'xml', '1e5', MISFIT],
    ['Decimal', 'json', 1e-7, '0.0000001'],
    ['Decimal', 'json', -1.25e-9, '-0.00000000125'],
    ['Decimal', 'json', 1e21, '1000000000000000000000'],
    ['Decimal', 'json', 1.5e22, '15000000000000000000000'],
    ['DateTime', 'json', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'],
    ['DateTime', 'json', '2026-03-01T10:00:00', MISFIT],
    ['DateTime', 'json', '2026-02-30T10:00:00Z', MISFIT],
    ['DateTime', 'json', '2026-03-01', MISFIT],
    ['LocalDateTime', 'xml', '2026-03-01T10:00:00.5', '2026-03-01T10:00:00.5'],
    ['LocalDateTime', 'xml', '2026-03-01T25:00:00', MISFIT],
    ['Date', 'xml', '2026-03-01+02:00', '2026-03-01'],
    ['Date', 'xml', '2028-02-29', '2028-02-29'],
    ['Date', 'xml', '2026-02-29', MISFIT],
    ['Date', 'xml', '2026-13-01', MISFIT],
    ['Duration', 'grpc', '3.5s', '3.5s'],
    ['Duration', 'xml', 'P1DT2H', 'P1DT2H'],
    ['Duration', 'xml', 'P', MISFIT],
    ['Bytes', 'grpc', 'AAE=', 'AAE='],
    ['Bytes', 'json', 'A*', MISFIT],
    ['constructor', 'json', { a: 1 }, { a: 1 }],
    ['toString', 'json', 'x', 'x'],
  ])('%s from %s: %j becomes %j', (name, dialect, value, expected) => {
    expect(read(name, value, dialect)).toEqual(expected);
  });

  test('null stays null, whatever the type', () => {
    for (const name of ['String', 'Int', 'BigInt', 'DateTime', 'Other'])
      expect(read(name, null, 'json')).toBeNull();
  });

  test('a time without a zone gets the zone of the upstream, if one is configured', () => {
    expect(read('DateTime', '2026-03-01T10:00:00', 'xml', 'Z')).toBe('2026-03-01T10:00:00Z');
    expect(read('DateTime', '2026-03-01T10:00:00-05:00', 'xml', 'Z')).toBe('2026-03-01T10:00:00-05:00');
    expect(read('DateTime', 'soon', 'xml', 'Z')).toBe(MISFIT);
  });

  test('enums: by name, with the prefix that protos have; the unspecified value is null', () => {
    const type = new GraphQLEnumType({ name: 'HTTPStatus', values: { OK: {}, BAD: {} } });
    const leaf = compileReadLeaf(type, 'grpc', 'b', 'T.f');
    expect(['OK', 'HTTP_STATUS_BAD', 'HTTP_STATUS_UNSPECIFIED', null].map(leaf)).toEqual([
      'OK',
      'BAD',
      null,
      null,
    ]);
    for (const odd of ['constructor', '__proto__', 'ok', 7, {}, []])
      expect(leaf(odd)).toBeInstanceOf(FieldFault);
  });

  test('enums: an enum inside of a message has the prefix of its own name only', () => {
    const type = new GraphQLEnumType({ name: 'OrderLineStatus', values: { OPEN: {}, LINE_STATUS_OPEN: {} } });
    const leaf = compileReadLeaf(type, 'grpc', 'b', 'T.f');
    expect(['STATUS_OPEN', 'ORDER_LINE_STATUS_OPEN', 'LINE_STATUS_OPEN', 'OPEN'].map(leaf)).toEqual([
      'OPEN',
      'OPEN',
      'LINE_STATUS_OPEN',
      'OPEN',
    ]);
    expect(leaf('NOT_OPEN')).toBeInstanceOf(FieldFault);
  });

  test('a misfit names service, place, value and type, and cuts a long value short', () => {
    const fault = compileReadLeaf(typeOf('Int'), 'xml', 'orders', 'Order.n')('x'.repeat(1000)) as FieldFault;
    expect(fault.error.message).toBe(
      `The service "orders" sent "${'x'.repeat(39)}… for Order.n, which is not a valid Int.`,
    );
  });
});

describe('what a client sends', () => {
  test.each<[string, unknown, unknown]>([
    ['BigInt', '123', '123'],
    ['BigInt', 5, '5'],
    ['Decimal', 1e-7, '0.0000001'],
    ['Date', '2026-03-01', '2026-03-01'],
    ['Bytes', null, null],
  ])('%s %j is sent as %j', (name, value, sent) => {
    expect(compileWriteLeaf(name)!(value)).toEqual(sent);
  });

  test('types that the gateway does not know, or GraphQL has checked, need no check', () => {
    for (const name of ['String', 'Int', 'ID', 'JSON', 'constructor'])
      expect(compileWriteLeaf(name)).toBeUndefined();
  });
});

test.each([
  ['UserStatus', 'USER_STATUS'],
  ['HTTPStatus', 'HTTP_STATUS'],
  ['Kind', 'KIND'],
  ['V2Status', 'V2_STATUS'],
])('the prefix of %s is %s', (name, prefix) => {
  expect(upperSnake(name)).toBe(prefix);
});

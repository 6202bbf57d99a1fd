import { describe, expect, test } from 'vitest';

import { evaluate } from './evaluate.ts';
import { compileMapping, parseMapping } from '../../../gateway/connectors/mapping/mapping.ts';
import type { Want } from '../../../gateway/connectors/mapping/mapping.ts';

const leaf: Want = { listDepth: 0, leaf: (value) => `<${String(value)}>` };
const object = (fields: Record<string, Want>, listDepth = 0): Want => ({
  listDepth,
  fields: new Map(Object.entries(fields)),
  expectObject: 'Thing',
  onMismatch: (expected, found) => `${expected}? ${JSON.stringify(found)}`,
});

describe('what is wanted of the output', () => {
  test('prunes fields at every depth and converts the leaves', () => {
    const want = object({ id: leaf, owner: object({ name: leaf }), items: object({ n: leaf }, 1) });
    const data = { id: 1, skip: 2, owner: { name: 'a', age: 3 }, items: [{ n: 1, m: 2 }, null, { n: null }] };
    expect(evaluate('id skip owner { name age } items { n m }', data, { want })).toEqual({
      id: '<1>',
      owner: { name: '<a>' },
      items: [{ n: '<1>' }, null, { n: null }],
    });
    expect(evaluate('id owner items', data, { want })).toEqual({
      id: '<1>',
      owner: { name: '<a>' },
      items: [{ n: '<1>' }, null, { n: null }],
    });
  });

  test('never evaluates what is not wanted', () => {
    const data = {
      id: 1,
      get other(): never {
        throw new Error('evaluated');
      },
    };
    const text = 'id x: other->jsonStringify ...$.o { y: $.z } nested: { other }';
    expect(evaluate(text, data, { want: object({ id: leaf }) })).toEqual({ id: '<1>' });
  });

  test('a result of the conversion is stored as it is, and null and missing are not converted', () => {
    const fault = new Error('bad');
    const want = object({ a: { listDepth: 0, leaf: () => fault }, b: leaf, c: leaf });
    expect(evaluate('a b c', { a: 1, b: null }, { want })).toEqual({ a: fault, b: null });
  });

  test('a scalar or a list where an object is expected is a mismatch', () => {
    const want = object({ a: object({ b: leaf }), c: object({ b: leaf }, 1) });
    expect(evaluate('a { b } c { b }', { a: 'text', c: [1, [2]] }, { want })).toEqual({
      a: 'Thing? "text"',
      c: ['Thing? 1', 'Thing? [2]'],
    });
    expect(evaluate('a { b }', { a: [{ b: 1 }] }, { want })).toEqual({ a: 'Thing? [{"b":1}]' });
    expect(evaluate('a { b: $ }', { a: 1 }, { want })).toEqual({ a: { b: '<1>' } });
  });

  test('reaches through methods, choices, literals and spreads', () => {
    const want = object({ a: object({ x: leaf }, 1), b: object({ x: leaf }), c: leaf, x: leaf });
    const text = `a: list->map({ x: @, y: 1 }) b: n ?? { x: 1, y: 2 } c: n ?? "z" ...o->match([@, { x: 5, y: 6 }])`;
    expect(evaluate(text, { list: [1, 2], n: null, o: 1 }, { want })).toEqual({
      a: [{ x: '<1>' }, { x: '<2>' }],
      b: { x: '<1>' },
      c: '<z>',
      x: '<5>',
    });
    const arrays = object({ a: { ...leaf, listDepth: 2 } });
    expect(evaluate('a: [[1, n], list]', { list: [3], n: null }, { want: arrays })).toEqual({
      a: [['<1>', null], ['<3>']],
    });
  });

  test('a leaf takes an object whole, as a JSON scalar does', () => {
    const want = object({ a: { listDepth: 0, leaf: (value) => JSON.stringify(value) } });
    expect(evaluate('a', { a: { b: [1] } }, { want })).toEqual({ a: '{"b":[1]}' });
    expect(evaluate('a: { b x: $("y") }', { b: 1 }, { want })).toEqual({ a: '{"b":1,"x":"y"}' });
  });

  test('a field is written under each key that asks for it, and constants join whatever the data', () => {
    const item: Want = {
      ...object({
        id: {
          listDepth: 0,
          outputs: [
            { key: 'a', want: leaf },
            { key: '__proto__', want: { listDepth: 0 } },
          ],
        },
      }),
      constants: [['kind', 'Item']],
    };
    const want = object({ built: item, raw: item });
    const output = evaluate('built: o { id } raw: o', { o: { id: 1 } }, { want }) as Record<string, object>;
    for (const name of ['built', 'raw']) {
      expect(Object.entries(output[name]!).toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
        ['__proto__', 1],
        ['a', '<1>'],
        ['kind', 'Item'],
      ]);
      expect(Object.getPrototypeOf(output[name])).toBe(Object.prototype);
    }
    expect(evaluate('built: o { id }', { o: null }, { want })).toEqual({ built: null });
  });

  test('an abstract position is shaped by the __typename that comes out', () => {
    const want: Want = {
      listDepth: 1,
      byTypename: new Map([
        ['Book', object({ size: { listDepth: 0, leaf: (value) => `${String(value)} pages` } })],
        ['Movie', object({ size: { listDepth: 0, leaf: (value) => `${String(value)} min` } })],
      ]),
    };
    const text = `$.all { size skip ...kind->match(["b", { __typename: "Book" }], ["m", { __typename: "Movie" }], ["s", { __typename: "Song" }]) }`;
    const data = { all: [{ kind: 'b', size: 1 }, { kind: 'm', size: 2 }, { kind: 's', size: 3 }, null] };
    expect(evaluate(text, data, { want })).toEqual([
      { __typename: 'Book', size: '1 pages' },
      { __typename: 'Movie', size: '2 min' },
      { __typename: 'Song' },
      null,
    ]);
    expect(evaluate('$.all { __typename: $("Book") size }', data, { want, version: '0.1' })).toEqual([
      { __typename: 'Book', size: '1 pages' },
      { __typename: 'Book', size: '2 pages' },
      { __typename: 'Book', size: '3 pages' },
      null,
    ]);
  });
});

describe('XML', () => {
  const run = (text: string, data: unknown, want?: Want): unknown =>
    evaluate(text, data, { dialect: 'xml', ...(want === undefined ? {} : { want }) });

  test('reads attributes, text and prefixed names', () => {
    const data = {
      order: { '@id': '7', total: { '#text': '5.0', '@currency': 'EUR' }, 'inv:stock': '3', note: 'n' },
    };
    const text = `$.order { id: @id total { amount: #text currency: @currency } stock: "inv:stock" { n: #text }
      note: note.#text attribute: note.@x child: note.x } # comment`;
    expect(run(text, data)).toEqual({
      id: '7',
      total: { amount: '5.0', currency: 'EUR' },
      stock: { n: '3' },
      note: 'n',
    });
    expect(run('$.order.total.@currency', data)).toBe('EUR');
    expect(run('$.order->map({ id: @.@id })', data)).toEqual([{ id: '7' }]);
    expect(run('@id: $(1) #text: $("x")', {})).toEqual({ '@id': 1, '#text': 'x' });
  });

  test('one element is a list of one where a list is wanted; none stays missing', () => {
    const want = object({ id: leaf, tags: { ...leaf, listDepth: 1 }, items: object({ n: leaf }, 1) }, 1);
    expect(
      run('$.o { id tags: tag items: item { n } }', { o: { id: '1', tag: 'x', item: { n: '2' } } }, want),
    ).toEqual([{ id: '<1>', tags: ['<x>'], items: [{ n: '<2>' }] }]);
    expect(run('$.o { id tags: tag }', {}, want)).toBeUndefined();
    expect(run('$.o { id tags: tag items: item { n } }', { o: [{ id: '1' }] }, want)).toEqual([
      { id: '<1>' },
    ]);
  });

  test('a leaf with attributes gives its text; with children it is handed over whole', () => {
    const want = object({ a: leaf, b: { listDepth: 0 } });
    expect(run('a b', { a: { '#text': 'x', '@y': '1' }, b: { '#text': 'x', c: '1' } }, want)).toEqual({
      a: '<x>',
      b: { '#text': 'x', c: '1' },
    });
  });

  test('an empty element is an object without children', () => {
    expect(run('a { b }', { a: '' }, object({ a: object({ b: leaf }) }))).toEqual({ a: {} });
  });
});

describe('gRPC', () => {
  test('reads keys in camelCase, as the messages have them, and leaves GraphQL names alone', () => {
    const data = { display_name: 'wrong', displayName: 'right', verbatim_key: 'v', items: [{ lineNo: 1 }] };
    const variables = { $args: { user_id: 5 } };
    const text = `display_name name: display_name v: $."verbatim_key" arg: $args.user_id nos: items.line_no
      mapped: items->map({ a: @.line_no }) input: $args { user_id }`;
    expect(evaluate(text, data, { dialect: 'grpc', variables })).toEqual({
      display_name: 'right',
      name: 'right',
      v: 'v',
      arg: 5,
      nos: [1],
      mapped: [{ a: 1 }],
      input: { user_id: 5 },
    });
  });

  test('writes keys in camelCase in a request', () => {
    const variables = { $args: { input: { page_size: 5, user_id: 1 } } };
    const text = 'page_size: $args.input.page_size "as_is": $(1) filter: $args.input { user_id }';
    expect(evaluate(text, undefined, { dialect: 'grpc', direction: 'request', variables })).toEqual({
      pageSize: 5,
      as_is: 1,
      filter: { userId: 1 },
    });
  });
});

test('a list without elements is empty where XML says nothing, and null where it says nil', () => {
  const { mapping } = parseMapping('tags: tags.tag codes', { version: '0.4', dialect: 'xml' });
  const want: Want = {
    listDepth: 0,
    fields: new Map([
      ['tags', { listDepth: 1, emptyList: true }],
      ['codes', { listDepth: 1, emptyList: true }],
    ]),
  };
  const take = compileMapping(mapping!, want);
  expect(take({ tags: '' }, {})).toEqual({ tags: [], codes: [] });
  expect(take({ tags: { tag: 'a' }, codes: null }, {})).toEqual({ tags: ['a'], codes: null });
});

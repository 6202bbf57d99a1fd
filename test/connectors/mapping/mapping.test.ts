import { describe, expect, test } from 'vitest';

import { parseMapping } from '../../../gateway/connectors/mapping/mapping.ts';
import { evaluate, problemsOf } from './evaluate.ts';
import type { ConnectVersion } from '../../../gateway/connectors/mapping/mapping.ts';

const VERSIONS: ConnectVersion[] = ['0.1', '0.2', '0.3', '0.4'];

describe.each(VERSIONS)('in every version (%s)', (version) => {
  const run = (text: string, data: unknown, variables = {}): unknown =>
    evaluate(text, data, { version, variables });

  test('selects, renames and nests fields', () => {
    const data = { id: 1, full_name: 'Ada', address: { city: 'London', zip: 'N1' }, other: true };
    expect(run('id name: full_name address { city }', data)).toEqual({
      id: 1,
      name: 'Ada',
      address: { city: 'London' },
    });
    expect(run('place: { city: address.city } code: $.address.zip', data)).toEqual({
      place: { city: 'London' },
      code: 'N1',
    });
  });

  test('maps a path and a selection over lists, nested ones too', () => {
    const data = { a: [{ b: 1 }, { c: 2 }, null, [{ b: 3 }]] };
    expect(run('x: a.b', data)).toEqual({ x: [1, null, null, [3]] });
    expect(run('$.a { b }', { a: [[{ b: 1 }], { b: 2 }] })).toEqual([[{ b: 1 }], { b: 2 }]);
    expect(run('id', [{ id: 1 }, { id: 2 }])).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('yields a bare value for a single path and an object for a single key', () => {
    expect(run('$.a.b', { a: { b: 3 } })).toBe(3);
    expect(run('$args.id', undefined, { $args: { id: 'x' } })).toBe('x');
    expect(run('a', { a: 3 })).toEqual({ a: 3 });
    expect(run('a { b }', { a: { b: 1 } })).toEqual({ a: { b: 1 } });
    expect(run('a.b { c }', { a: { b: { c: 1 } } })).toEqual({ c: 1 });
  });

  test('joins the fields of a path with a selection', () => {
    expect(run('id a.b { c d }', { id: 1, a: { b: { c: 2, d: 3 } } })).toEqual({ id: 1, c: 2, d: 3 });
    expect(run('id a.b { c }', { id: 1, a: { b: null } })).toBeNull();
    expect(run('id a.b { c }', { id: 1, a: {} })).toEqual({ id: 1 });
  });

  test('keeps missing and null apart', () => {
    const output = run('a b c: d.e f: a.x', { a: null, d: null });
    expect(output).toEqual({ a: null });
    expect(Object.keys(output as object)).toEqual(['a']);
  });

  test('keeps $ in the arguments of a method, and gives them @', () => {
    expect(run('x: list->map({ item: @, of: $.name, also: name })', { name: 'n', list: [1, 2] })).toEqual({
      x: [
        { item: 1, of: 'n', also: 'n' },
        { item: 2, of: 'n', also: 'n' },
      ],
    });
    expect(run('friends: ids { id: $ }', { ids: [1, 2] })).toEqual({ friends: [{ id: 1 }, { id: 2 }] });
  });

  test('reads literals in $(…), with comments, quotes and trailing commas', () => {
    const text = `
      # a comment
      a: $({ n: -1.5, t: 'it\\'s', l: [1, .5, 2.,], b: true, "quoted key": null, }) # another
      b: $("x").y
      "c d": "e f"
    `;
    expect(run(text.replace(': "e f"', ': $."e f"'), { 'e f': 7 })).toEqual({
      a: { n: -1.5, t: "it's", l: [1, 0.5, 2], b: true, 'quoted key': null },
      'c d': 7,
    });
  });

  test('runs the methods of the first version', () => {
    const data = { list: ['a', 'b', null], text: 'abc', object: { k: 1 }, kind: 'dog' };
    const text = `first: list->first last: text->last part: list->slice(0, 1) size: text->size
      entries: object->entries json: object->jsonStringify join: list->joinNotNull('-') echo: text->echo([@, $.kind])
      match: kind->match(['cat', 'Cat'], ['dog', 'Dog']) none: kind->match(['x', 1]) rest: kind->match([@, @])`;
    expect(run(text, data)).toEqual({
      first: 'a',
      last: 'c',
      part: ['a'],
      size: 3,
      entries: [{ key: 'k', value: 1 }],
      json: '{"k":1}',
      join: 'a-b',
      echo: ['abc', 'dog'],
      match: 'Dog',
      rest: 'dog',
    });
  });
});

describe('what a version brought', () => {
  test.each([
    ['x: $batch.id', '0.2'],
    ['x: $env.KEY', '0.3'],
    ['x: a?.b', '0.3'],
    ['x: $(a ?? 1)', '0.3'],
    ['x: $(a ?! 1)', '0.3'],
    ['x: a->as($b)->echo($b)', '0.3'],
    ['x: a->filter(@->eq(1))', '0.3'],
    ['x: a->add(1)', '0.3'],
    ['x: a ?? 1', '0.4'],
    ['x: 1', '0.4'],
    ['...a { b }', '0.4'],
    ['a, b', '0.4'],
    ['x: $({ a })', '0.4'],
    ['x: a->split(",")', '0.4'],
  ] as const)('%s needs v%s and says so before', (text, since) => {
    for (const version of VERSIONS) {
      const problems = problemsOf(text, version);
      if (version >= since) expect(problems).toEqual([]);
      else expect(problems.join()).toMatch(/needs connect v0\.[234]; this schema links/);
    }
  });

  test('a bare text or word after a colon is a key before v0.4 and a literal from then on', () => {
    const data = { Book: 1, true: 2, null: 3 };
    const text = 'a: "Book" b: true c: null';
    for (const version of ['0.1', '0.2', '0.3'] as const) {
      expect(evaluate(text, data, { version })).toEqual({ a: 1, b: 2, c: 3 });
    }
    expect(evaluate(text, data)).toEqual({ a: 'Book', b: true, c: null });
    expect(evaluate('a: "Book" { id } nullField: nullField', { Book: { id: 1 }, nullField: 2 })).toEqual({
      a: { id: 1 },
      nullField: 2,
    });
  });

  test('any JSON value is a mapping to itself from v0.4 on', () => {
    for (const value of [{ a: [1, { b: null }], 'c d': 'x\n"\\é' }, [true, 'x'], 'text', 12, null, {}, []]) {
      expect(evaluate(JSON.stringify(value), { other: 1 })).toEqual(value);
      expect(evaluate(JSON.stringify(value, undefined, 2), undefined)).toEqual(value);
    }
  });

  test('braces around the whole text change nothing in v0.4', () => {
    expect(evaluate('{ id name }', [{ id: 1, name: 'a' }])).toEqual([{ id: 1, name: 'a' }]);
  });

  test('spreads join objects, the later item wins, and null makes the whole null', () => {
    expect(evaluate('...a ...$args x: 3', { a: { x: 1, y: 1 } }, { variables: { $args: { y: 2 } } })).toEqual(
      {
        x: 3,
        y: 2,
      },
    );
    expect(evaluate('id ...a', { id: 1, a: null })).toBeNull();
    expect(evaluate('id ...a ...b', { id: 1, b: 'text' })).toEqual({ id: 1 });
    const kinds = `id ...kind->match(["b", { __typename: "Book", pages }], ["m", { __typename: "Movie" }], [@, null])`;
    expect(
      evaluate(kinds, [
        { id: 1, kind: 'b', pages: 3 },
        { id: 2, kind: 'm' },
        { id: 3, kind: '?' },
      ]),
    ).toEqual([{ id: 1, __typename: 'Book', pages: 3 }, { id: 2, __typename: 'Movie' }, null]);
  });

  test('two fields of one name are merged', () => {
    expect(evaluate('a: x { p } a: x { q }', { x: { p: 1, q: 2 } })).toEqual({ a: { p: 1, q: 2 } });
    expect(evaluate('a: x { p } a: x { q }', { x: [{ p: 1, q: 2 }] })).toEqual({ a: [{ p: 1, q: 2 }] });
  });
});

describe('absence', () => {
  const data = { n: null, zero: 0, empty: '', f: false, o: { v: 1 } };
  test.each([
    ['$(n ?? "d")', 'd'],
    ['$(missing ?? "d")', 'd'],
    ['$(n ?! "d")', null],
    ['$(missing ?! "d")', 'd'],
    ['$(zero ?? 1)', 0],
    ['$(empty ?? 1)', ''],
    ['$(f ?? true)', false],
    ['$(n ?? missing ?? null)', null],
    ['$(n ?? missing)', undefined],
    ['$.o?.v', 1],
    ['$.n?.v', undefined],
    ['$.n?', undefined],
    ['$.n?->jsonStringify', undefined],
    ['$.n->jsonStringify', 'null'],
    ['$.missing->echo(1)', undefined],
  ])('%s gives %j', (text, expected) => {
    expect(evaluate(text, data, { version: '0.3' })).toEqual(expected);
  });

  test('null as the whole data is null, unless nothing of it is read', () => {
    expect(evaluate('id: $args.id name', null, { variables: { $args: { id: 1 } } })).toBeNull();
    expect(evaluate('$.a { id: $args.id }', { a: null }, { variables: { $args: { id: 1 } } })).toBeNull();
    expect(evaluate('id: $args.id', null, { variables: { $args: { id: 1 } } })).toEqual({ id: 1 });
    expect(evaluate('id: $args.id no: $args.no', undefined, { variables: { $args: { id: 1 } } })).toEqual({
      id: 1,
    });
  });
});

describe('problems', () => {
  test('name the place and the way out', () => {
    const { mapping, problems } = parseMapping("ids: $batch.id->joinNotnull(',')", {
      version: '0.3',
      dialect: 'json',
    });
    expect(mapping).toBeUndefined();
    expect(problems).toEqual([
      {
        message: 'There is no method ->joinNotnull.',
        offset: 16,
        length: 11,
        fix: 'Did you mean ->joinNotNull?',
      },
    ]);
  });

  test('several in one text are all told', () => {
    const text = 'a: $arg.id\nb: 1 2\nc: x->nope\nd: { e: y->add }\nf: z';
    expect(problemsOf(text)).toEqual([
      'There is no variable $arg here.',
      '`2` is not expected here.',
      'There is no method ->nope.',
      '->add takes at least 1 argument, and here it has 0.',
    ]);
  });

  test.each([
    ['a.b c', 'This value has no name'],
    ['.a', 'A path cannot start with a dot'],
    ['a: ', 'The text ends where a value is expected'],
    ['a {', 'never closed'],
    ['a: $(b', 'never closed'],
    ['a: "b', 'no closing "'],
    ['a: $(b ?? c ?! d)', 'cannot be mixed'],
    ['a: b??', 'The text ends'],
    ['a: b->', 'The name of a method must follow'],
    ['a: b->first(1)', '->first takes no arguments'],
    ['a: b->match([1])', 'takes pairs'],
    ['a: b->as(1)', 'name of a variable'],
    ['a: x->as($y) b: $y', 'no variable $y'],
    ['a: b%c', 'has no meaning here'],
    ['a, b c', 'one is missing'],
    ['a b, c', 'a comma does not fit'],
    ['a: - b', 'A number must follow'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message);
  });

  test('a text beyond the limits is refused', () => {
    expect(problemsOf('a'.repeat(65 * 1024)).join()).toContain('longer than 64 KiB');
    for (const nest of ['a{', 'a: $(', 'a: [', 'a: {a:', 'a: b->map(']) {
      expect(problemsOf(nest.replace('a: ', '').repeat(100)).join()).toMatch(/64 levels/);
    }
    expect(problemsOf(`a${'.a'.repeat(20_000)}`).join()).toContain('at most 256 steps');
    expect(problemsOf(`${'a{'.repeat(63)}b${'}'.repeat(63)}`)).toEqual([]);
  });
});

describe('what is known of a mapping before it runs', () => {
  const parse = (text: string) => parseMapping(text, { version: '0.4', dialect: 'json' }).mapping!;

  test('its variables, each with the path to the first method', () => {
    const text =
      'a: $args.input.id b: $this { id owner { x } } c: $batch.id->joinNotNull($config.sep) d: x->as($y)->echo($y.z)';
    expect(parse(text).variables).toEqual([
      { variable: '$args', path: ['input', 'id'], offset: 3 },
      { variable: '$this', path: ['id'], offset: 29 },
      { variable: '$this', path: ['owner', 'x'], offset: 40 },
      { variable: '$batch', path: ['id'], offset: 49 },
      { variable: '$config', path: ['sep'], offset: 72 },
    ]);
  });

  test('its shape, with the path that each field comes from', () => {
    expect(parse('id $.data { n: a.b } o { p } m: list->first k: "x"').shape).toEqual({
      kind: 'object',
      open: false,
      fields: new Map<string, unknown>([
        ['id', { offset: 0, source: ['id'], shape: { kind: 'value', source: ['id'] } }],
        ['n', { offset: 12, source: ['data', 'a', 'b'], shape: { kind: 'value', source: ['a', 'b'] } }],
        [
          'o',
          {
            offset: 21,
            source: ['o'],
            shape: {
              kind: 'object',
              open: false,
              fields: new Map([
                ['p', { offset: 25, source: ['p'], shape: { kind: 'value', source: ['p'] } }],
              ]),
            },
          },
        ],
        ['m', { offset: 29, shape: { kind: 'value' } }],
        ['k', { offset: 44, shape: { kind: 'value', literal: 'x' } }],
      ]),
    });
    const oneOf = parse('id ...k->match(["a", { __typename: "A" }], ["b", { __typename: "B" }])').shape;
    expect(oneOf.kind).toBe('oneOf');
    expect(parse('...$args').shape).toMatchObject({ kind: 'object', open: true });
  });
});

describe('the prototype chain', () => {
  test('is neither read nor written', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const name of names) {
      expect(evaluate(`x: ${name} y: $.${name}.polluted z: $->get("${name}")`, {})).toEqual({});
      const output = evaluate(`${name}: a`, { a: { polluted: 1 } }) as object;
      expect(Object.hasOwn(output, name)).toBe(true);
      expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
    }
    const hostile: unknown = JSON.parse('{"a":{"__proto__":{"polluted":1}},"b":{"__proto__":{"other":2}}}');
    for (const text of ['...a ...b', 'x: a->keysToCamelCaseDeep', 'x: a x: b', '$.a', 'x: a { __proto__ }']) {
      const output = evaluate(text, hostile) as Record<string, unknown>;
      expect(output['polluted']).toBeUndefined();
      expect((output['x'] as Record<string, unknown> | undefined)?.['polluted']).toBeUndefined();
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const want = { listDepth: 0, fields: new Map([['__proto__', { listDepth: 0 }]]) };
    expect(Object.getPrototypeOf(evaluate('$.a', hostile, { want }))).toBe(Object.prototype);
  });
});

import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compileMapping, parseMapping } from '../../../gateway/connectors/mapping/mapping.ts';
import type { ConnectVersion, Dialect } from '../../../gateway/connectors/mapping/mapping.ts';

// A model of the language, small enough to be seen to be right: a tree, its text, and its meaning step by step.
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node =
  | { kind: 'literal'; value: Json }
  | { kind: 'path'; root: '$' | '$args'; keys: string[]; selection?: Field[] }
  | { kind: 'choice'; operator: '??' | '?!'; operands: Node[] }
  | { kind: 'object'; fields: Field[] }
  | { kind: 'list'; items: Node[] }
  | { kind: 'map'; of: Node; to: Node }
  | { kind: 'at' };
type Field = { name: string; value: Node };

const KEYS = ['a', 'b', 'c', '__proto__', 'constructor', 'needs quotes'];
const quote = (key: string): string => (key.includes(' ') ? JSON.stringify(key) : key);

function print(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'path':
      return `${node.root}${node.keys.map((key) => `.${quote(key)}`).join('')}${node.selection === undefined ? '' : ` { ${printFields(node.selection, ' ')} }`}`;
    case 'choice':
      return `$(${node.operands.map(print).join(` ${node.operator} `)})`;
    case 'object':
      return `{ ${printFields(node.fields, ', ')} }`;
    case 'list':
      return `[${node.items.map(print).join(', ')}]`;
    case 'map':
      return `$(${print(node.of)})->map(${print(node.to)})`;
    case 'at':
      break;
  }
  return '@';
}

function printFields(fields: readonly Field[], separator: string): string {
  return fields.map(({ name, value }) => `${quote(name)}: ${print(value)}`).join(separator);
}

type Scope = { at: Json | undefined; dollar: Json | undefined; args: Json };
const own = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;

function step(value: Json | undefined, key: string): Json | undefined {
  return Array.isArray(value) ? value.map((element) => step(element, key) ?? null) : own(value, key);
}

function object(fields: readonly Field[], scope: Scope): Json {
  const entries = fields.map(({ name, value }) => [name, interpret(value, scope)] as const);
  return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined)) as Json;
}

function select(value: Json | undefined, fields: readonly Field[], scope: Scope): Json | undefined {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((element) => select(element, fields, scope) ?? null);
  const output = object(fields, { ...scope, at: value, dollar: value });
  return typeof value !== 'object' && Object.keys(output as object).length === 0 && !usesWhole(fields)
    ? value
    : output;
}

/** Whether a field is `$` or `@` itself: only that makes an object of a scalar with nothing to put in. */
function usesWhole(fields: readonly Field[]): boolean {
  const whole = (node: Node): boolean => {
    if (node.kind === 'at') return true;
    if (node.kind === 'path') return node.root === '$' && node.keys.length === 0;
    if (node.kind === 'object') return usesWhole(node.fields);
    if (node.kind === 'choice') return node.operands.some(whole);
    if (node.kind === 'list') return node.items.some(whole);
    return node.kind === 'map' && whole(node.of);
  };
  return fields.some(({ value }) => whole(value));
}

function interpret(node: Node, scope: Scope): Json | undefined {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'at':
      return scope.at;
    case 'path': {
      const value = node.keys.reduce(step, node.root === '$' ? scope.dollar : scope.args);
      return node.selection === undefined ? value : select(value, node.selection, scope);
    }
    case 'choice': {
      let value: Json | undefined;
      for (const operand of node.operands) {
        value = interpret(operand, scope);
        if (value !== undefined && (value !== null || node.operator === '?!')) return value;
      }
      return value;
    }
    case 'object':
      return object(node.fields, scope);
    case 'list':
      return node.items.map((item) => interpret(item, scope) ?? null);
    case 'map':
      break;
  }
  const value = interpret(node.of, scope);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((at) => interpret(node.to, { ...scope, at }) ?? null);
  const only = interpret(node.to, { ...scope, at: value });
  return only === undefined ? undefined : [only];
}

const key = fc.constantFrom(...KEYS);
const { node } = fc.letrec<{ node: Node; field: Field }>((tie) => {
  const fields = fc.uniqueArray(tie('field'), { maxLength: 3, selector: (field) => field.name });
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({
        kind: fc.constant('path' as const),
        root: fc.constantFrom('$' as const, '$args' as const),
        keys: fc.array(key, { maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('literal' as const),
        value: fc.constantFrom<Json>(null, true, 1, -2.5, 'x"\\\n'),
      }),
      fc.constant<Node>({ kind: 'at' }),
      fc.record({
        kind: fc.constant('path' as const),
        root: fc.constantFrom('$' as const, '$args' as const),
        keys: fc.array(key, { minLength: 1, maxLength: 2 }),
        selection: fields,
      }),
      fc.record({
        kind: fc.constant('choice' as const),
        operator: fc.constantFrom('??' as const, '?!' as const),
        operands: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('object' as const), fields }),
      fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('node'), { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('map' as const), of: tie('node'), to: tie('node') }),
    ),
    field: fc.record({ name: key, value: tie('node') }),
  };
});

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, 1, '', 'x'),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(key, tie('json')), { maxLength: 4, selector: ([name]) => name })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

describe('mappings', () => {
  test('mean what the model says, for any tree and any data', () => {
    fc.assert(
      fc.property(node, json, json, (tree, data, args) => {
        const { mapping, problems } = parseMapping(`x: ${print(tree)}`, { version: '0.4', dialect: 'json' });
        expect(problems).toEqual([]);
        const before = JSON.stringify([data, args]);
        const run = compileMapping(mapping!);
        const expected = select(data === null ? {} : data, [{ name: 'x', value: tree }], {
          at: data,
          dollar: data,
          args,
        });
        const output = run(data === null ? {} : data, { $args: args });
        // Vitest's own comparison trips over a property named `constructor`.
        expect(isDeepStrictEqual(output, expected)).toBe(true);
        expect(JSON.stringify([data, args])).toBe(before);
      }),
      { numRuns: 1500 },
    );
  });

  test('give the same in v0.3, where the same tree needs only $(…) around it', () => {
    fc.assert(
      fc.property(node, json, (tree, data) => {
        fc.pre(!hasSelection(tree));
        const old = parseMapping(`x: $(${print(tree)})`, { version: '0.3', dialect: 'json' });
        const now = parseMapping(`x: ${print(tree)}`, { version: '0.4', dialect: 'json' });
        expect(old.problems).toEqual([]);
        const given = { $args: data };
        const outputs = [old, now].map(({ mapping }) => compileMapping(mapping!)(data, given));
        expect(isDeepStrictEqual(outputs[0], outputs[1])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('any text in any version and dialect parses or has problems, and what parses runs', () => {
    const word = fc.constantFrom(
      ...'{ } ( ) [ ] $( $ @ . ... -> ? ?? ?! : , - " \' \\ # a b true null 1 .5 1. $args $nope "k" #text @id'.split(
        ' ',
      ),
      ...'first ->map(@ ->as($x) ->match([1,2]) ->filter( ->eq(1) __proto__ a: a{ {a:1} 😀'.split(' '),
      '\n',
      ' ',
      '\u0000',
      '\ud800',
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
      fc.string({ unit: 'binary' }),
    );
    const version = fc.constantFrom<ConnectVersion>('0.1', '0.2', '0.3', '0.4');
    const dialect = fc.constantFrom<Dialect>('json', 'xml', 'grpc');
    fc.assert(
      fc.property(text, version, dialect, json, (source, connect, wire, data) => {
        const { mapping, problems } = parseMapping(source, { version: connect, dialect: wire });
        expect(mapping === undefined).toBe(problems.length > 0);
        for (const problem of problems) {
          expect(problem.offset).toBeGreaterThanOrEqual(0);
          expect(problem.offset + problem.length).toBeLessThanOrEqual(source.length);
        }
        if (mapping !== undefined) compileMapping(mapping)(data, { $args: data });
      }),
      { numRuns: 2000 },
    );
  });

  test('long hostile texts and deep data end without an overflow', () => {
    const parts = [
      'a ',
      'a.',
      '"',
      '$(',
      '[',
      '{',
      'a?',
      '->first',
      'a:',
      '...',
      '#\n',
      '%',
      '1 ',
      'a->map(',
      '(',
      ')',
      '}',
    ];
    for (const part of parts) {
      for (const version of ['0.1', '0.4'] as const) {
        const { problems } = parseMapping(part.repeat(60_000 / part.length), { version, dialect: 'json' });
        expect(problems.length).toBeLessThanOrEqual(40);
      }
    }
    const many = Array.from({ length: 8000 }, (_, index) => `f${index}`).join(' ');
    expect(
      compileMapping(parseMapping(many, { version: '0.4', dialect: 'json' }).mapping!)({ f7: 1 }, {}),
    ).toEqual({ f7: 1 });
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) deep = level % 2 === 0 ? [deep] : { a: deep };
    for (const text of [
      '$.a.a.a',
      'a { a { b } }',
      '$->keysToCamelCaseDeep',
      'x: $->eq($)',
      'x: a x: a',
      '$.a { b }',
    ]) {
      const { mapping } = parseMapping(text, { version: '0.4', dialect: 'json' });
      expect(() => compileMapping(mapping!)(deep, {})).not.toThrow();
    }
    let lists: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) lists = [lists];
    for (const text of ['$.a', 'a', '$->map(@.a)']) {
      const { mapping } = parseMapping(text, { version: '0.4', dialect: 'json' });
      expect(() => compileMapping(mapping!)(lists, {})).not.toThrow();
    }
  });
});

/** Inside `path { … }` v0.3 keeps its own rule for aliases, where a bare text is a key. */
function hasSelection(tree: Node): boolean {
  switch (tree.kind) {
    case 'path':
      return tree.selection !== undefined;
    case 'choice':
      return tree.operands.some(hasSelection);
    case 'object':
      return tree.fields.some(({ value }) => hasSelection(value));
    case 'list':
      return tree.items.some(hasSelection);
    case 'map':
      return hasSelection(tree.of) || hasSelection(tree.to);
    default:
      return false;
  }
}

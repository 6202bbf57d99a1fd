import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SluiceError } from '../../../gateway/errors.ts';
import { parseMapping } from '../../../gateway/connectors/mapping/mapping.ts';
import {
  compilePathSegments,
  compileQueryParams,
  compileTemplate,
  parseTemplate,
} from '../../../gateway/connectors/mapping/template.ts';

const OPTIONS = { version: '0.4', dialect: 'json' } as const;

function fill(text: string, $args: Record<string, unknown>, $batch?: unknown): string {
  const { template, problems } = parseTemplate(text, OPTIONS);
  if (template === undefined) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return compileTemplate(template)({ $args, $batch });
}

const problemsOf = (text: string): string =>
  parseTemplate(text, OPTIONS)
    .problems.map((problem) => `${problem.offset}: ${problem.message}`)
    .join('\n');

describe('a URL template', () => {
  test.each([
    ['/users/{$args.a}', '/users/x%2Fy'],
    ['/users/{$args.a}/posts/', '/users/x%2Fy/posts/'],
    ['https://api.test:8443/v1/{$args.n}?q={$args.a}&r=1', 'https://api.test:8443/v1/5?q=x%2Fy&r=1'],
    ['/a?x={$args.none}&y={$args.n}&z={$args.nil}', '/a?y=5'],
    ['/a?x={$args.none}', '/a'],
    ['/a?{$args.a}={$args.n}', '/a?x%2Fy=5'],
    ['/a?b[c]={$args.t}&d', '/a?b[c]=true&d'],
    ['/a/v{$args.n}.json', '/a/v5.json'],
    ["/a?ids={$batch.id->joinNotNull(',')}", '/a?ids=1%2C2'],
    ["/a/{$args.n->match([5, '}'], [@, '{'])}", '/a/%7D'],
    ['/a\n  ?x=1\n  &y={$args.n}', '/a  ?x=1  &y=5'.replaceAll(' ', '')],
    ['/', '/'],
    ['https://api.test', 'https://api.test'],
  ])('%s', (text, expected) => {
    const compact = text.replace(/\n\s+/g, '\n');
    expect(fill(compact, { a: 'x/y', n: 5, t: true, nil: null }, [{ id: 1 }, { id: 2 }])).toBe(expected);
  });

  test.each([
    ['/a/{$args.v}', undefined, '{$args.v} has no value'],
    ['/a/{$args.v}', null, '{$args.v} has no value'],
    ['/a/x{$args.v}', null, '{$args.v} has no value'],
    ['/a/{$args.v}', '', '{$args.v} is empty'],
    ['/a/{$args.v}', '.', 'cannot be a segment'],
    ['/a/{$args.v}', '..', 'cannot be a segment'],
    ['/a/.{$args.v}', '.', 'cannot be a segment'],
    ['/a/%2E{$args.v}', '.', 'cannot be a segment'],
    ['/a/{$args.v}', ['x'], '{$args.v} is a list'],
    ['/a?x={$args.v}', { x: 1 }, '{$args.v} is an object'],
  ])('%s refuses %j', (text, v, message) => {
    let error: unknown;
    try {
      fill(text, { v });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SluiceError);
    expect((error as SluiceError).code).toBe('BAD_USER_INPUT');
    expect((error as SluiceError).message).toContain(message);
  });

  test.each([
    ['users/{$args.id}', '0: A URL template starts with `/`'],
    ['//evil.test/x', '0: A URL template starts with `/`'],
    ['{$args.base}/x', '0: A URL template starts with `/`'],
    ['https://{$args.host}/x', 'host of a URL must be written out'],
    ['https://api{$args.host}/x', 'host of a URL must be written out'],
    ['https://user@api.test/x', 'is not the address of a server'],
    ['/a b', '2: " " cannot stand in a URL'],
    ['/a%2', '2: "%" cannot stand'],
    ['/é', '"é" cannot stand'],
    ['/a#b', 'fragment'],
    ['/a\\b', 'cannot stand'],
    ['/a/../b', 'resolved away'],
    ['/a/%2e/b', 'resolved away'],
    ['/a/{$args.id', '3: This `{` is never closed'],
    ['/a/{$arg.id}', '4: There is no variable $arg'],
    ['/a/{id name}', 'must be a single value'],
  ])('%s is a problem', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });

  test('tells its variables, with offsets in the template', () => {
    expect(parseTemplate('/a/{$args.id}?x={$config.k}', OPTIONS).template?.variables).toEqual([
      { variable: '$args', path: ['id'], offset: 4 },
      { variable: '$config', path: ['k'], offset: 17 },
    ]);
  });

  test('no value changes the host, the segments or the parameters, and each decodes to the value', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          '/',
          '?',
          '#',
          '&',
          '=',
          '.',
          '%',
          '2',
          'e',
          'E',
          '\\',
          '@',
          ':',
          ';',
          '\t',
          '\n',
        ),
      }),
    );
    fc.assert(
      fc.property(text, text, text, (a, b, q) => {
        let url: URL;
        try {
          url = new URL(
            fill('/x/{$args.a}/y-{$args.b}/z?p=1&q={$args.q}', { a, b, q }),
            'https://host.test:81',
          );
        } catch (error) {
          expect(error).toBeInstanceOf(SluiceError);
          expect(['', '.', '..']).toContain(a);
          return;
        }
        expect(url.host).toBe('host.test:81');
        expect(url.hash).toBe('');
        const segments = url.pathname.split('/').map(decodeURIComponent);
        expect(segments).toEqual(['', 'x', a.toWellFormed(), `y-${b.toWellFormed()}`, 'z']);
        const query = url.search
          .slice(1)
          .split('&')
          .map((pair) => pair.split('=').map(decodeURIComponent));
        expect(query).toEqual([
          ['p', '1'],
          ['q', q.toWellFormed()],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  test('any text parses or has problems, quickly', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('/', '{', '}', '?', '&', '$', 'a', '"', '.', '%', ' ', 'é', '-', '>'),
        }),
        (text) => {
          const { template, problems } = parseTemplate(text, OPTIONS);
          expect(template === undefined).toBe(problems.length > 0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('query parameters and path segments as mappings', () => {
  const mapping = (text: string) => parseMapping(text, OPTIONS).mapping!;

  test('leave out null, repeat lists and encode everything', () => {
    const fillQuery = compileQueryParams(mapping('"a b": $args.a c: $args.c d: $args.d e: $args.e'));
    expect(fillQuery({ $args: { a: 'x&y=z', c: [1, null, 2], d: null } })).toBe('a%20b=x%26y%3Dz&c=1&c=2');
    expect(fillQuery({})).toBe('');
    expect(() => fillQuery({ $args: { a: {} } })).toThrow('single values');
  });

  test('refuse segments that would change the path', () => {
    const fillPath = compilePathSegments(mapping('$(["v1", $args.id])'));
    expect(fillPath({ $args: { id: 'a/../b' } })).toBe('/v1/a%2F..%2Fb');
    for (const id of ['', '.', '..', null, []])
      expect(() => fillPath({ $args: { id } })).toThrow(SluiceError);
  });
});

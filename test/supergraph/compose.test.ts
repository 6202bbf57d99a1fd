import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';

describe('composeSupergraph', () => {
  it('gives the supergraph with the addresses of the subgraphs, and hints', () => {
    const composed = composeSupergraph([
      {
        name: 'a',
        url: 'http://a.test/graphql',
        sdl: `${LINK}\ntype Query { v: V }\ntype V @shareable { x: Int }`,
      },
      { name: 'b', file: 'b.graphql', sdl: `${LINK}\ntype Query { w: V }\ntype V @shareable { x: Int! }` },
    ]);
    if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
    expect(composed.supergraphSdl).toContain('A @join__graph(name: "a", url: "http://a.test/graphql")');
    expect(composed.hints.map(({ code }) => code)).toContain('INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE');
    for (const hint of composed.hints) expect(['hint', 'warning']).toContain(hint.severity);
  });

  it('tells the syntax and schema errors of all subgraphs at once, each with its place', () => {
    const composed = composeSupergraph([
      { name: 'a', file: 'a.graphql', sdl: 'type Query {\n  a: Int\n}\ntype X {' },
      { name: 'b', file: 'b.graphql', sdl: 'type Query {\n  b: Nope\n  c: Never\n}' },
      { name: 'c', sdl: `${LINK}\ntype Query { c: Int }\ntype T @key(fields: "nope") { id: ID! }` },
    ]);
    expect(composed).toEqual({
      problems: [
        {
          severity: 'error',
          code: 'INVALID_GRAPHQL',
          message: 'Syntax Error: Expected Name, found <EOF>.',
          fix: 'Correct the syntax at this place.',
          subgraph: 'a',
          file: 'a.graphql',
          line: 4,
          column: 9,
        },
        {
          severity: 'error',
          code: 'INVALID_GRAPHQL',
          message: 'Unknown type "Nope".',
          fix: expect.any(String),
          subgraph: 'b',
          file: 'b.graphql',
          line: 2,
          column: 6,
        },
        {
          severity: 'error',
          code: 'INVALID_GRAPHQL',
          message: 'Unknown type "Never".',
          fix: expect.any(String),
          subgraph: 'b',
          file: 'b.graphql',
          line: 3,
          column: 6,
        },
        expect.objectContaining({
          severity: 'error',
          code: 'KEY_INVALID_FIELDS',
          subgraph: 'c',
          line: 3,
          column: 8,
        }),
      ],
    });
  });

  it('tells all errors between subgraphs, at the first place that is to blame', () => {
    const composed = composeSupergraph([
      { name: 'a', file: 'a.graphql', sdl: `${LINK}\ntype Query { a: T }\ntype T {\n  x: Int\n  y: Int\n}` },
      { name: 'b', file: 'b.graphql', sdl: `${LINK}\ntype Query { b: T }\ntype T { x: Int y: String }` },
    ]);
    if (!('problems' in composed)) throw new Error('this must not compose');
    expect(
      composed.problems.map(({ code, subgraph, file, line, column }) => [code, subgraph, file, line, column]),
    ).toEqual([
      ['INVALID_FIELD_SHARING', 'a', 'a.graphql', 4, 3],
      ['FIELD_TYPE_MISMATCH', 'a', 'a.graphql', 5, 3],
      ['INVALID_FIELD_SHARING', 'a', 'a.graphql', 5, 3],
    ]);
  });

  it('tells what no plan could ever reach', () => {
    const composed = composeSupergraph([
      { name: 'a', sdl: `${LINK}\ntype Query { a: T }\ntype T @key(fields: "id") { id: ID! x: Int }` },
      { name: 'b', sdl: `${LINK}\ntype T @key(fields: "other") { other: ID! y: Int }` },
    ]);
    if (!('problems' in composed)) throw new Error('this must not compose');
    expect(composed.problems.map(({ code }) => code)).toContain('SATISFIABILITY_ERROR');
  });

  it('refuses two subgraphs of one name', () => {
    const sdl = 'type Query { a: Int }';
    expect(
      composeSupergraph([
        { name: 'a', sdl },
        { name: 'a', sdl },
      ]),
    ).toMatchObject({
      problems: [{ code: 'DUPLICATE_SUBGRAPH', subgraph: 'a' }],
    });
  });
});

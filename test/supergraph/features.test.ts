import { describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../gateway/supergraph/check-supergraph.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';

const composition = composeSupergraph([
  {
    name: 'a',
    url: 'http://a',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@inaccessible", "@key"])
      type Query { a(by: By = { x: 1 }, n: Int @inaccessible): A b: Int hidden: Hidden @inaccessible }
      type A @key(fields: "id") { id: ID! more: Int }
      type Hidden @inaccessible { x: Int }
      input By { x: Int y: Int }
      enum E { ONE TWO }
      interface I { i: Int } type J implements I { i: Int }`,
  },
]);
if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
const { supergraphSdl } = composition;

const LINK = '@link(url: "https://specs.apollo.dev/link/v1.0")';

function changed(from: string, to: string): string {
  expect(supergraphSdl).toContain(from);
  return supergraphSdl.replace(from, to);
}

/** What is wrong, as `line:column message`. */
function faultsOf(sdl: string): readonly string[] {
  const checked = checkSupergraph({ sdl, file: 's.graphql' });
  if ('subgraphs' in checked) return [];
  return checked.problems.map(({ line, column, message, code, file, fix }) => {
    expect({ code, file }).toEqual({ code: 'SUPERGRAPH_INVALID', file: 's.graphql' });
    expect(fix).toContain('"sluice compose"');
    const place = line === undefined ? '' : `${line}:${column} `;
    return place + message.replace('This is not a supergraph schema that can be served: ', '');
  });
}

describe('a supergraph is refused, with the place,', () => {
  it.each([
    [
      'if it is no supergraph',
      () => 'type Query { a: Int }',
      [/^It links no specification \(@link or @core\)\.$/],
    ],
    [
      'if it links no join specification',
      () =>
        changed('https://specs.apollo.dev/join/v0.5', 'https://example.com/join/v0.5').replace(
          ', for: EXECUTION',
          '',
        ),
      [/^It does not link the join specification/],
    ],
    [
      'if it is broken',
      () => supergraphSdl.slice(0, -3),
      [/^\d+:\d+ Syntax Error: Expected Name, found <EOF>\.$/],
    ],
    [
      'if a version is not known',
      () => changed('join/v0.5', 'join/v0.6'),
      [
        /^3:3 It links https:\/\/specs.apollo.dev\/join\/v0.6, a version that is not known here: v0.1 to v0.5 are\.$/,
      ],
    ],
    [
      'if it needs a protection that is not known',
      () => changed(LINK, `${LINK}\n  @link(url: "https://example.com/lock/v1.0", for: SECURITY)`),
      [
        /^3:3 It links https:\/\/example.com\/lock\/v1.0 for SECURITY, which is not known here: its protection/,
      ],
    ],
    [
      'if it needs something to be run that is not known',
      () => changed(LINK, `${LINK}\n  @link(url: "https://specs.apollo.dev/wasm/v1.0", for: EXECUTION)`),
      [/^3:3 It links https:\/\/specs.apollo.dev\/wasm\/v1.0 for EXECUTION, which is not known here/],
    ],
    [
      'for each type that nothing defines',
      () => changed('more: Int', 'more: In').replace('  b: Int', '  b: Intt'),
      [/^\d+:\d+ Unknown type "In"\./, /^\d+:\d+ Unknown type "Intt"\./],
    ],
    [
      'if what clients see is of a hidden type',
      () => changed('hidden: Hidden @inaccessible', 'hidden: Hidden'),
      [/^\d+:\d+ The type "Hidden" is @inaccessible, but Query.hidden, which clients see, is of it\.$/],
    ],
    [
      'if nothing is left of a type',
      () =>
        changed('  ONE @join__enumValue(graph: A)', '  ONE @join__enumValue(graph: A) @inaccessible').replace(
          '  TWO @join__enumValue(graph: A)',
          '  TWO @join__enumValue(graph: A) @inaccessible',
        ),
      [/^\d+:\d+ Clients see "E", but all of its values are @inaccessible\.$/],
    ],
    [
      'if a hidden argument is required',
      () => changed('n: Int @inaccessible', 'n: Int! @inaccessible'),
      [/^\d+:\d+ Query\.a\(n:\) is @inaccessible, but required\.$/],
    ],
    [
      'if a default value has something hidden',
      () => supergraphSdl.replace(/(input By[^{]*\{\s*x: Int)/, '$1 @inaccessible'),
      [/^\d+:\d+ The default value of Query\.a\(by:\) is not one that clients could give\.$/],
    ],
    [
      'if an interface promises what a type hides',
      () => supergraphSdl.replace(/(type J[^{]*\{\s*i: Int)/, '$1 @inaccessible j: Int'),
      [/^\d+:\d+ Interface field I\.i expected but J does not provide it\.$/],
    ],
  ])('%s', (_, sdl, expected) => {
    const faults = faultsOf(sdl());
    expect(faults).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});

describe('a supergraph is served', () => {
  it('that links what concerns nobody here', () => {
    const sdl = changed(LINK, `${LINK}\n  @link(url: "https://example.com/notes/v7.1")`);
    expect(faultsOf(sdl)).toEqual([]);
    expect(loadSupergraph(sdl).schema.getType('A')).toBeDefined();
  });

  it('whose types are extended elsewhere in it', () => {
    const sdl = `${supergraphSdl}
      extend type A @join__type(graph: A, key: "more") { added: Int }
      extend schema { mutation: Change }
      extend enum E { THREE @join__enumValue(graph: A) }
      type Change @join__type(graph: A) { now: Int }`;
    expect(faultsOf(sdl)).toEqual([]);
    const { schema, subgraphs } = loadSupergraph(sdl);
    expect(schema.getMutationType()?.name).toBe('Change');
    const type = schema.getType('A');
    expect(type && 'getFields' in type ? Object.keys(type.getFields()) : []).toEqual(['id', 'more', 'added']);
    expect(subgraphs).toEqual([{ name: 'a', url: 'http://a' }]);
  });
});

import { composeSupergraph } from '../../gateway/supergraph/compose.ts';

const COUNT = 10;
const LEVELS = 4;
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])';

const around = (index: number) => index % COUNT;

/**
 * Ten subgraphs with an entity each. Three other subgraphs add to it: one by its key `id`, one by the same with a
 * field that requires another, one by its key `code` only. A union and an interface have several of them as members.
 */
export function tenSubgraphs(): string {
  const composed = composeSupergraph(
    Array.from({ length: COUNT }, (_, at) => ({
      name: `s${at}`,
      url: `http://127.0.0.1/s${at}`,
      sdl: sdlOf(at),
    })),
  );
  if ('problems' in composed) throw new Error(composed.problems.map(({ message }) => message).join('\n'));
  return composed.supergraphSdl;
}

function sdlOf(at: number): string {
  const [labelled, scored, coded] = [around(at + 9), around(at + 8), around(at + 5)];
  const [next, related] = [around(at + 1), around(at + 3)];
  return [
    LINK,
    `type Query { e${at}(first: Int = 10): [E${at}] ${at === 0 ? 'hits(first: Int = 10): [Hit] items: [Item]' : ''} }`,
    `type E${at} ${at < 3 ? 'implements Item ' : ''}@key(fields: "id") @key(fields: "code") {`,
    `  id: ID! code: String! name: String label: String @shareable size: Int ${at < 3 ? 'title: String' : ''}`,
    `  next: E${next} related: [E${related}]`,
    '}',
    `type E${labelled} @key(fields: "id") { id: ID! label: String @shareable a: String }`,
    `type E${scored} @key(fields: "id") { id: ID! size: Int @external score: Int @requires(fields: "size") b: Int }`,
    `type E${coded} @key(fields: "code") { code: String! c: String }`,
    // Stubs of what is only pointed at.
    ...[...new Set([next, related, ...(at === 0 ? [1, 2] : [])])]
      .filter((other) => ![labelled, scored, coded].includes(other))
      .map(
        (other) =>
          `type E${other} ${at === 0 && other < 3 ? 'implements Item ' : ''}@key(fields: "id") { id: ID! }`,
      ),
    ...(at < 3 ? ['interface Item { id: ID! }'] : []),
    ...(at === 0 ? ['union Hit = E0 | E1 | E2'] : []),
  ].join('\n');
}

/** An operation over all ten; the number makes the document another one without a change of its plan. */
export function tenSubgraphsOperation(number: number): string {
  const fragments = [0, 1, 2].map((at) => `... on E${at} { ${flat(at)} }`).join(' ');
  return `query Ten { e0(first: ${number}) { ${nested(0, LEVELS)} } hits(first: ${number}) { __typename ${fragments} } items { id } }`;
}

function nested(at: number, levels: number): string {
  if (levels === 0) return flat(at);
  return `${flat(at)} next { ${nested(around(at + 1), levels - 1)} } related { ${flat(around(at + 3))} }`;
}

function flat(at: number): string {
  return `id name label size a score b c ${at < 3 ? 'title' : ''}`;
}

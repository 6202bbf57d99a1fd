import { expect, test } from 'vitest';
import { compareSupergraphs } from '../gateway/compare-supergraphs.ts';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])\n';
const VARIANTS = {
  partner: { include: ['partner'], exclude: [], subgraphs: {}, at: [{ host: 'partner' }] },
  later: { include: ['later'], exclude: [], subgraphs: {}, at: [{ host: 'later' }] },
};

function composed(sdl: string): string {
  const composition = composeSupergraph([{ name: 'one', sdl: LINK + sdl }]);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

const sent = (variant: string | undefined) => ({
  days: 7,
  operations: [
    {
      documentHash: 'h',
      operationName: 'B',
      document: 'query B { b }',
      clients: [
        { client: 'acme', clientVersion: '', count: 3, lastDay: '2026-11-20', ...(variant && { variant }) },
      ],
      count: 3,
    },
  ],
});

const before = composed('type Query { a: Int @tag(name: "partner") b: Int @tag(name: "partner") }');
const after = composed('type Query { a: Int @tag(name: "partner") b: Int }');

test('a tag that is taken away breaks who asks for its field in that variant, and nobody else', async () => {
  const [lost, ...more] = await compareSupergraphs(before, after, sent('partner'), VARIANTS);
  expect(more).toEqual([]);
  expect(lost).toMatchObject({ severity: 'error', code: 'CHANGE_BREAKS_CLIENTS' });
  expect(lost?.message).toMatch(
    /^In the variant "partner": Field 'b' was removed.*used by acme \(B, 3 times\)/,
  );
  const [unused] = await compareSupergraphs(before, after, sent(undefined), VARIANTS);
  expect(unused).toMatchObject({ severity: 'warning', code: 'SCHEMA_BREAKING_CHANGE' });
  expect(await compareSupergraphs(before, after, sent('partner'))).toEqual([]);
});

test('what all clients lose is told once', async () => {
  const without = composed('type Query { a: Int @tag(name: "partner") }');
  const lost = await compareSupergraphs(before, without, sent('partner'), VARIANTS);
  expect(lost.map(({ message }) => message)).toEqual([expect.stringMatching(/^Field 'b' was removed.*acme/)]);
});

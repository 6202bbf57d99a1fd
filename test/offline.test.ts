import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../gateway/config/load.ts';
import type { Config } from '../gateway/config/schema.ts';
import { composeFromConfig, explain } from '../gateway/offline.ts';
import { ProblemsError } from '../gateway/problem.ts';
import { EMPTY_GRAPH_FIELD } from '../gateway/supergraph/empty-graph.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-offline-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const variants = {
  partner: { exclude: ['internal'], at: [{ path: '/partner/graphql' }] },
  all: { at: [{ host: 'all.example' }] },
};

function configOf(subgraphs: object): Config {
  const file = join(folder, 'sluice.yaml');
  writeFileSync(file, JSON.stringify({ subgraphs, variants }));
  const { config, problems } = loadConfig({ file, env: {} });
  if (!config) throw new ProblemsError(problems);
  return config;
}

describe('a graph with variants', () => {
  const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
    type Query { seen: Int hidden: Int @tag(name: "internal") }`;
  const config = () => {
    writeFileSync(join(folder, 'a.graphql'), SDL);
    return configOf({ a: { schema: 'a.graphql', url: 'http://127.0.0.1:1' } });
  };

  test('is composed with the schema of each', async () => {
    const composed = await composeFromConfig(config());
    if (!('variants' in composed)) throw new ProblemsError(composed.problems);
    expect([...composed.variants.keys()]).toEqual(['partner', 'all']);
    expect(composed.variants.get('partner')).toMatch(/seen: Int/);
    expect(composed.variants.get('partner')).not.toContain('hidden');
    expect(composed.variants.get('all')).toBe(composed.apiSdl);
  });

  test('is explained to the clients of each by what they see', async () => {
    const request = { operation: '{ hidden }', variables: {} };
    expect(await explain(config(), request)).toHaveProperty('plan');
    expect(await explain(config(), { ...request, variant: 'all' })).toHaveProperty('plan');
    expect(await explain(config(), { ...request, variant: 'partner' })).toMatchObject({
      problems: [
        {
          code: 'GRAPHQL_VALIDATION_FAILED',
          message:
            'Cannot query field "hidden" on type "Query". The variant "partner" hides it; the main graph has it.',
        },
      ],
    });
  });
});

describe('a graph without subgraphs', () => {
  test('is composed without variants, of which nothing would be left', async () => {
    expect(await composeFromConfig(configOf({}))).toMatchObject({
      variants: new Map(),
      problems: [{ code: 'GRAPH_EMPTY' }],
    });
  });

  test('is explained', async () => {
    const explanation = await explain(configOf({}), { operation: `{ ${EMPTY_GRAPH_FIELD} }`, variables: {} });
    expect(explanation).toMatchObject({ totalCalls: 0 });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../gateway/config/load.ts';
import { composeFromConfig, type Composed } from '../gateway/gateway.ts';
import { ProblemsError } from '../gateway/problem.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, 'schema', file), 'utf8');
let composed: Composed;

beforeAll(async () => {
  const { config, problems } = loadConfig({ file: join(root, 'sluice.yaml'), env: {} });
  if (!config) throw new ProblemsError(problems);
  const result = await composeFromConfig(config);
  if (!('supergraphSdl' in result)) throw new ProblemsError(result.problems);
  composed = result;
});

test('schema/supergraph.graphql is what the subgraphs compose to now (npm run schema)', () => {
  expect(read('supergraph.graphql').trimEnd()).toBe(composed.supergraphSdl.trimEnd());
});

test('schema/api.graphql is what clients see now (npm run schema)', () => {
  expect(read('api.graphql').trimEnd()).toBe(composed.apiSdl.trimEnd());
});

test('schema/api.<variant>.graphql is what the clients of each variant see now (npm run schema)', () => {
  expect(composed.variants.size).toBeGreaterThan(0);
  for (const [name, sdl] of composed.variants)
    expect(read(`api.${name}.graphql`).trimEnd()).toBe(sdl.trimEnd());
  const files = readdirSync(join(root, 'schema')).filter((file) => /^api\..+\.graphql$/.test(file));
  expect(files.toSorted()).toEqual(
    [...composed.variants.keys()].map((name) => `api.${name}.graphql`).toSorted(),
  );
});

test('partners of the demo see its catalogue and orders, and nobody of its users', () => {
  const partner = read('api.partner.graphql');
  expect(partner).toMatch(/searchProducts.*placeOrder|placeOrder.*searchProducts/s);
  expect(partner).not.toMatch(/\bUser\b|warehouses|costCentre/);
});

test('clients see nothing of federation and connectors', () => {
  expect(read('api.graphql')).toContain('type Query {');
  expect(read('api.graphql')).not.toMatch(/join__|@key|@grpc|@xml|@connect|_entities/);
});

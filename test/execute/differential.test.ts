import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot } from '../../gateway/supergraph/snapshot.ts';
import { type DifferentialCase, OPERATIONS } from './differential-operations.ts';
import { randomOperations } from './random-operations.ts';
import { SHOP } from './shop.ts';
import { remoteRuntime, requestContext, type RunningSubgraph, startSubgraph } from './subgraph-server.ts';

let subgraphs: RunningSubgraph[];
let snapshot: Snapshot;
let apollo: ApolloServer;

beforeAll(async () => {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  subgraphs = await Promise.all(SHOP.map(startSubgraph));
  const composed = composeSupergraph(subgraphs);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  const { supergraphSdl } = composed;
  snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl,
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, remoteRuntime(subgraph)])),
  });
  apollo = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) });
  await apollo.start();
});

afterAll(async () => {
  await apollo.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
});

async function ours({ query, variables, operationName }: DifferentialCase) {
  const document = parse(query);
  expect(validate(snapshot.schema, document)).toEqual([]);
  return snapshot.executable(document, operationName).run(variables, requestContext());
}

async function theirs({ query, variables, operationName }: DifferentialCase) {
  const response = await apollo.executeOperation({
    query,
    variables: variables ?? {},
    ...(operationName === undefined ? {} : { operationName }),
  });
  if (response.body.kind !== 'single') throw new Error('one answer was expected');
  return response.body.singleResult;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

describe('Sluice and Apollo Gateway answer alike', () => {
  it.each(OPERATIONS.map((operation) => [operation.query, operation] as const))(
    '%s',
    async (_, operation) => {
      const mine = await ours(operation);
      expect(mine.errors).toBeUndefined();
      if (operation.right !== undefined) expect(plain(mine.data)).toEqual(operation.right);
      if (operation.apolloFault !== undefined) return;
      const reference = await theirs(operation);
      expect(reference.errors).toBeUndefined();
      expect(JSON.stringify(mine.data)).toBe(JSON.stringify(reference.data));
    },
  );

  it('and so for operations made at random', async () => {
    const seed = Number(process.env['SLUICE_SEED'] ?? 20261121);
    for (const query of randomOperations(snapshot.schema, seed, 25)) {
      const mine = await ours({ query });
      const reference = await theirs({ query });
      const told = `seed ${seed}: ${query}\n${JSON.stringify(mine.errors)}\n${JSON.stringify(reference.errors)}`;
      if (reference.errors) continue;
      expect(plain(mine.data), told).toEqual(plain(reference.data));
    }
  });
});

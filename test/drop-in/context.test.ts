process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
import { RemoteGraphQLDataSource } from '@apollo/gateway';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SluiceGateway } from '../../gateway/drop-in/sluice-gateway.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { CONTEXT_GRAPH } from '../execute/context-graph.ts';
import { type RunningSubgraph, startSubgraph } from '../execute/subgraph-server.ts';
import { serve, type ServedGateway } from './served.ts';

let subgraphs: RunningSubgraph[];
let gateway: ServedGateway;

beforeAll(async () => {
  subgraphs = await Promise.all(CONTEXT_GRAPH.map(startSubgraph));
  const composed = composeSupergraph(subgraphs);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  const { supergraphSdl } = composed;
  const buildService = ({ url }: { url?: string }) => new RemoteGraphQLDataSource({ url: url! });
  gateway = await serve(new SluiceGateway({ supergraphSdl, buildService }));
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
});

it('data sources are given the values of contexts, each set of values in a request of its own', async () => {
  const { body } = await gateway.ask('{ people { desk { price rank } } crowd(size: 60) { desk { price } } }');
  expect(body.data?.['people']).toEqual([
    { desk: { price: 'price of d1 by {"currency":"GBP"}', rank: 'rank of d1 by {"level":3}' } },
    { desk: { price: 'price of d1 by {"currency":"EUR"}', rank: 'rank of d1 by {"level":3}' } },
    { desk: { price: 'price of d1 by {"currency":null}', rank: null } },
  ]);
  expect(body.data?.['crowd']).toEqual(
    Array.from({ length: 60 }, (_, index) => ({
      desk: { price: `price of d1 by {"currency":"p${index}"}` },
    })),
  );
  expect(body.errors).toMatchObject([{ message: 'nobody knows the level of eve' }]);
  const desks = subgraphs.find(({ name }) => name === 'desks')!;
  // The root fields, three and sixty prices, one rank that both of those have whose level is known.
  expect(desks.requests).toHaveLength(1 + 63 + 1);
});

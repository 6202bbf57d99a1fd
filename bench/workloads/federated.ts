import { HEAVY_QUERY, SMALL_QUERY } from '../canned/operations.ts';
import { checkFederated, prepareFederated } from './federated-graph.ts';
import { graphqlBody, type Workload } from './workload.ts';

const shared = { connections: 50, check: checkFederated } as const;

/** The public gateways benchmark: goals are 8 times less CPU than Hive Gateway on Rust, 30 times less than Apollo's. */
export const heavy: Workload = {
  ...shared,
  name: 'heavy',
  title: 'the query of the public gateways benchmark, four federated subgraphs',
  bodies: [graphqlBody(HEAVY_QUERY)],
  prepare: prepareFederated({ dedupe: true, echo: true }),
};

/** What a gateway costs that cannot profit from clients who ask the same at the same time. */
export const heavyNoDedupe: Workload = {
  ...shared,
  name: 'heavy-no-dedupe',
  title: 'the same, no gateway shares subgraph requests between clients',
  bodies: [graphqlBody(HEAVY_QUERY)],
  prepare: prepareFederated({ dedupe: false, echo: true }),
};

export const small: Workload = {
  ...shared,
  name: 'small',
  isFast: true,
  title: 'one user and two products, two federated subgraphs',
  bodies: [graphqlBody(SMALL_QUERY)],
  prepare: prepareFederated({ dedupe: true, echo: true }),
};

import { MIXED_OPERATIONS } from '../canned/mixed-operations.ts';
import { checkFederated, prepareFederated } from './federated-graph.ts';
import { graphqlBody, SEQUENCE, type Workload } from './workload.ts';

/** Stands for the sequence number as an Int. */
const NUMBER = '@NUMBER@';

const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['id', SEQUENCE],
  ['other', `1${SEQUENCE}`],
  ['first', NUMBER],
  ['yes', true],
  ['no', false],
]);

/** Every request has variables of its own: neither a request nor any part of one can be shared. */
export const mix: Workload = {
  name: 'mix',
  title: `${MIXED_OPERATIONS.length} operations in turn, each request for other users: nothing can be shared`,
  bodies: MIXED_OPERATIONS.map(({ query, variables }) => bodyOf(query, variables)),
  connections: 50,
  check: checkFederated,
  prepare: prepareFederated({ dedupe: true, echo: false }),
};

function bodyOf(query: string, variables: readonly string[]): string {
  const values = Object.fromEntries(variables.map((name) => [name, VALUES.get(name)]));
  return graphqlBody(query, values).replaceAll(`"${NUMBER}"`, SEQUENCE);
}

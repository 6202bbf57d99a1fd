import type {
  FetchDescription,
  FetchInput,
  FetchResult,
  SubgraphRuntime,
} from '../../gateway/supergraph/subgraph.ts';
import type { RequestContext } from '../../gateway/context.ts';

export type Answer = (
  input: FetchInput,
  fetch: FetchDescription,
  context: RequestContext,
) => FetchResult | Promise<FetchResult>;

/** A subgraph inside the process, as connectors are. */
export function memorySubgraph(
  name: string,
  answer: Answer,
  events?: (input: FetchInput, context: RequestContext) => AsyncIterable<FetchResult>,
): SubgraphRuntime {
  return {
    name,
    kind: 'connector',
    compileFetch: (fetch) => async (input, context) => answer(input, fetch, context),
    compileSubscription: () => {
      if (!events) throw new Error(`"${name}" has no subscriptions`);
      return (input, context) => ({
        identity: () => name,
        open: () => events(input, context)[Symbol.asyncIterator](),
        read: (event) => event as FetchResult,
      });
    },
    estimateCalls: () => [],
  };
}

/** A value freezed all the way down: an executor that writes to a shared answer fails loudly. */
export function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) frozen(child);
  }
  return value;
}

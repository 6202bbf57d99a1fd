import type { GraphQLDataSource } from '@apollo/gateway';
import { SluiceError } from '../errors.ts';
import type { Fetch, FetchDescription, FetchInput, SubgraphRuntime } from '../supergraph/subgraph.ts';
import { type DataSourceResponse, failedAnswer, readAnswer } from './answer.ts';
import type { IncomingContext } from './incoming.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type IncomingOperation = Extract<ProcessOptions, { incomingRequestContext: unknown }>;

/** The kinds of requests that data sources know; @apollo/gateway does not export its enum. */
const INCOMING_OPERATION = 'incoming operation' as IncomingOperation['kind'];
const ROOT_PATH: string[] = [];

/** A subgraph that a data source of Apollo's kind asks. */
export function createDataSourceSubgraph(name: string, dataSource: GraphQLDataSource): SubgraphRuntime {
  return {
    name,
    kind: 'remote',
    compileFetch: (fetch) => compileFetch(dataSource, fetch),
    compileSubscription: () => {
      throw new SluiceError('OPERATION_NOT_PLANNABLE', 'Execution of subscriptions not supported by gateway');
    },
    estimateCalls: (fetch, entities) => [
      {
        upstream: name,
        operation: fetch.operationName ?? fetch.kind,
        at: '',
        asked: fetch.entities ? entities : 1,
        calls: 1,
        maxBatchSize: entities,
      },
    ],
  };
}

function compileFetch(dataSource: GraphQLDataSource, fetch: FetchDescription): Fetch {
  return async (input, context) => {
    const incomingContext = context as IncomingContext;
    try {
      const response: DataSourceResponse = await dataSource.process(
        processOptions(fetch, input, incomingContext),
      );
      return readAnswer(response, fetch, input, incomingContext.told);
    } catch (error) {
      return failedAnswer(error, fetch, input);
    }
  };
}

/** Made anew for each call: data sources write into `request`. */
function processOptions(
  fetch: FetchDescription,
  input: FetchInput,
  context: IncomingContext,
): IncomingOperation {
  const variables: Record<string, unknown> = {};
  for (const name of fetch.variableNames) {
    const value = input.variables[name];
    if (value !== undefined) variables[name] = value;
  }
  if (input.representations) variables['representations'] = input.representations;
  const { incoming } = context;
  const options = {
    kind: INCOMING_OPERATION,
    request: { query: fetch.operation, variables, operationName: fetch.operationName, http: undefined },
    incomingRequestContext: incoming,
    context: incoming.context,
    document: fetch.document,
    // One fetch may serve several places of the operation; only the root is told.
    pathInIncomingRequest: fetch.entities ? undefined : ROOT_PATH,
  };
  // Apollo's packages describe the same objects twice, once without `undefined` for absent properties.
  return options as unknown as IncomingOperation;
}

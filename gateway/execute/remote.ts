import { type FieldNode, OperationTypeNode } from 'graphql';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import type {
  Fetch,
  FetchDescription,
  JointFetch,
  JointInput,
  SubgraphRuntime,
} from '../supergraph/subgraph.ts';
import type { GraphqlInput, UpstreamRequest, UpstreamResponse } from '../upstreams/upstream.ts';
import { joinOperations, type JointOperation } from './joint-operation.ts';
import { compileAnswer, rootFields } from './remote-answer.ts';
import { compileBody } from './remote-body.ts';
import { compileJointAnswer } from './remote-joint-answer.ts';

export interface RemoteSubgraphOptions {
  /** The subgraph's name. */
  readonly name: string;
  /** The `graphql` wire with its policies around it. Throws `UpstreamError`. */
  readonly call: (
    request: UpstreamRequest<GraphqlInput>,
    context: RequestContext,
  ) => Promise<UpstreamResponse>;
}

/** A subgraph that is a GraphQL service of its own: a fetch is one request. */
export function createRemoteSubgraph({ name, call }: RemoteSubgraphOptions): SubgraphRuntime {
  return {
    name,
    kind: 'remote',
    compileFetch: (fetch) => compileFetch(name, call, fetch),
    compileJointFetch: (fetches) => compileJointFetch(name, call, fetches),
    compileSubscription: () => {
      throw new SluiceError(
        'OPERATION_NOT_PLANNABLE',
        `The subgraph "${name}" is asked over HTTP and gives no subscriptions.`,
      );
    },
    estimateCalls: (fetch, entities) => [
      {
        upstream: name,
        operation: operationLabel(fetch),
        at: '',
        asked: fetch.entities ? entities : 1,
        calls: 1,
        maxBatchSize: entities,
      },
    ],
  };
}

function compileFetch(name: string, call: RemoteSubgraphOptions['call'], fetch: FetchDescription): Fetch {
  const body = compileBody({ ...fetch, lists: fetch.entities ? ['representations'] : [] });
  const operation = operationLabel(fetch);
  const idempotent = fetch.kind === OperationTypeNode.QUERY;
  const understand = compileAnswer(name, fetch);
  return (input, context) => {
    const lists = input.representations ? [input.representations] : [];
    const request = {
      operation,
      input: { body: body(input.variables, lists) },
      idempotent,
      readOnly: idempotent,
    };
    return call(request, context).then((response) => understand(response, input));
  };
}

function compileJointFetch(
  name: string,
  call: RemoteSubgraphOptions['call'],
  fetches: readonly FetchDescription[],
): JointFetch {
  const joint = joinOperations(fetches);
  const body = compileBody({ ...joint, lists: joint.parts.map(({ variable }) => variable) });
  const operation = operationLabel(fetches[0]!);
  const understand = compileJointAnswer(name, fetches, joint);
  return ({ variables, inputs }, context) => {
    const lists = inputs.map(({ representations }) => representations);
    const values = withContexts(variables, inputs, joint);
    const request = { operation, input: { body: body(values, lists) }, idempotent: true, readOnly: true };
    return call(request, context).then((response) => understand(response, inputs));
  };
}

/** The client's variables with those of the parts, by the names that these have in the joint operation. */
function withContexts(
  variables: JointInput['variables'],
  inputs: JointInput['inputs'],
  { parts }: JointOperation,
): JointInput['variables'] {
  if (!inputs.some(({ contextValues }) => contextValues)) return variables;
  const values: Record<string, unknown> = { ...variables };
  for (const [index, { contextVariables }] of parts.entries())
    for (const [name, renamed] of contextVariables)
      values[renamed] = inputs[index]?.contextValues?.[name] ?? null;
  return values;
}

const fieldName = (field: FieldNode): string => field.name.value;

/** Low in cardinality: the kind and the root fields, not the operation's text. */
function operationLabel(fetch: FetchDescription): string {
  return (
    fetch.operationName ?? `${fetch.kind} ${rootFields(fetch.document, fieldName).slice(0, 3).join(',')}`
  );
}

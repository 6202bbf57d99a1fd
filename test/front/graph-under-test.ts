import { execute, Kind, OperationTypeNode } from 'graphql';
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { BoundSubscription, Executable, ExecutionResult } from '../../gateway/compile/executable.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { SluiceError } from '../../gateway/errors.ts';
import type { ServedSnapshot, SnapshotSource } from '../../gateway/front/snapshot.ts';

/** A running graph whose executables are graphql-js itself, so that the front can be tried without the engine. */
export interface GraphUnderTest extends SnapshotSource {
  replace(schema: GraphQLSchema): void;
  /** How many operations hold a snapshot. */
  held(): number;
  /** Lets a snapshot go (default: the current one), whoever holds it. */
  evict(reason: Error, snapshot?: ServedSnapshot): void;
  /** The contexts that operations ran with. */
  readonly contexts: RequestContext[];
  /** What executables were asked for: operation name and hash. */
  readonly compiled: { readonly name: string | undefined; readonly hash: string | undefined }[];
}

export function graphUnderTest(first: GraphQLSchema): GraphUnderTest {
  const listeners = new Set<() => void>();
  const contexts: RequestContext[] = [];
  const compiled: GraphUnderTest['compiled'] = [];
  let generation = 1;
  const snapshotOf = (schema: GraphQLSchema): ServedSnapshot => ({
    generation: generation++,
    schema,
    executable(document, name, hash) {
      compiled.push({ name, hash });
      return executableOf(schema, document, name, contexts);
    },
  });
  let current = snapshotOf(first);
  let held = 0;
  const evictions = new WeakMap<ServedSnapshot, AbortController>();
  const evictionOf = (snapshot: ServedSnapshot): AbortController => {
    let eviction = evictions.get(snapshot);
    if (!eviction) evictions.set(snapshot, (eviction = new AbortController()));
    return eviction;
  };
  return {
    contexts,
    compiled,
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replace(schema) {
      current = snapshotOf(schema);
      for (const listener of listeners) listener();
    },
    retain: () => void held++,
    release: () => void held--,
    evicted: (snapshot) => evictionOf(snapshot).signal,
    held: () => held,
    evict: (reason, snapshot = current) => evictionOf(snapshot).abort(reason),
  };
}

function executableOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  contexts: RequestContext[],
): Executable {
  const operation = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  const kind =
    operation !== undefined && 'operation' in operation ? operation.operation : OperationTypeNode.QUERY;
  const run = async (variables: unknown, context: RequestContext): Promise<ExecutionResult> => {
    contexts.push(context);
    const result = await execute({
      schema,
      document,
      operationName: operationName ?? null,
      contextValue: context,
      variableValues: variables as Record<string, unknown> | undefined,
    });
    return {
      ...('data' in result ? { data: result.data } : {}),
      ...(result.errors === undefined ? {} : { errors: result.errors.map(plain) }),
    };
  };
  return {
    kind,
    plan: undefined as unknown as Executable['plan'],
    run,
    ...(kind === OperationTypeNode.SUBSCRIPTION && {
      bind: (variables, context) => bind(schema, document, variables ?? {}, context, contexts),
    }),
  };
}

/** As the engine does it: plain data, and a code on every error. */
function plain(error: GraphQLError) {
  const bad = error.path === undefined ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
  const code = (error.originalError as { code?: unknown } | undefined)?.code ?? bad;
  const { message, locations, path } = error;
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { ...error.extensions, code },
  };
}

function rootField(document: DocumentNode): string {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const [selection] = definition.selectionSet.selections;
    if (selection?.kind === Kind.FIELD) return selection.name.value;
  }
  return '';
}

/** The source is the same in another schema if the field has the same description there. */
function bind(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
  contexts: RequestContext[],
): BoundSubscription {
  const field = rootField(document);
  const { subscribe, description } = schema.getSubscriptionType()!.getFields()[field]!;
  return {
    source: () => [field, variables, description],
    open(signal) {
      contexts.push(context);
      const source = subscribe!({}, variables, { ...context, signal }, undefined as never);
      return (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    },
    answer: (event) => Promise.resolve({ data: { [field]: event } }),
    failed: (error) => ({
      data: null,
      errors: [{ message: (error as Error).message, extensions: { code: SluiceError.from(error).code } }],
    }),
  };
}

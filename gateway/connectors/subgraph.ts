import DataLoader from 'dataloader';
import type {
  DocumentNode,
  FieldNode,
  GraphQLObjectType,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { isObjectType, Kind } from 'graphql';
import type { RequestContext } from '../context.ts';
import { FieldFault, SluiceError, UpstreamError } from '../errors.ts';
import type {
  CallEstimate,
  EventSource,
  Fetch,
  FetchDescription,
  FetchInput,
  FetchResult,
  Representation,
  SubgraphRuntime,
} from '../supergraph/subgraph.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import { compileAuto } from './auto.ts';
import { NOTHING_AVAILABLE } from './available.ts';
import type { Completion } from './complete.ts';
import { all, complete, completeSerially, objectsIn } from './complete.ts';
import { Estimator } from './estimate.ts';
import type { ConnectorModel, ResolverContext } from './model.ts';
import type { Fragments } from './collect.ts';
import { PositionCompiler } from './position.ts';
import type { ConnectorServices } from './run.ts';
import type { CallStep, Position } from './step.ts';
import { SubgraphIndex } from './subgraph-index.ts';

type Obj = Record<string, unknown>;

/** A subgraph whose data comes from backends that do not speak GraphQL. The model has passed its checks. */
export function createConnectorSubgraph(model: ConnectorModel, services: ConnectorServices): SubgraphRuntime {
  const index = new SubgraphIndex(model, services);
  const { schema, subgraph } = model;

  const compileRoot = (fetch: FetchDescription): Position => {
    const { operation, fragments } = partsOf(fetch.document);
    const type = schema.getRootType(fetch.kind)!;
    const origin = { available: NOTHING_AVAILABLE, service: subgraph, dialect: 'json', at: '' } as const;
    return new PositionCompiler(index, fragments).compile(type, [everything(operation.selectionSet)], origin);
  };

  const completion = (input: FetchInput, context: RequestContext): Completion => {
    let resolverContext: ResolverContext | undefined;
    return {
      variables: input.variables,
      context,
      resolverContext: () => (resolverContext ??= makeResolverContext(subgraph, services, context)),
    };
  };

  return {
    name: subgraph,
    kind: 'connector',

    compileFetch(fetch): Fetch {
      if (fetch.entities) return compileEntities(fetch);
      const position = compileRoot(fetch);
      const start = compileAuto(position.want, NOTHING_AVAILABLE, 'json');
      const serial = fetch.kind === 'mutation';
      return (input, context) => {
        const data = start({}) as Obj;
        const run = completion(input, context);
        const work = serial ? completeSerially(position, data, run) : complete(position, [data], run);
        return work ? work.then(() => ({ data })) : Promise.resolve({ data });
      };
    },

    compileSubscription(fetch) {
      const position = compileRoot(fetch);
      const [step] = position.steps;
      if (step?.kind !== 'call')
        throw new SluiceError(
          'OPERATION_NOT_PLANNABLE',
          `The subscription has no source in subgraph "${subgraph}".`,
        );
      return (input, context) => events(step, completion(input, { ...context, loaders: new Map() }));
    },

    estimateCalls(fetch, entities, assumedListSize, variables = {}): CallEstimate[] {
      const estimator = new Estimator(assumedListSize, variables);
      if (fetch.entities) {
        const { set, fragments } = entitySelection(fetch.document);
        for (const typeName of typesIn(set, fragments)) {
          const type = schema.getType(typeName);
          if (isObjectType(type))
            estimator.visit(compileEntity(type, set, fragments, keyHeads(model, typeName)), entities, '');
        }
      } else estimator.visit(compileRoot(fetch), 1, '');
      return estimator.estimates;
    },
  };

  function compileEntity(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    fragments: Fragments,
    names: ReadonlySet<string>,
  ): Position {
    const available = { kind: 'names', names } as const;
    const origin = { available, service: subgraph, dialect: 'json', at: type.name } as const;
    return new PositionCompiler(index, fragments).compile(type, [everything(set)], origin);
  }

  function compileEntities(fetch: FetchDescription): Fetch {
    const { set, fragments } = entitySelection(fetch.document);
    // A representation carries what the plan put in it: which fields, is the same for all of one fetch and type.
    const compiled = new Map<
      string,
      { position: Position; start: (value: unknown) => unknown } | undefined
    >();
    const forRepresentation = (representation: Representation) => {
      const names = Object.keys(representation);
      const signature = `${representation.__typename} ${names.join(' ')}`;
      if (!compiled.has(signature)) {
        const type = schema.getType(representation.__typename);
        if (isObjectType(type)) {
          const available = { kind: 'names', names: new Set(names) } as const;
          const position = compileEntity(type, set, fragments, available.names);
          compiled.set(signature, { position, start: compileAuto(position.want, available, 'json') });
        } else compiled.set(signature, undefined);
      }
      return compiled.get(signature);
    };
    return async (input, context): Promise<FetchResult> => {
      const representations = input.representations ?? [];
      const entities: (Obj | FieldFault | null)[] = [];
      const groups = new Map<Position, Obj[]>();
      for (const representation of representations) {
        const found = forRepresentation(representation);
        if (!found) {
          entities.push(
            new FieldFault(
              new UpstreamError(
                'SUBGRAPH_ERROR',
                subgraph,
                `The subgraph "${subgraph}" has no entity type ${representation.__typename}.`,
              ),
            ),
          );
          continue;
        }
        const entity = found.start(representation) as Obj;
        entities.push(entity);
        const group = groups.get(found.position);
        if (group) group.push(entity);
        else groups.set(found.position, [entity]);
      }
      const run = completion(input, context);
      await all(
        [...groups].map(([position, objects], i) =>
          complete(position, objects, run, i === 0 ? input.repeats : 0),
        ),
      );
      return { entities };
    };
  }
}

function events(step: CallStep, run: Completion): EventSource {
  const { key } = step.output;
  const { identity, open, loaded } = step.target.stream(run, step.args(run.variables));
  return {
    identity,
    open,
    read(event) {
      // Every event is a query of its own: it must not see what an earlier one had loaded.
      run.context.loaders.clear();
      const data: Obj = { [key]: step.take(loaded(event as UpstreamResponse)) ?? null };
      const work = complete(step.position, objectsIn([data], key), run);
      return work ? work.then(() => ({ data })) : { data };
    },
  };
}

const everything = (set: SelectionSetNode) => ({ set, condition: undefined });

function partsOf(document: DocumentNode): { operation: OperationDefinitionNode; fragments: Fragments } {
  const operation = document.definitions.find((d) => d.kind === Kind.OPERATION_DEFINITION)!;
  const fragments = document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION);
  return { operation, fragments: new Map(fragments.map((f) => [f.name.value, f])) };
}

function entitySelection(document: DocumentNode): { set: SelectionSetNode; fragments: Fragments } {
  const { operation, fragments } = partsOf(document);
  const node = operation.selectionSet.selections.find(
    (s): s is FieldNode => s.kind === Kind.FIELD && s.name.value === '_entities',
  )!;
  return { set: node.selectionSet!, fragments };
}

/** The types that an `_entities` selection speaks of. */
function typesIn(set: SelectionSetNode, fragments: Fragments): Set<string> {
  const names = new Set<string>();
  for (const selection of set.selections) {
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)
          : undefined;
    if (fragment?.typeCondition) names.add(fragment.typeCondition.name.value);
  }
  return names;
}

/** What a representation of the type may hold: keys, and fields that others have. */
export function keyHeads(model: ConnectorModel, typeName: string): Set<string> {
  const heads = (model.keys.get(typeName) ?? []).flatMap((key) => key.map(([head]) => head!));
  const externals = [...model.externals]
    .filter((e) => e.startsWith(`${typeName}.`))
    .map((e) => e.slice(typeName.length + 1));
  return new Set([...heads, ...externals]);
}

function makeResolverContext(
  subgraph: string,
  services: ConnectorServices,
  context: RequestContext,
): ResolverContext {
  return {
    headers: context.headers,
    signal: context.signal,
    async call(upstream, operation, input, { idempotent = false } = {}) {
      const facts = services.upstream(upstream);
      if (!facts)
        throw new SluiceError(
          'INTERNAL_SERVER_ERROR',
          `A resolver of "${subgraph}" calls the upstream "${upstream}", which is not configured.`,
        );
      const options = { signal: context.signal, deadlineAt: context.deadlineAt, headers: {} };
      const response = await services.call(
        { upstream, wire: facts.wire, subgraph, request: { operation, input, idempotent }, options },
        context,
      );
      return response.data;
    },
    loader<Key, Value>(name: string, batch: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>) {
      const id = loaderId(subgraph, name);
      let loader = context.loaders.get(id) as DataLoader<Key, Value> | undefined;
      if (!loader) context.loaders.set(id, (loader = new DataLoader<Key, Value>((keys) => batch(keys))));
      return loader;
    },
  };
}

const loaderIds = new Map<string, object>();

/** Loaders of a query are kept by object identity; a resolver's loader has only a name. */
function loaderId(subgraph: string, name: string): object {
  const full = `${subgraph} ${name}`;
  let id = loaderIds.get(full);
  if (!id) loaderIds.set(full, (id = { full }));
  return id;
}

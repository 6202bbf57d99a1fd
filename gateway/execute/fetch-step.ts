import { OperationTypeNode } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';
import { FieldFault, SluiceError } from '../errors.ts';
import type {
  Fetch,
  FetchDescription,
  FetchInput,
  FetchResult,
  SubgraphRuntime,
} from '../supergraph/subgraph.ts';
import { hold, type IsAsked } from './asked.ts';
import { entityKey } from './entity-key.ts';
import { compilePath } from './entity-path.ts';
import { type DataObject, isDataObject, mergeInto } from './merge.ts';
import type { OwnedTree } from './owned-tree.ts';
import { isAskedOn, plantFault } from './plant.ts';
import { compileRepresentation, type RepresentationRun } from './representation.ts';
import { compileRewrites } from './rewrite.ts';
import type { RunState } from './run-state.ts';
import type { Representation } from '../supergraph/subgraph.ts';

/** Runs one step: sends the fetch and puts its answer into the data. `undefined` = there was nothing to ask. */
export type RunStep = (state: RunState) => Promise<void> | undefined;

export function describeFetch(step: Step): FetchDescription {
  const { fetch } = step;
  return {
    subgraph: fetch.subgraph,
    kind: fetch.node === 'fetch' ? fetch.kind : OperationTypeNode.QUERY,
    operation: fetch.operation,
    document: step.document,
    operationName: fetch.operationName,
    variableNames: fetch.variableNames,
    entities: fetch.node === 'entityFetch',
  };
}

/** What the steps of an operation share. */
export interface StepScope {
  readonly types: TypeTable;
  readonly owned: OwnedTree;
  readonly isAsked: IsAsked;
}

/** Puts the answer of a root fetch, or its failure, into the data. */
export type ApplyRoot = (result: FetchResult, targets: readonly DataObject[], state: RunState) => void;

export function compileRootAnswer(step: Step, scope: StepScope): ApplyRoot {
  const { types } = scope;
  const owned = ownedAt(step, scope);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);
  const { subgraph } = step.fetch;
  return (result, targets, state) => {
    if (result.errors) for (const error of result.errors) state.errors.add(named(error, subgraph));
    const data: unknown = rewrite ? rewrite(result.data) : result.data;
    if (isDataObject(data)) {
      for (const target of targets) mergeInto(target, data, owned, types, state.interning);
      return;
    }
    if (data === null && result.errors && result.errors.length > 0) return;
    const fault =
      data instanceof FieldFault
        ? new FieldFault(named(data.error, subgraph), data.subPath)
        : new FieldFault(badAnswer(subgraph, 'gave neither data nor an error'));
    for (const target of targets) plantFault(target, step.fields, fault, owned, types);
  };
}

export function compileStep(step: Step, runtime: SubgraphRuntime, scope: StepScope): RunStep {
  const fetch = runtime.compileFetch(describeFetch(step));
  return step.fetch.node === 'entityFetch'
    ? compileEntityStep(step, fetch, scope)
    : compileRootStep(step, fetch, scope);
}

function compileRootStep(step: Step, fetch: Fetch, scope: StepScope): RunStep {
  const apply = compileRootAnswer(step, scope);
  const owned = ownedAt(step, scope);
  const collect = compilePath(step.fetch.at, scope.owned, scope.types);
  return (state) => {
    const targets = collect(state.root);
    if (targets.length === 0) return undefined;
    return send(
      fetch,
      { variables: state.variables },
      state,
      (result) => apply(result, targets, state),
      (error) => {
        const fault = new FieldFault(named(error, step.fetch.subgraph));
        for (const target of targets) plantFault(target, step.fields, fault, owned, scope.types);
      },
    );
  };
}

function compileEntityStep(step: Step, fetch: Fetch, scope: StepScope): RunStep {
  if (step.fetch.node !== 'entityFetch') throw new Error('not an entity fetch');
  const { types } = scope;
  const { subgraph } = step.fetch;
  const owned = ownedAt(step, scope);
  const collect = compilePath(step.fetch.at, scope.owned, types);
  const build = compileRepresentation(step.fetch, types, scope.isAsked, (typename, variables) =>
    asksOnlyInPart(step, typename, variables, types),
  );
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);

  return (state) => {
    const targets: DataObject[] = [];
    /** For each target, which representation is its own. */
    const order: number[] = [];
    const representations: Representation[] = [];
    const known = new Map<string, number>();
    const run: RepresentationRun = { variables: state.variables, leftOut: false };
    for (const target of collect(state.root)) {
      const representation = build(target, run);
      if (representation === undefined) continue;
      if (representation instanceof FieldFault) {
        plantFault(target, step.fields, new FieldFault(representation.error), owned, types);
        continue;
      }
      const key = entityKey(representation);
      let index = known.get(key);
      if (index === undefined) {
        index = representations.length;
        known.set(key, index);
        representations.push(representation);
      }
      targets.push(target);
      order.push(index);
    }
    if (representations.length === 0) return undefined;

    const fail = (error: SluiceError): void => {
      const fault = new FieldFault(named(error, subgraph));
      for (const target of targets) plantFault(target, step.fields, fault, owned, types);
    };
    const apply = (result: FetchResult): void => {
      if (result.errors) for (const error of result.errors) state.errors.add(named(error, subgraph));
      const { entities } = result;
      if (!entities || entities.length !== representations.length) {
        fail(
          badAnswer(
            subgraph,
            `gave ${entities?.length ?? 'no'} entities where ${representations.length} were asked for`,
          ),
        );
        return;
      }
      const rewritten = rewrite ? entities.map(rewrite) : entities;
      for (let index = 0; index < targets.length; index++) {
        const target = targets[index]!;
        const entity = rewritten[order[index]!];
        if (isDataObject(entity)) mergeInto(target, entity, owned, types, state.interning);
        else if (entity instanceof FieldFault) {
          const fault = new FieldFault(named(entity.error, subgraph), entity.subPath);
          plantFault(target, step.fields, fault, owned, types);
        }
      }
    };
    const repeats = targets.length - representations.length + state.interning.repeatsAt(owned);
    return send(fetch, { variables: state.variables, representations, repeats }, state, apply, fail);
  };
}

/** Whether, for this type, `@skip` and `@include` leave some fields of the fetch and take others away. */
function asksOnlyInPart({ fields }: Step, typename: string, variables: Variables, types: TypeTable): boolean {
  let asked = false;
  let left = false;
  for (const branch of fields.fields.values()) {
    if (!isAskedOn(typename, branch.onTypes, types)) continue;
    if (branch.occurrences.some((guards) => hold(guards, variables))) asked = true;
    else left = true;
  }
  return asked && left;
}

/** Sends the fetch unless the operation is over; every failure of the fetch ends in `fail`. */
function send(
  fetch: Fetch,
  input: FetchInput,
  state: RunState,
  apply: (result: FetchResult) => void,
  fail: (error: SluiceError) => void,
): Promise<void> | undefined {
  const { context } = state;
  if (context.signal.aborted) {
    fail(SluiceError.from(context.signal.reason));
    return undefined;
  }
  let answer: Promise<FetchResult>;
  try {
    answer = fetch(input, context);
  } catch (error) {
    fail(SluiceError.from(error));
    return undefined;
  }
  return answer.then(apply, (error: unknown) => fail(SluiceError.from(error)));
}

/** The part of the owned places that lies below the step's own path. */
function ownedAt(step: Step, scope: StepScope): OwnedTree {
  let owned = scope.owned;
  for (const { field } of step.fetch.at)
    owned = owned.fields.get(field) ?? { fields: new Map(), isInterned: false };
  return owned;
}

function badAnswer(subgraph: string, what: string): SluiceError {
  return new SluiceError('UPSTREAM_BAD_RESPONSE', `The subgraph "${subgraph}" ${what}.`);
}

/** The error with the subgraph's name among its extensions. */
export function named(error: SluiceError, subgraph: string): SluiceError {
  if (error.extensions['subgraph'] !== undefined) return error;
  return new SluiceError(error.code, error.message, {
    cause: error.cause ?? error,
    extensions: { service: subgraph, ...error.extensions, subgraph },
  });
}

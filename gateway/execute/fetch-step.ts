import { OperationTypeNode } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { TypeTable } from '../compile/type-table.ts';
import { FieldFault, SluiceError } from '../errors.ts';
import type { FetchDescription, FetchResult, SubgraphRuntime } from '../supergraph/subgraph.ts';
import type { IsAsked } from './asked.ts';
import { compileCollect } from './entity-path.ts';
import type { Junction } from './junction.ts';
import { type DataObject, isDataObject, mergeInto } from './merge.ts';
import { type OwnedTree, ownedBelow } from './owned-tree.ts';
import { plantFault } from './plant.ts';
import { compileRewrites } from './rewrite.ts';
import type { RunState } from './run-state.ts';

/** Runs one step: sends the fetch and puts its answer into the data. `undefined` = there was nothing to ask. */
export type RunStep = (state: RunState) => Promise<void> | undefined;

export function describeFetch(step: Step): FetchDescription {
  const { fetch } = step;
  const contextVariables =
    (fetch.node === 'entityFetch' && fetch.contextInputs?.map(({ variable }) => variable)) || [];
  return {
    subgraph: fetch.subgraph,
    kind: fetch.node === 'fetch' ? fetch.kind : OperationTypeNode.QUERY,
    operation: fetch.operation,
    document: step.document,
    operationName: fetch.operationName,
    variableNames: [...fetch.variableNames, ...contextVariables],
    ...(contextVariables.length === 0 ? {} : { contextVariables }),
    entities: fetch.node === 'entityFetch',
  };
}

/** What the steps of an operation share. */
export interface StepScope {
  readonly types: TypeTable;
  /** Where answers are merged in. */
  readonly owned: OwnedTree;
  /** Where entities are joined. */
  readonly junctions: Junction | undefined;
  readonly isAsked: IsAsked;
}

/** Puts the answer of a root fetch, or its failure, into the data. */
export type ApplyRoot = (result: FetchResult, targets: readonly DataObject[], state: RunState) => void;

export function compileRootAnswer(step: Step, scope: StepScope): ApplyRoot {
  const { types } = scope;
  const owned = ownedBelow(scope.owned, step);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);
  const { subgraph } = step.fetch;
  return (result, targets, state) => {
    if (result.errors) for (const error of result.errors) state.errors.add(named(error, subgraph));
    const data: unknown = rewrite ? rewrite(result.data, state.variables) : result.data;
    if (isDataObject(data)) {
      for (const target of targets) mergeInto(target, data, step.fields, owned, types, state.displaced);
      return;
    }
    if (data === null && result.errors && result.errors.length > 0) return;
    const fault =
      data instanceof FieldFault
        ? new FieldFault(named(data.error, subgraph), data.subPath)
        : new FieldFault(badResponse(subgraph, 'gave neither data nor an error'));
    for (const target of targets) plantFault(target, step.fields, fault, owned, types);
  };
}

export function compileRootStep(step: Step, runtime: SubgraphRuntime, scope: StepScope): RunStep {
  const fetch = runtime.compileFetch(describeFetch(step));
  const apply = compileRootAnswer(step, scope);
  const owned = ownedBelow(scope.owned, step);
  const collect = compileCollect(step.fetch.at, scope.junctions, scope.types);
  return (state) => {
    const targets = collect(state.root, state);
    if (targets.length === 0) return undefined;
    return attempt(
      () => fetch({ variables: state.variables }, state.context),
      state,
      (result) => apply(result, targets, state),
      (error) => {
        const fault = new FieldFault(named(error, step.fetch.subgraph));
        for (const target of targets) plantFault(target, step.fields, fault, owned, scope.types);
      },
    );
  };
}

/** Sends a fetch unless the operation is over; every failure of it ends in `fail`. */
export function attempt<Answer>(
  send: () => Promise<Answer>,
  { context }: RunState,
  apply: (answer: Answer) => void,
  fail: (error: SluiceError) => void,
): Promise<void> | undefined {
  if (context.signal.aborted) {
    fail(SluiceError.from(context.signal.reason));
    return undefined;
  }
  let answer: Promise<Answer>;
  try {
    answer = send();
  } catch (error) {
    fail(SluiceError.from(error));
    return undefined;
  }
  return answer.then(apply, (error: unknown) => fail(SluiceError.from(error)));
}

function badResponse(subgraph: string, what: string): SluiceError {
  return new SluiceError('UPSTREAM_BAD_RESPONSE', `The subgraph "${subgraph}" ${what}.`);
}

/** For an answer with another number of entities than asked for. */
export function badAnswer(subgraph: string, asked: number, given: number | undefined): SluiceError {
  return badResponse(subgraph, `gave ${given ?? 'no'} entities where ${asked} were asked for`);
}

/** The error with the subgraph's name among its extensions. */
export function named(error: SluiceError, subgraph: string): SluiceError {
  if (error.extensions['subgraph'] !== undefined) return error;
  return new SluiceError(error.code, error.message, {
    cause: error.cause ?? error,
    extensions: { service: subgraph, ...error.extensions, subgraph },
  });
}

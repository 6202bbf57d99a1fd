import type { Step } from '../compile/dataflow.ts';
import type { Variables } from '../compile/variables.ts';
import { FieldFault, type SluiceError } from '../errors.ts';
import type { FetchResult, Representation } from '../supergraph/subgraph.ts';
import { entityKey } from './entity-key.ts';
import { compileCollect, compilePath } from './entity-path.ts';
import type { EntityPart, EntityQuery, EntityStep } from './entity-request.ts';
import { badAnswer, named, type StepScope } from './fetch-step.ts';
import { type DataObject, isDataObject, mergeInto } from './merge.ts';
import { ownedBelow } from './owned-tree.ts';
import { plantFault } from './plant.ts';
import { compileStepRepresentation } from './representation.ts';
import { compileRewrites } from './rewrite.ts';
import type { RunState } from './run-state.ts';
import { compileTakenValues, type TakenValues } from './taken-values.ts';

/** Objects of the data that ask for their entities together. */
interface Gathering {
  readonly contextValues: Variables | undefined;
  readonly targets: DataObject[];
  /** For each target, which representation is its own. */
  readonly order: number[];
  readonly representations: Representation[];
  readonly known: Map<string, number>;
}

/** A step whose entities are merged into the objects that asked for them: several answers meet in one object. */
export function compileMergedStep(step: Step, query: EntityQuery, scope: StepScope): EntityStep {
  const { types } = scope;
  const { subgraph } = step.fetch;
  const owned = ownedBelow(scope.owned, step);
  const visit = compileTargets(step, scope);
  const build = compileStepRepresentation(step, scope);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);

  const partOf = (
    { targets, order, representations, contextValues }: Gathering,
    state: RunState,
  ): EntityPart => {
    const fail = (error: SluiceError): void => {
      const fault = new FieldFault(named(error, subgraph));
      for (const target of targets) plantFault(target, step.fields, fault, owned, types);
    };
    return {
      query,
      representations,
      wanted: targets.length,
      ...(contextValues ? { contextValues } : {}),
      done: undefined,
      fail,
      receive({ entities }: FetchResult): void {
        if (!entities || entities.length !== representations.length) {
          fail(badAnswer(subgraph, representations.length, entities?.length));
          return;
        }
        const rewritten: readonly unknown[] = rewrite
          ? entities.map((entity) => rewrite(entity, state.variables))
          : entities;
        for (let index = 0; index < targets.length; index++) {
          const target = targets[index]!;
          const entity = rewritten[order[index]!];
          if (isDataObject(entity)) mergeInto(target, entity, step.fields, owned, types, state.displaced);
          else if (entity instanceof FieldFault) {
            const fault = new FieldFault(named(entity.error, subgraph), entity.subPath);
            plantFault(target, step.fields, fault, owned, types);
          }
        }
      },
    };
  };

  return {
    query,
    prepare(state, request) {
      /** One list of representations is asked for with one set of values from further up. */
      const gatherings = new Map<string, Gathering>();
      const run = { variables: state.variables, state, leftOut: false };
      visit(state, (object, taken) => {
        if (taken instanceof FieldFault) {
          plantFault(object, step.fields, new FieldFault(named(taken.error, subgraph)), owned, types);
          return;
        }
        const representation = build(object, run);
        if (representation === undefined) return;
        if (representation instanceof FieldFault) {
          plantFault(object, step.fields, new FieldFault(representation.error), owned, types);
          return;
        }
        const { targets, order, representations, known } = gatheringOf(gatherings, taken);
        const key = entityKey(representation);
        let index = known.get(key);
        if (index === undefined) {
          index = representations.length;
          known.set(key, index);
          representations.push(representation);
        }
        targets.push(object);
        order.push(index);
      });
      const parts = Array.from(gatherings.values(), (gathering) => partOf(gathering, state));
      request.parts.push(...parts);
      return parts;
    },
  };
}

type Found = (object: DataObject, taken: TakenValues | FieldFault | undefined) => void;

/** The objects that want their entities, each with what it takes from further up. */
function compileTargets(step: Step, scope: StepScope): (state: RunState, found: Found) => void {
  const { at } = step.fetch;
  const take = compileTakenValues(step, scope);
  if (!take) {
    const collect = compileCollect(at, scope.junctions, scope.types);
    return (state, found) => {
      for (const object of collect(state.root, state)) found(object, undefined);
    };
  }
  const visit = compilePath(at, scope.junctions, scope.types, true);
  return (state, found) => {
    const run = { variables: state.variables, state };
    visit(state.root, state, (object, trail) => {
      const taken = take(trail, run);
      if (taken) found(object, taken);
    });
  };
}

function gatheringOf(gatherings: Map<string, Gathering>, taken: TakenValues | undefined): Gathering {
  const key = taken?.key ?? '';
  let gathering = gatherings.get(key);
  if (!gathering) {
    const contextValues = taken?.values;
    gathering = { contextValues, targets: [], order: [], representations: [], known: new Map() };
    gatherings.set(key, gathering);
  }
  return gathering;
}

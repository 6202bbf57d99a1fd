import type { Step } from '../compile/dataflow.ts';
import { FieldFault, type SluiceError } from '../errors.ts';
import type { Representation } from '../supergraph/subgraph.ts';
import { entityKey } from './entity-key.ts';
import { compileCollect } from './entity-path.ts';
import type { EntityQuery, EntityStep } from './entity-request.ts';
import { badAnswer, named, type StepScope } from './fetch-step.ts';
import { type DataObject, isDataObject, mergeInto } from './merge.ts';
import { ownedBelow } from './owned-tree.ts';
import { plantFault } from './plant.ts';
import { compileStepRepresentation } from './representation.ts';
import { compileRewrites } from './rewrite.ts';

/** A step whose entities are merged into the objects that asked for them: several answers meet in one object. */
export function compileMergedStep(step: Step, query: EntityQuery, scope: StepScope): EntityStep {
  const { types } = scope;
  const { subgraph } = step.fetch;
  const owned = ownedBelow(scope.owned, step);
  const collect = compileCollect(step.fetch.at, scope.junctions, types);
  const build = compileStepRepresentation(step, scope);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);

  return {
    query,
    prepare(state, request) {
      const targets: DataObject[] = [];
      /** For each target, which representation is its own. */
      const order: number[] = [];
      const representations: Representation[] = [];
      const known = new Map<string, number>();
      const run = { variables: state.variables, state, leftOut: false };
      for (const target of collect(state.root, state)) {
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
      if (representations.length === 0) return [];

      const fail = (error: SluiceError): void => {
        const fault = new FieldFault(named(error, subgraph));
        for (const target of targets) plantFault(target, step.fields, fault, owned, types);
      };
      const part = {
        query,
        representations,
        wanted: targets.length,
        done: undefined,
        fail,
        receive({ entities }: { readonly entities?: readonly unknown[] }): void {
          if (!entities || entities.length !== representations.length) {
            fail(badAnswer(subgraph, representations.length, entities?.length));
            return;
          }
          const rewritten = rewrite ? entities.map((entity) => rewrite(entity, state.variables)) : entities;
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
      request.parts.push(part);
      return [part];
    },
  };
}

import type { Step } from '../compile/dataflow.ts';
import { FieldFault } from '../errors.ts';
import type { Representation } from '../supergraph/subgraph.ts';
import { adopt, type DataObject, isDataObject, read } from './merge.ts';
import { compilePath } from './entity-path.ts';
import type { EntityPart, EntityQuery, EntityRequest, EntityStep } from './entity-request.ts';
import type { EntityTable } from './entity-table.ts';
import { badAnswer, named, type StepScope } from './fetch-step.ts';
import { ownedBelow } from './owned-tree.ts';
import { compileStepRepresentation } from './representation.ts';
import { compileRewrites } from './rewrite.ts';
import type { RunState } from './run-state.ts';
import { Slot } from './slot.ts';
import { TableState } from './table-state.ts';

interface JoinedPart extends EntityPart {
  readonly table: EntityTable;
  readonly slots: Slot[];
}

/** A step whose entities are joined to the objects that asked for them; neither is changed. */
export function compileJoinedStep(
  step: Step,
  index: number,
  table: EntityTable,
  query: EntityQuery,
  scope: StepScope,
): EntityStep {
  const { types } = scope;
  const { subgraph } = step.fetch;
  const visit = compilePath(step.fetch.at, scope.junctions, types);
  const build = compileStepRepresentation(step, scope);
  const owned = ownedBelow(scope.owned, step);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);
  const keep = (entity: DataObject): DataObject => {
    const rewritten = rewrite ? (rewrite(entity) as DataObject) : entity;
    return owned.fields.size > 0 ? (adopt(rewritten, owned) as DataObject) : rewritten;
  };
  const searchSites = compileSites(step, table, scope);

  const createPart = (): JoinedPart => {
    const representations: Representation[] = [];
    const slots: Slot[] = [];
    const fail: EntityPart['fail'] = (error) => {
      const fault = new FieldFault(named(error, subgraph));
      for (const slot of slots) slot.value = fault;
    };
    return {
      query,
      table,
      representations,
      slots,
      wanted: 0,
      done: undefined,
      fail,
      receive({ entities }) {
        if (!entities || entities.length !== slots.length) {
          fail(badAnswer(subgraph, slots.length, entities?.length));
          return;
        }
        for (let position = 0; position < slots.length; position++) {
          const entity = entities[position];
          slots[position]!.value = isDataObject(entity)
            ? keep(entity)
            : entity instanceof FieldFault
              ? new FieldFault(named(entity.error, subgraph), entity.subPath)
              : null;
        }
      },
    };
  };

  return {
    query,
    prepare(state, request) {
      const joined = new Map<DataObject, Slot>();
      const known = tableState(state, table);
      const waiting = new Set<EntityPart>();
      const run = { variables: state.variables, state, leftOut: false };
      let part: JoinedPart | undefined;
      let isSearched = false;
      visit(state.root, state, (object) => {
        if (joined.has(object)) return;
        const representation = build(object, run);
        if (representation === undefined) return;
        if (representation instanceof FieldFault) {
          const failed = new Slot();
          failed.value = new FieldFault(representation.error);
          joined.set(object, failed);
          return;
        }
        const key = known.keyOf(representation);
        let slot = known.get(key);
        if (!slot) {
          if (!isSearched) {
            isSearched = true;
            searchSites(state);
          }
          slot = known.get(key) ?? widerSlot(state, table, key);
        }
        if (!slot) {
          slot = known.add(key, representation);
          part ??= partOf(request, table, createPart);
          part.representations.push(representation);
          part.slots.push(slot);
          slot.askedBy = part;
        }
        if (slot.askedBy) {
          waiting.add(slot.askedBy);
          slot.askedBy.wanted += 1;
        }
        joined.set(object, slot);
      });
      state.joins[index] = joined;
      return [...waiting];
    },
  };
}

/** Steps of one table that are ready at the same time ask with one list. */
function partOf(request: EntityRequest, table: EntityTable, create: () => JoinedPart): JoinedPart {
  const open = request.parts.find((part): part is JoinedPart => 'table' in part && part.table === table);
  if (open) return open;
  const part = create();
  request.parts.push(part);
  return part;
}

function tableState(state: RunState, table: EntityTable): TableState {
  return (state.tables[table.id] ??= new TableState(table));
}

function widerSlot(state: RunState, { wider, names }: EntityTable, key: string): Slot | undefined {
  if (!names) return undefined;
  for (const { id } of wider) {
    const slot = state.tables[id]?.find(key, names);
    if (slot) return slot;
  }
  return undefined;
}

/** Enters the entities that other answers of the subgraph have in full. */
function compileSites(step: Step, table: EntityTable, scope: StepScope): (state: RunState) => void {
  const sites = table.sites.map((site) => ({
    site,
    visit: compilePath(site.path, scope.junctions, scope.types),
    build: compileStepRepresentation(step, scope),
  }));
  return (state) => {
    const known = tableState(state, table);
    const { searched } = known;
    for (const { site, visit, build } of sites) {
      if (searched.has(site) || !state.done.has(site.index)) continue;
      searched.add(site);
      const run = { variables: state.variables, state, leftOut: false };
      visit(state.root, state, (object) => {
        if (read(object, '__typename') !== site.typename || !site.keys.every((key) => isKnown(object, key)))
          return;
        const representation = build(object, run);
        if (representation === undefined || representation instanceof FieldFault) return;
        const key = known.keyOf(representation);
        if (!known.get(key)) known.add(key, representation).value = object;
      });
    }
  };
}

function isKnown(object: DataObject, key: string): boolean {
  const value = read(object, key);
  return value !== undefined && !(value instanceof FieldFault);
}

import type { Step } from '../compile/dataflow.ts';
import type { Variables } from '../compile/variables.ts';
import { FieldFault, type SluiceError } from '../errors.ts';
import { compileCohort, type FindCohort, gather } from './cohort.ts';
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
  const { findCohort, isMeant } = compileMembers(step, scope);
  const build = compileStepRepresentation(step, scope);
  const owned = ownedBelow(scope.owned, step);
  const rewrite = compileRewrites(step.fetch.outputRewrites, types);
  const keep = (entity: DataObject, variables: Variables): DataObject => {
    const rewritten = rewrite ? (rewrite(entity, variables) as DataObject) : entity;
    return owned.fields.size > 0 ? (adopt(rewritten, step.fields, owned) as DataObject) : rewritten;
  };
  const searchSites = compileSites(step, table, scope);

  const createPart = (variables: Variables): JoinedPart => {
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
            ? keep(entity, variables)
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
      const cohort = findCohort(state);
      const { samples, occurrences } = cohort;
      const slots: (Slot | undefined)[] = [];
      const known = tableState(state, table);
      const waiting = new Set<EntityPart>();
      const run = { variables: state.variables, state, leftOut: false };
      let part: JoinedPart | undefined;
      const slotOf = (object: DataObject): Slot | undefined => {
        if (!isMeant(object)) return undefined;
        const representation = build(object, run);
        if (representation === undefined) return undefined;
        if (representation instanceof FieldFault) return failedSlot(representation.error);
        const key = known.keyOf(representation);
        const there = known.get(key);
        if (there) return there;
        searchSites(state);
        const elsewhere = known.get(key) ?? widerSlot(state, table, key);
        if (elsewhere) return elsewhere;
        const slot = known.add(key, representation);
        part ??= partOf(request, table, () => createPart(state.variables));
        part.representations.push(representation);
        part.slots.push(slot);
        slot.askedBy = part;
        return slot;
      };
      for (let member = 0; member < samples.length; member++) {
        const slot = slotOf(samples[member]!);
        slots.push(slot);
        const askedBy = slot?.askedBy;
        if (!askedBy) continue;
        waiting.add(askedBy);
        askedBy.wanted += occurrences[member]!;
      }
      state.joins[index] = { cohort, slots };
      return [...waiting];
    },
  };
}

function failedSlot(error: SluiceError): Slot {
  const slot = new Slot();
  slot.value = new FieldFault(error);
  return slot;
}

/** The objects at the step's path, and which of them the step means. */
function compileMembers(
  { fetch: { at } }: Step,
  { junctions, types }: StepScope,
): { readonly findCohort: FindCohort; readonly isMeant: (object: DataObject) => boolean } {
  const path = at.map(({ field }) => field);
  let junction = junctions;
  for (const field of path) junction = junction?.fields.get(field);
  if (!junction || at.slice(0, -1).some((segment) => segment.types)) {
    // Only some of the place's objects, told by a condition further up: they are no cohort of the place.
    const visit = compilePath(at, junctions, types);
    return { findCohort: (state) => gather(visit, undefined, state), isMeant: () => true };
  }
  const onTypes = at.at(-1)?.types;
  return {
    findCohort: compileCohort(path, junctions, junction.cohort, types),
    isMeant: (object) => {
      if (!onTypes) return true;
      const typename = read(object, '__typename');
      return typeof typename !== 'string' || onTypes.some((type) => types.satisfies(typename, type));
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

function widerSlot(state: RunState, { wider, names }: EntityTable, key: unknown): Slot | undefined {
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

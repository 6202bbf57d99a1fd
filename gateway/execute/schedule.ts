import type { Step } from '../compile/dataflow.ts';
import type { Guard } from '../compile/field-tree.ts';
import type { CompiledOperation } from '../compile/operation.ts';
import type { SubgraphRuntime } from '../supergraph/subgraph.ts';
import { hold } from './asked.ts';
import { createEntityGroup, type EntityGroup, GroupRun } from './entity-group.ts';
import type { EntityQuery, EntityStep } from './entity-request.ts';
import { entityTablesOf } from './entity-table.ts';
import { compileRootStep, describeFetch, type RunStep, type StepScope } from './fetch-step.ts';
import { compileJoinedStep } from './joined-step.ts';
import { compileMergedStep } from './merged-step.ts';
import { ownedBelow } from './owned-tree.ts';
import type { RunState } from './run-state.ts';

/** A step, ready to run, with what it waits for. */
type ScheduledStep = { readonly guards: readonly Guard[]; readonly dependsOn: readonly number[] } & (
  | { readonly run: RunStep }
  | { readonly entities: EntityStep; readonly group: EntityGroup }
);

type RuntimeOf = (step: Step) => SubgraphRuntime;

/**
 * Starts all steps of an operation. They do not reject: failures are in the data.
 * @param stateOf the state that a step writes to, where they are not all the same
 * @returns for each step when it is done; `undefined` = it is, or it does not run
 */
export type StartSteps = (
  state: RunState,
  stateOf?: (step: number) => RunState,
) => readonly (Promise<void> | undefined)[];

export function compileSchedule(
  compiled: CompiledOperation,
  joined: ReadonlySet<number>,
  scope: StepScope,
  runtimeOf: RuntimeOf,
): StartSteps {
  const { steps, plan } = compiled;
  const isAlone = (step: Step): boolean =>
    plan.kind === 'mutation' || ownedBelow(scope.owned, step).fields.size > 0;
  const tables = entityTablesOf(steps, joined, isAlone, scope.types);
  const sites = new Set([...tables.values()].flatMap((table) => table.sites.map(({ index }) => index)));
  const queries = new Map<number, EntityQuery>();
  let lastQuery = -1;
  const queryOf = (step: Step, tableId: number | undefined): EntityQuery => {
    const known = tableId === undefined ? undefined : queries.get(tableId);
    if (known) return known;
    const description = describeFetch(step);
    const query = { id: ++lastQuery, description, fetch: runtimeOf(step).compileFetch(description) };
    if (tableId !== undefined) queries.set(tableId, query);
    return query;
  };
  const entitySteps = steps.map((step, index): EntityStep | undefined => {
    if (step.fetch.node !== 'entityFetch') return undefined;
    const table = tables.get(index);
    const query = queryOf(step, table?.id);
    return table
      ? compileJoinedStep(step, index, table, query, scope)
      : compileMergedStep(step, query, scope);
  });
  const groups = groupsOf(steps, entitySteps, runtimeOf);
  const scheduled = steps.map((step, index): ScheduledStep => {
    const { guards, dependsOn } = step;
    const entities = entitySteps[index];
    const group = groups[index];
    if (entities && group) return { guards, dependsOn, entities, group };
    // The first step of a subscription is its source of events and runs elsewhere.
    const isSource = plan.root?.node === 'subscription' && index === 0;
    return { guards, dependsOn, run: isSource ? NOTHING : compileRootStep(step, runtimeOf(step), scope) };
  });

  return (state, stateOf = () => state) => {
    const groupRuns = new Map<EntityGroup, GroupRun>();
    const runOf = (group: EntityGroup, own: RunState): GroupRun => {
      let run = groupRuns.get(group);
      if (!run) groupRuns.set(group, (run = new GroupRun(group, own)));
      return run;
    };
    const running: (Promise<void> | undefined)[] = [];
    for (const [index, step] of scheduled.entries()) {
      const entities = 'entities' in step ? step : undefined;
      const own = stateOf(index);
      if (!hold(step.guards, state.variables)) {
        if (entities) runOf(entities.group, own).leaveOut();
        running.push(undefined);
        continue;
      }
      const start = entities
        ? () => runOf(entities.group, own).arrive(entities.entities)
        : () => ('run' in step ? step.run(own) : undefined);
      let started = after(step.dependsOn, running, start);
      if (sites.has(index)) {
        if (started) started = started.then(() => void state.done.add(index));
        else state.done.add(index);
      }
      running.push(started);
    }
    return running;
  };
}

/** Waits for those that run. */
export function untilDone(running: readonly (Promise<void> | undefined)[]): Promise<unknown> {
  const all: Promise<void>[] = [];
  for (const step of running) if (step) all.push(step);
  return Promise.all(all);
}

const NOTHING: RunStep = () => undefined;

/** Starts as soon as those are done that the step reads from. */
function after(
  dependsOn: readonly number[],
  running: readonly (Promise<void> | undefined)[],
  start: () => Promise<void> | undefined,
): Promise<void> | undefined {
  const awaited: Promise<void>[] = [];
  for (const index of dependsOn) {
    const before = running[index];
    if (before) awaited.push(before);
  }
  if (awaited.length === 0) return start();
  if (awaited.length === 1) return awaited[0]!.then(start);
  return Promise.all(awaited).then(start);
}

/** For each entity step the group it belongs to: those of one subgraph at one depth of the data flow, for the same deliveries. */
function groupsOf(
  steps: readonly Step[],
  entitySteps: readonly (EntityStep | undefined)[],
  runtimeOf: RuntimeOf,
): (EntityGroup | undefined)[] {
  const depths: number[] = [];
  const members = new Map<string, { readonly runtime: SubgraphRuntime; readonly steps: EntityStep[] }>();
  const keys = steps.map((step, index) => {
    const depth = 1 + Math.max(0, ...step.dependsOn.map((before) => depths[before]!));
    depths.push(depth);
    const entities = entitySteps[index];
    if (!entities) return undefined;
    const key = `${depth} ${step.fetch.subgraph} ${step.fetch.deliveries?.join(' ') ?? ''}`;
    const group = members.get(key);
    if (group) group.steps.push(entities);
    else members.set(key, { runtime: runtimeOf(step), steps: [entities] });
    return key;
  });
  const groups = new Map(
    Array.from(members, ([key, { runtime, steps: own }]) => [key, createEntityGroup(own, runtime)]),
  );
  return keys.map((key) => (key === undefined ? undefined : groups.get(key)));
}

import { NO_ARGUMENTS } from './arguments.ts';
import type { Values } from './arguments.ts';
import { FieldFault, SluiceError } from '../errors.ts';
import type { Key } from './key.ts';
import { keyOf, keyPart, NO_KEY } from './key.ts';
import type { ResolverContext } from './model.ts';
import { own } from './own.ts';
import { TYPE_KEY } from './place.ts';
import type { Run } from './run.ts';
import type { CallStep, LoadStep, Position, ResolveStep, Step } from './step.ts';
import type { Loaded, LoadResult } from './target.ts';

type Obj = Record<string, unknown>;
type Work = Promise<void> | undefined;

/** What the steps need beside the objects. */
export interface Completion extends Run {
  resolverContext(): ResolverContext;
}

/**
 * Brings what is missing in objects of one place, all of them at once, so that calls with the same target meet
 * in one batch. Objects are ours: they were built by a mapping for this very selection. `repeats` tells how many
 * more objects are one of these and were asked for once already.
 */
export function complete(position: Position, objects: readonly Obj[], run: Completion, repeats = 0): Work {
  if (!position.hasWork || objects.length === 0) return undefined;
  if (position.byType) {
    const groups = Map.groupBy(objects, (object) => object[TYPE_KEY]);
    return all(
      [...groups].map(([name, group]) =>
        complete(position.byType!.get(name as string) ?? NO_POSITION, group, run),
      ),
    );
  }
  const started = new Map<Step, Work>();
  const works: Work[] = [];
  for (const step of position.steps) {
    if (step.condition && !step.condition(run.variables)) continue;
    const first = step.after && all(step.after.map((load) => started.get(load)));
    const work = first
      ? first.then(() => start(step, objects, run, repeats))
      : start(step, objects, run, repeats);
    started.set(step, work);
    works.push(work);
  }
  for (const { key, position: below } of position.children)
    if (below.hasWork) works.push(complete(below, objectsIn(objects, key), run));
  return all(works);
}

const NO_POSITION = { hasWork: false } as Position;

/** Root fields of a mutation: one after the other (GraphQL spec, section 6.2.2). */
export async function completeSerially(position: Position, root: Obj, run: Completion): Promise<void> {
  for (const step of position.steps) {
    if (step.condition && !step.condition(run.variables)) continue;
    await start(step, [root], run);
    // What was read before the change may be stale after it.
    run.context.loaders.clear();
  }
}

function start(step: Step, objects: readonly Obj[], run: Completion, repeats = 0): Work {
  switch (step.kind) {
    case 'load':
      return load(step, objects, run, repeats);
    case 'call':
      return call(step, objects, run, repeats);
    case 'resolve':
      return resolve(step, objects, run);
  }
}

async function load(
  step: LoadStep,
  objects: readonly Obj[],
  run: Completion,
  repeats: number,
): Promise<void> {
  const { groups, keyless } = groupByKey(step, objects);
  for (const { object, fault } of keyless)
    for (const { key, absent } of step.outputs) object[key] = fault ?? absent;
  const results = await Promise.all(
    groups.map((g, i) =>
      step.target.load(run, NO_ARGUMENTS, g.key, step.mask, g.objects.length + (i === 0 ? repeats : 0)),
    ),
  );
  const loaded: Obj[] = [];
  for (let i = 0; i < results.length; i++) {
    const result = results[i]!;
    const { objects: owners } = groups[i]!;
    const found = result === null || result instanceof FieldFault ? result : step.take(result);
    const brought =
      typeof found === 'object' && found !== null && !(found instanceof FieldFault)
        ? (found as Obj)
        : undefined;
    if (brought) loaded.push(brought);
    for (const { key, absent } of step.outputs) {
      const value = brought ? brought[key] : (found ?? absent);
      for (let at = 0; at < owners.length; at++) owners[at]![key] = value;
    }
  }
  await complete(step.position, loaded, run);
}

async function call(
  step: CallStep,
  objects: readonly Obj[],
  run: Completion,
  repeats: number,
): Promise<void> {
  const { key: outputKey, absent } = step.output;
  let args: Values;
  try {
    args = step.args(run.variables);
  } catch (error) {
    const fault = faultFrom(error);
    for (const object of objects) object[outputKey] = fault;
    return;
  }
  const { target } = step;
  const results: { result: LoadResult; owners: readonly Obj[] }[] = [];
  if (step.isRoot) {
    const { root } = target.connector;
    const key = root === 'query' ? keyOf(target.keyPaths, (head) => own(args, head)) : undefined;
    const result =
      key && !(key instanceof FieldFault)
        ? target.load(run, without(args, key.values), key, step.mask, 1)
        : target.call(run, args, NO_KEY, step.mask);
    results.push({ result: await result, owners: objects });
  } else {
    const { groups, keyless } = groupByKey(step, objects);
    for (const { object, fault } of keyless) object[outputKey] = fault ?? absent;
    const loaded = await Promise.all(
      groups.map((g, i) =>
        target.load(run, args, g.key, step.mask, g.objects.length + (i === 0 ? repeats : 0)),
      ),
    );
    for (const [i, result] of loaded.entries()) results.push({ result, owners: groups[i]!.objects });
  }
  const holders: Obj[] = [];
  for (const { result, owners } of results) {
    const value = result === null || result instanceof FieldFault ? result : taken(step, result);
    for (const owner of owners) owner[outputKey] = value ?? absent;
    // Owners of one answer share its objects: completing them once is enough.
    if (owners[0]) holders.push(owners[0]);
  }
  await complete(step.position, objectsIn(holders, outputKey), run);
}

function taken({ take, position }: CallStep, result: Loaded): unknown {
  const value = take(result);
  return value === undefined && position.want.emptyList === true ? [] : value;
}

async function resolve(step: ResolveStep, objects: readonly Obj[], run: Completion): Promise<void> {
  const { key } = step.output;
  const context = run.resolverContext();
  await Promise.all(
    objects.map(async (object) => {
      try {
        const parent: Obj = {};
        for (const [name, at] of step.reads) {
          const value = object[at];
          if (value instanceof FieldFault) throw value.error;
          parent[name] = value;
        }
        object[key] = step.finish(await step.resolver.resolve(parent, step.args(run.variables), context));
      } catch (error) {
        object[key] = faultFrom(error);
      }
    }),
  );
  await complete(step.position, objectsIn(objects, key), run);
}

/** Objects of one key ask together; an object without a key knows why, if a part of it has failed. */
function groupByKey(
  step: LoadStep | CallStep,
  objects: readonly Obj[],
): { groups: { key: Key; objects: Obj[] }[]; keyless: { object: Obj; fault: FieldFault | undefined }[] } {
  const { keyPaths } = step.target;
  const groups = new Map<string, { key: Key; objects: Obj[] }>();
  const keyless: { object: Obj; fault: FieldFault | undefined }[] = [];
  // Most keys are one field, and most objects have a key that is known already: those cost a look-up and no more.
  const only =
    keyPaths.length === 1 && keyPaths[0]!.length === 1 ? step.reads.get(keyPaths[0]![0]!) : undefined;
  for (const object of objects) {
    const value = only === undefined ? undefined : object[only];
    const simple =
      typeof value === 'string' || typeof value === 'number' ? groups.get(keyPart(value)) : undefined;
    if (simple) {
      simple.objects.push(object);
      continue;
    }
    const key = keyOf(keyPaths, (head) => object[step.reads.get(head)!]);
    if (key === undefined || key instanceof FieldFault) {
      keyless.push({ object, fault: key });
      continue;
    }
    const known = groups.get(key.id);
    if (known) known.objects.push(object);
    else groups.set(key.id, { key, objects: [object] });
  }
  return { groups: [...groups.values()], keyless };
}

/** The objects under a key, lists flattened; what failed or is null is left out. */
export function objectsIn(objects: readonly Obj[], key: string): Obj[] {
  const found: Obj[] = [];
  for (const object of objects) gather(object[key], found);
  return found;
}

function gather(value: unknown, into: Obj[]): void {
  if (Array.isArray(value)) for (const item of value) gather(item, into);
  else if (typeof value === 'object' && value !== null && !(value instanceof FieldFault))
    into.push(value as Obj);
}

function without(args: Values, taken: Values): Values {
  const rest: Record<string, unknown> = {};
  for (const name of Object.keys(args)) if (!Object.hasOwn(taken, name)) rest[name] = args[name];
  return rest;
}

function faultFrom(error: unknown): FieldFault {
  return new FieldFault(SluiceError.from(error));
}

/** No promise where there is nothing to wait for. */
export function all(works: readonly Work[]): Work {
  const pending = works.filter((work) => work !== undefined);
  if (pending.length < 2) return pending[0];
  return Promise.all(pending).then(() => undefined);
}

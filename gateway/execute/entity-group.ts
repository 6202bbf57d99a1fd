import type { SluiceError } from '../errors.ts';
import type { FetchResult, JointFetch, SubgraphRuntime } from '../supergraph/subgraph.ts';
import type { EntityPart, EntityRequest, EntityStep } from './entity-request.ts';
import { attempt, named } from './fetch-step.ts';
import type { RunState } from './run-state.ts';

/** How long a step whose entities are known waits for those of its group that are not there yet, at least. */
const MIN_PATIENCE_MS = 5;
/** The same, as a part of the time that the operation has taken so far. */
const PATIENCE_SHARE = 0.5;

/**
 * The entity steps of one subgraph that are equally far into the data flow. Those that are ready together
 * ask with one request. One that is ready earlier waits for the others, but not long: a slow neighbour
 * must not hold it up.
 */
export interface EntityGroup {
  readonly steps: readonly EntityStep[];
  readonly send: SendRequest;
}

type SendRequest = (request: EntityRequest, state: RunState) => void;

/** How many ways to put the parts of a request together a group keeps. */
const MAX_JOINT_FETCHES = 64;

/**
 * How many different sets of values from contexts (`@fromContext`) one request asks with; each is a list of
 * representations of its own. Beyond, there are further requests.
 */
const MAX_CONTEXTS_PER_REQUEST = 50;

export function createEntityGroup(steps: readonly EntityStep[], runtime: SubgraphRuntime): EntityGroup {
  const joint = new Map<string, JointFetch>();
  const jointOf = (parts: readonly EntityPart[]): JointFetch | undefined => {
    if (parts.length < 2 || !runtime.compileJointFetch) return undefined;
    let key = '';
    for (const { query } of parts) key += `${query.id},`;
    let fetch = joint.get(key);
    if (!fetch) {
      fetch = runtime.compileJointFetch(parts.map(({ query }) => query.description));
      if (joint.size >= MAX_JOINT_FETCHES) joint.clear();
      joint.set(key, fetch);
    }
    return fetch;
  };
  return {
    steps,
    send: ({ parts: all }, state) => {
      const requests = requestsOf(all);
      if (requests.length > 1 && !runtime.compileJointFetch) {
        sendInTurn(requests, state);
        return;
      }
      for (const parts of requests) {
        const fetch = jointOf(parts);
        if (fetch) sendJointly(fetch, parts, state);
        else for (const part of parts) sendAlone(part, state);
      }
    },
  };
}

function requestsOf(parts: readonly EntityPart[]): readonly (readonly EntityPart[])[] {
  if (parts.length <= MAX_CONTEXTS_PER_REQUEST) return [parts];
  const requests: EntityPart[][] = [[]];
  let contexts = 0;
  for (const part of parts) {
    if (part.contextValues) contexts += 1;
    if (contexts > MAX_CONTEXTS_PER_REQUEST) {
      requests.push([]);
      contexts = 1;
    }
    requests.at(-1)!.push(part);
  }
  return requests;
}

/** Where each part is a request of its own, there are not more of them at a time than one request would have held. */
function sendInTurn(requests: readonly (readonly EntityPart[])[], state: RunState): void {
  let before: Promise<void> | undefined;
  for (const parts of requests) {
    for (const part of parts) {
      if (before)
        part.done = before.then(() => {
          sendAlone(part, state);
          return part.done;
        });
      else sendAlone(part, state);
    }
    before = whenDone(parts) ?? before;
  }
}

function sendAlone(part: EntityPart, state: RunState): void {
  const { representations, query, contextValues } = part;
  const input = {
    variables: contextValues ? { ...state.variables, ...contextValues } : state.variables,
    representations,
    repeats: part.wanted - representations.length,
  };
  part.done = attempt(
    () => query.fetch(input, state.context),
    state,
    (result) => receive(part, result, state),
    part.fail,
  );
}

function sendJointly(fetch: JointFetch, parts: readonly EntityPart[], state: RunState): void {
  const inputs = parts.map(({ representations, wanted, contextValues }) => ({
    representations,
    repeats: wanted - representations.length,
    ...(contextValues ? { contextValues } : {}),
  }));
  const done = attempt(
    () => fetch({ variables: state.variables, inputs }, state.context),
    state,
    (results) => {
      for (const [index, part] of parts.entries()) receive(part, results[index]!, state);
    },
    (error: SluiceError) => {
      for (const part of parts) part.fail(error);
    },
  );
  for (const part of parts) part.done = done;
}

function receive(part: EntityPart, result: FetchResult, state: RunState): void {
  for (const error of result.errors ?? []) state.errors.add(named(error, part.query.description.subgraph));
  part.receive(result);
}

interface Ready {
  readonly step: EntityStep;
  readonly resolve: (done: Promise<void> | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A group in one run. */
export class GroupRun {
  readonly #group: EntityGroup;
  readonly #state: RunState;
  /** Steps that have not said whether they are ready. */
  #missing: number;
  #ready: Ready[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(group: EntityGroup, state: RunState) {
    this.#group = group;
    this.#state = state;
    this.#missing = group.steps.length;
  }

  /** The step does not run. */
  leaveOut(): void {
    this.#missing -= 1;
    if (this.#missing === 0 && this.#ready.length > 0) this.#send();
  }

  /** All that the step reads is there. */
  arrive(step: EntityStep): Promise<void> | undefined {
    this.#missing -= 1;
    if (this.#missing === 0 && this.#ready.length === 0) return sendFor([step], this.#group, this.#state)[0];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#ready.push({ step, resolve, reject });
    if (this.#missing === 0) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#patienceMs());
    return promise;
  }

  #patienceMs(): number {
    return Math.max(MIN_PATIENCE_MS, (performance.now() - this.#state.startedAtMs) * PATIENCE_SHARE);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ready = this.#ready;
    this.#ready = [];
    try {
      const all = sendFor(
        ready.map(({ step }) => step),
        this.#group,
        this.#state,
      );
      for (const [index, { resolve }] of ready.entries()) resolve(all[index]);
    } catch (error) {
      // From here, perhaps a timer, nobody else would hear of it.
      for (const { reject } of ready) reject(error);
    }
  }
}

/** For each step, when it is done. */
function sendFor(
  steps: readonly EntityStep[],
  group: EntityGroup,
  state: RunState,
): (Promise<void> | undefined)[] {
  const request: EntityRequest = { parts: [] };
  const awaited = steps.map((step) => step.prepare(state, request));
  if (request.parts.length > 0) group.send(request, state);
  return awaited.map((parts) => whenDone(parts));
}

function whenDone(parts: readonly EntityPart[]): Promise<void> | undefined {
  const pending: Promise<void>[] = [];
  for (const { done } of parts) if (done) pending.push(done);
  if (pending.length <= 1) return pending[0];
  return Promise.all(pending).then(() => undefined);
}

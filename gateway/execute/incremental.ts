import type { GraphQLFormattedError } from 'graphql';
import type {
  ExecutionResult,
  IncrementalResult,
  PartData,
  PendingPart,
  SubsequentResult,
} from '../compile/executable.ts';
import type { Step } from '../compile/dataflow.ts';
import { SluiceError } from '../errors.ts';
import type { ErrorLog, ErrorPath } from './error-log.ts';
import { type Fragment, isThere, LaterParts, type Part } from './later-parts.ts';
import type { Project, ProjectionState } from './projection-place.ts';
import type { RunState } from './run-state.ts';
import { untilDone } from './schedule.ts';
import { StepErrors } from './step-errors.ts';

/** What an answer in parts is made with. */
export interface IncrementalRun {
  readonly state: RunState;
  readonly steps: readonly Step[];
  /** Starts all steps; each is told which state is its own. */
  start(state: RunState, stateOf: (step: number) => RunState): readonly (Promise<void> | undefined)[];
  readonly project: Project;
  readonly newErrors: () => ErrorLog;
  readonly maxParts: number;
  /** Ends what is still under way. */
  readonly stop: (reason: SluiceError) => void;
}

/** Runs an operation whose answer comes in parts. Does not reject. */
export async function runInParts(run: IncrementalRun): Promise<ExecutionResult | IncrementalResult> {
  const answer = new AnswerInParts(run);
  const initial = await answer.initial();
  if (!answer.isOpen) {
    run.stop(new SluiceError('REQUEST_CANCELLED', 'Nothing that is deferred is left.'));
    return initial.result;
  }
  return { initial: initial.result, pending: initial.pending, subsequent: answer.subsequent() };
}

interface Projected {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  isDelivered: boolean;
}

class AnswerInParts {
  readonly #run: IncrementalRun;
  readonly #later: LaterParts;
  /** Per step: whether it is done, or will not run. */
  readonly #isDone: boolean[] = [];
  #running: readonly (Promise<void> | undefined)[] = [];
  readonly #stepErrors: StepErrors;
  readonly #told = new Set<SluiceError>();
  readonly #ids = new Map<Part, string>();
  /** Told to the client, and not complete. */
  readonly #pending = new Set<Part>();
  /** Known, but not yet told to the client. */
  readonly #waiting = new Set<Part>();
  readonly #completed = new Set<Part>();
  readonly #projected = new Map<Fragment, Projected>();
  readonly #ready = new Set<Part>();
  #wake: () => void = () => undefined;
  /** Resolves when the operation is over before its time, and steps have had their say. */
  readonly #givenUp: Promise<void>;
  #isGivenUp = false;

  constructor(run: IncrementalRun) {
    this.#run = run;
    this.#later = new LaterParts(run.maxParts);
    this.#stepErrors = new StepErrors(run);
    this.#givenUp = untilGivenUp(run.state.context.signal).then(() => {
      this.#isGivenUp = true;
      this.#wake();
    });
  }

  /** Whether something will come later. */
  get isOpen(): boolean {
    return this.#pending.size > 0;
  }

  async initial(): Promise<{ readonly result: ExecutionResult; readonly pending: readonly PendingPart[] }> {
    const { state, steps, project } = this.#run;
    const { errors } = state;
    try {
      this.#running = this.#run.start(state, (index) => this.#stepErrors.stateOf(steps[index]!));
      for (const [index, running] of this.#running.entries()) {
        this.#isDone.push(running === undefined);
        const done = (): void => void (this.#isDone[index] = true);
        running?.then(done, done);
      }
      const primary = this.#running.filter((_, index) => !steps[index]!.fetch.deliveries);
      await Promise.race([untilDone(primary), this.#givenUp]);
      if (steps.some(({ fetch }, index) => !fetch.deliveries && !this.#isDone[index]))
        throw SluiceError.from(state.context.signal.reason);
      const { result, noted } = this.#later.during(undefined, () =>
        project(state.root, this.#reading(errors, [])),
      );
      this.#tellDisplaced(errors);
      const data = (result ?? null) as Record<string, unknown> | null;
      this.#take(noted.filter(({ path }) => isThere(data, path)));
      const entries = errors.entries();
      return { result: entries ? { errors: entries, data } : { data }, pending: this.#announce() };
    } catch (error) {
      errors.add(SluiceError.from(error));
      return { result: { data: null, errors: errors.entries() ?? [] }, pending: [] };
    }
  }

  async *subsequent(): AsyncGenerator<SubsequentResult, void, undefined> {
    try {
      while (this.#pending.size > 0) {
        while (this.#ready.size === 0 && !this.#isGivenUp)
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        // What is done in this turn goes into one payload.
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
        const payload = this.#payload();
        if (payload) yield payload;
      }
    } finally {
      this.#run.stop(new SluiceError('REQUEST_CANCELLED', 'The answer has ended.'));
    }
  }

  #payload(): SubsequentResult | undefined {
    const incremental: PartData[] = [];
    const completed: { id: string; errors?: readonly GraphQLFormattedError[] }[] = [];
    if (this.#isGivenUp) for (const part of this.#pending) this.#ready.add(part);
    for (const part of this.#ready) {
      this.#ready.delete(part);
      const errors = this.#complete(part);
      if (errors === 'not yet') continue;
      const id = this.#ids.get(part)!;
      this.#pending.delete(part);
      if (errors) {
        completed.push({ id, errors });
        continue;
      }
      this.#completed.add(part);
      for (const fragment of part.fragments) {
        const projected = this.#projected.get(fragment)!;
        if (projected.isDelivered) continue;
        projected.isDelivered = true;
        incremental.push(this.#dataOf(part, id, fragment, projected));
      }
      completed.push({ id });
    }
    if (completed.length === 0) return undefined;
    const pending = this.#announce();
    return {
      ...(pending.length > 0 ? { pending } : {}),
      ...(incremental.length > 0 ? { incremental } : {}),
      completed,
      hasNext: this.#pending.size > 0,
    };
  }

  #dataOf(part: Part, id: string, { path }: Fragment, { data, errors }: Projected): PartData {
    const told = errors.length > 0 ? { errors } : {};
    if (part.itemsFrom !== undefined) return { id, items: data as readonly unknown[], ...told };
    const subPath = path.slice(part.path.length);
    return { id, ...(subPath.length > 0 ? { subPath } : {}), data: data as Record<string, unknown>, ...told };
  }

  /** Projects what the part has. @returns its errors where it has failed, or that it has to wait for more */
  #complete(part: Part): readonly GraphQLFormattedError[] | 'not yet' | undefined {
    for (;;) {
      const open = part.fragments.filter((fragment) => !this.#projected.has(fragment));
      if (open.length === 0) break;
      if (open.some((fragment) => !this.#isReadable(fragment))) {
        if (this.#isGivenUp) return this.#givenUpAt(part);
        this.#waitFor(part);
        return 'not yet';
      }
      for (const fragment of open) this.#project(fragment);
    }
    const failed = part.fragments
      .map((fragment) => this.#projected.get(fragment)!)
      .filter(({ data }) => data === undefined);
    return failed.length > 0 ? failed.flatMap(({ errors }) => errors) : undefined;
  }

  #givenUpAt({ path }: Part): readonly GraphQLFormattedError[] {
    const log = this.#run.newErrors();
    log.add(SluiceError.from(this.#run.state.context.signal.reason), path);
    return log.entries() ?? [];
  }

  #project(fragment: Fragment): void {
    const log = this.#run.newErrors();
    let data: unknown;
    try {
      const reading = this.#reading(log, fragment.path);
      const { result, noted } = this.#later.during(fragment, () => fragment.project(reading));
      data = result;
      this.#tellDisplaced(log);
      this.#take(noted.filter(({ path }) => isThere(data, pathBelow(fragment, path))));
    } catch (error) {
      data = undefined;
      log.add(SluiceError.from(error), fragment.path);
    }
    const before = this.#stepErrors.take(fragment.steps.map((index) => this.#run.steps[index]));
    const errors = [...before, ...(log.entries() ?? [])];
    this.#projected.set(fragment, { data, errors, isDelivered: false });
  }

  #reading(errors: ErrorLog, path: readonly (string | number)[]): ProjectionState {
    const { joins, displaced, cohorts } = this.#run.state;
    return { path: [...path], errors, joins, displaced, cohorts, later: this.#later };
  }

  #tellDisplaced(errors: ErrorLog): void {
    for (const error of this.#run.state.displaced) {
      if (this.#told.has(error)) continue;
      this.#told.add(error);
      if (!errors.has(error)) errors.add(error);
    }
  }

  #take(noted: readonly Fragment[]): void {
    for (const fragment of noted) {
      for (const part of fragment.parts) {
        part.fragments.push(fragment);
        if (!this.#ids.has(part)) this.#waiting.add(part);
      }
    }
  }

  /** Tells of the parts whose object the client has, or gets with the same payload. */
  #announce(): PendingPart[] {
    const told: PendingPart[] = [];
    for (const part of this.#waiting) {
      if (part.broughtBy && this.#projected.get(part.broughtBy)?.isDelivered !== true) continue;
      if (!this.#hasComeAround(part)) continue;
      this.#waiting.delete(part);
      this.#pending.add(part);
      const id = String(this.#ids.size);
      this.#ids.set(part, id);
      const { path, label, itemsFrom } = part;
      told.push({
        id,
        path,
        ...(label === undefined ? {} : { label }),
        ...(itemsFrom === undefined ? {} : { itemsFrom }),
      });
      this.#waitFor(part);
    }
    return told;
  }

  /** A fragment comes after those around it; those without fields of their own do not count. */
  #hasComeAround(part: Part): boolean {
    for (let outer = part.around; outer; outer = outer.around)
      if (outer.fragments.length > 0 && !this.#completed.has(outer)) return false;
    return true;
  }

  #waitFor(part: Part): void {
    const awaited = new Set<Promise<void>>();
    for (const { steps } of part.fragments)
      for (const index of steps) {
        const running = this.#running[index];
        if (running && !this.#isDone[index]) awaited.add(running);
      }
    const ready = (): void => {
      this.#ready.add(part);
      this.#wake();
    };
    if (awaited.size === 0) ready();
    else Promise.allSettled(awaited).then(ready, ready);
  }

  #isReadable({ steps }: Fragment): boolean {
    return steps.every((index) => this.#isDone[index] ?? true);
  }
}

/** Fetches that are cut off fail in the same turn; who ignores the signal is not waited for. */
async function untilGivenUp(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (let turns = 0; turns < 2; turns++)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
}

/** The path inside of what a fragment brings; items of a list are counted from its first. */
function pathBelow({ path, parts }: Fragment, below: ErrorPath): ErrorPath {
  const [first, ...others] = below.slice(path.length);
  const from = parts[0]?.itemsFrom;
  return first === undefined ? [] : [from === undefined ? first : Number(first) - from, ...others];
}

import { OperationTypeNode } from 'graphql';
import type { Executable, ExecutionResult } from '../../compile/executable.ts';
import type { Changes, RequestContext } from '../../context.ts';
import { SluiceError } from '../../errors.ts';
import type { Headers } from '../../upstreams/upstream.ts';
import type { OperationInput, OperationPolicy } from '../kinds.ts';
import type { Step } from '../policy.ts';

export interface CoalesceRequestsOptions {
  /** Names (lower case) of the client's headers that can change an answer; `all` = any may. */
  readonly headers: readonly string[] | 'all';
  /** For all snapshots of one gateway. */
  readonly changes: Changes;
  /**
   * How long a run may be joined. `first-answer`: as long as all of its backend calls are still under way, so that
   * each of them would be shared anyway. `run`: until it has ended.
   */
  readonly window: 'first-answer' | 'run';
  /** Told of each operation that needed no run of its own. */
  readonly onJoin?: () => void;
  /** Told of each result that more than one operation gets, before any of them has it. */
  readonly onShare?: (result: ExecutionResult) => void;
}

/** A run under way, and how many wait for it. */
interface Flight {
  readonly result: Promise<ExecutionResult>;
  readonly controller: AbortController;
  readonly deadlineAt: number;
  /** `changes.count` when it took off. */
  readonly changes: number;
  waiting: number;
}

type Run = Step<OperationInput, RequestContext, ExecutionResult>;

/** They name the one request that carries them or belong to its connection, and say nothing about its answer. */
const OWN_HEADERS = new Set(
  'x-request-id traceparent tracestate baggage connection content-length content-type host keep-alive te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/**
 * Identical queries under way at the same time share one run: the same compiled operation, variables, identity, and
 * headers that can change the answer. Never mutations or subscriptions; and who asks after a mutation never gets a result
 * from before it. Who waits may leave; the run ends with the last one. Their results are one object, which nobody may
 * write to.
 */
export function createCoalesceRequests(options: CoalesceRequestsOptions): OperationPolicy {
  const { headers, changes, window, onJoin = () => undefined, onShare = () => undefined } = options;
  const names = headers === 'all' ? undefined : headers.filter((name) => !OWN_HEADERS.has(name)).toSorted();
  const flightsOf = new WeakMap<Executable, Map<string, Flight>>();
  return {
    name: 'coalesce-requests',
    wrap: (next) =>
      function coalesceRequests(input, context) {
        const { executable } = input;
        if (executable.kind !== OperationTypeNode.QUERY) {
          changes.count++;
          return next(input, context).finally(() => changes.count++);
        }
        // An answer in parts belongs to the one who reads it.
        const key = input.inParts ? undefined : keyOf(input, context, names);
        if (key === undefined) return next(input, context);
        let flights = flightsOf.get(executable);
        if (!flights) flightsOf.set(executable, (flights = new Map<string, Flight>()));
        const known = flights.get(key);
        if (known?.changes === changes.count && !context.signal.aborted) {
          onJoin();
          return wait(known, context).then((result) =>
            endedBeforeOurs(result, known, context) ? next(input, context) : result,
          );
        }
        const land = (): void => {
          if (flights.get(key) === flight) flights.delete(key);
        };
        const run = window === 'run' ? context : { ...context, onAnswer: land };
        const flight = takeOff(input, run, next, changes.count);
        flights.set(key, flight);
        // Nobody joins a run that has been given up.
        flight.controller.signal.addEventListener('abort', land, { once: true });
        flight.result.then((result) => {
          land();
          if (flight.waiting > 1) onShare(result);
        }, land);
        return wait(flight, context);
      },
  };
}

function takeOff(input: OperationInput, context: RequestContext, next: Run, changes: number): Flight {
  const controller = new AbortController();
  const { deadlineAt } = context;
  return {
    result: next(input, { ...context, signal: controller.signal }),
    controller,
    deadlineAt,
    changes,
    waiting: 0,
  };
}

/** The flight's result, or the end of our own patience. The last to lose it gets what the run has until then. */
function wait(flight: Flight, { signal }: RequestContext): Promise<ExecutionResult> {
  flight.waiting++;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      if (--flight.waiting === 0) flight.controller.abort(signal.reason);
      else reject(SluiceError.from(signal.reason));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const settled = (): void => signal.removeEventListener('abort', leave);
    flight.result.then(
      (result) => {
        settled();
        resolve(result);
      },
      (error: unknown) => {
        settled();
        // As the run tells it, whatever that is.
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}

/** Whether time ran out for the run that we joined, but not for us. */
function endedBeforeOurs(result: ExecutionResult, flight: Flight, context: RequestContext): boolean {
  return (
    context.deadlineAt > flight.deadlineAt &&
    !context.signal.aborted &&
    result.errors?.some(({ extensions }) => extensions?.['code'] === 'DEADLINE_EXCEEDED') === true
  );
}

/** `undefined` for variables that are too deep for a text. */
function keyOf(
  { variables }: OperationInput,
  { identity, headers }: RequestContext,
  names: readonly string[] | undefined,
): string | undefined {
  try {
    return JSON.stringify([identity, headersOf(headers, names), canonical(variables ?? {})]);
  } catch {
    return undefined;
  }
}

function headersOf(headers: Headers, names: readonly string[] | undefined): unknown {
  if (names) return names.map((name) => headers[name] ?? null);
  return Object.keys(headers)
    .filter((name) => !OWN_HEADERS.has(name))
    .toSorted()
    .map((name) => [name, headers[name]]);
}

/** Equal variables are one text, in whatever order their fields came. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const fields = value as Readonly<Record<string, unknown>>;
  // Pairs, not an object: keys that look like numbers would be put in another order, `__proto__` would vanish.
  return {
    fields: Object.keys(fields)
      .toSorted()
      .map((name) => [name, canonical(fields[name])]),
  };
}

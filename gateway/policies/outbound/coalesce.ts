import { SluiceError, UpstreamError } from '../../errors.ts';
import type { Changes, OutboundCall, RequestContext } from '../../context.ts';
import type { UpstreamResponse } from '../../upstreams/upstream.ts';
import type { OutboundPolicy } from '../kinds.ts';

export interface CoalesceOptions {
  /** Told of each call that needed none of its own. */
  readonly onJoin?: (call: OutboundCall) => void;
  /** Counts calls that may change something. */
  readonly changes?: Changes;
}

/** A call under way, and how many wait for it. */
interface Flight {
  readonly answer: Promise<UpstreamResponse>;
  readonly controller: AbortController;
  waiting: number;
}

/** They name the one request that carries them, and say nothing about its answer. */
const CORRELATION_HEADERS = new Set(['x-request-id', 'traceparent', 'tracestate', 'baggage']);

/**
 * Equal reads that are under way at the same time share one backend call: equal in upstream, operation, input, the
 * headers that are sent, and identity. It stands inside of `forward-headers`, so it sees what the backend would see.
 * A call that may change something ends the sharing for its upstream, when it starts and when it has ended: whoever
 * asks after a change never gets an answer from before it. Who waits may leave; the call ends with the last one.
 */
export function createCoalesce(options: CoalesceOptions = {}): OutboundPolicy {
  const { changes = { count: 0 }, onJoin = () => undefined } = options;
  const byUpstream = new Map<string, Map<string, Flight>>();
  return {
    name: 'coalesce',
    wrap: (next) =>
      function coalesce(call, context) {
        let flights = byUpstream.get(call.upstream);
        if (!flights) byUpstream.set(call.upstream, (flights = new Map<string, Flight>()));
        if (call.request.readOnly !== true) {
          const end = (): void => {
            for (const [name, those] of byUpstream)
              if (serviceOf(name) === serviceOf(call.upstream)) those.clear();
            changes.count++;
          };
          end();
          return next(call, context).finally(end);
        }
        const key = keyOf(call, context.identity);
        const known = flights.get(key);
        if (known) {
          onJoin(call);
          // A call that others started may end before our own time does: then we ask ourselves.
          return wait(known, call, context).catch((error: unknown) => {
            const isTheirs = isOver(error) && !call.options.signal.aborted;
            return isTheirs ? next(call, context) : Promise.reject(error);
          });
        }
        const flight = takeOff(call, context, next);
        flights.set(key, flight);
        const land = () => {
          if (flights.get(key) === flight) flights.delete(key);
        };
        flight.answer.then(land, land);
        return wait(flight, call, context);
      },
  };
}

function takeOff(
  call: OutboundCall,
  context: RequestContext,
  next: (call: OutboundCall, context: RequestContext) => Promise<UpstreamResponse>,
): Flight {
  const controller = new AbortController();
  const shared = { ...call, options: { ...call.options, signal: controller.signal } };
  return { answer: next(shared, context), controller, waiting: 0 };
}

/** The flight's answer, or the end of our own patience. */
function wait(
  flight: Flight,
  { upstream, options: { signal } }: OutboundCall,
  { onAnswer }: RequestContext,
): Promise<UpstreamResponse> {
  if (signal.aborted && flight.waiting > 0)
    return Promise.reject(UpstreamError.givenUp(signal.reason, upstream));
  flight.waiting++;
  return new Promise((resolve, reject) => {
    const leave = () => {
      flight.waiting--;
      const error = UpstreamError.givenUp(signal.reason, upstream);
      if (flight.waiting === 0) flight.controller.abort(signal.reason);
      reject(error);
    };
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener('abort', leave, { once: true });
    flight.answer.then(
      (response) => {
        signal.removeEventListener('abort', leave);
        onAnswer?.();
        resolve(response);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', leave);
        onAnswer?.();
        reject(error);
      },
    );
  });
}

function isOver(error: unknown): boolean {
  return (
    error instanceof SluiceError &&
    (error.code === 'UPSTREAM_TIMEOUT' ||
      error.code === 'REQUEST_CANCELLED' ||
      error.code === 'DEADLINE_EXCEEDED')
  );
}

/** A service may be asked at several addresses (`reviews`, `reviews@canary`), which share what they keep. */
function serviceOf(upstream: string): string {
  const variant = upstream.indexOf('@');
  return variant < 0 ? upstream : upstream.slice(0, variant);
}

/** Identity is part of the key even where no header carries it. */
function keyOf({ request, options }: OutboundCall, identity: string): string {
  let headers = '';
  for (const name of Object.keys(options.headers).sort())
    if (!CORRELATION_HEADERS.has(name)) headers += `${name}:${options.headers[name]}\n`;
  return `${identity}\n${request.operation}\n${headers}\n${JSON.stringify(request.input)}`;
}

/** What every call has in common: counting, metadata, an artificial delay, cancellation and errors. */
import { Metadata, status } from '@grpc/grpc-js';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js';
import type { CallCounters } from '../counters.ts';
import { CallError } from './call-error.ts';
import { toStatus } from './status.ts';

const MAX_DELAY_MS = 60_000;

/** What the calls of one server share. */
export interface Wiring {
  readonly counters: CallCounters;
  /** Answers come this much later, unless a call says otherwise by `x-delay-ms`. */
  readonly latencyMs: number;
  /** Sent as `x-backend-instance` in the response metadata. */
  readonly instance: string;
  /** Aborted when the server stops; ends streams that would go on for ever. */
  readonly closing: AbortSignal;
}

/** A stream's source: sends values until the function it returned is called. May throw a CallError instead. */
export type Source<Request, Answer> = (request: Request, send: (value: Answer) => void) => () => void;

/**
 * A unary method. `answer` runs after the delay, and not at all once the caller cancelled or the deadline passed; what it
 * throws becomes the status.
 * @param keys how many ids the request asks for, if it names ids
 */
export function unary<Request, Answer>(
  wiring: Wiring,
  keys: ((request: Request) => number) | undefined,
  answer: (request: Request) => Answer,
): handleUnaryCall<Request, Answer> {
  return (call, callback) => {
    const trailer = begin(wiring, call, keys?.(call.request));
    const settle = onceUnlessCancelled(wiring, call, () => {
      try {
        callback(null, answer(call.request), trailer);
      } catch (error) {
        callback(toStatus(error, trailer));
      }
    });
    after(delayMs(wiring, call.metadata), call, settle);
  };
}

/** A server-streaming method. A caller who reads slowly misses intermediate values, never the last one. */
export function serverStream<Request, Answer>(
  wiring: Wiring,
  source: Source<Request, Answer>,
): handleServerStreamingCall<Request, Answer> {
  return (call) => {
    const trailer = begin(wiring, call, 1);
    let stop: (() => void) | undefined;
    const release = () => {
      stop?.();
      wiring.closing.removeEventListener('abort', close);
    };
    const fail = onceUnlessCancelled(wiring, call, (error: unknown) => {
      release();
      call.emit('error', toStatus(error, trailer));
    });
    const close = () => {
      fail(new CallError(status.UNAVAILABLE, 'The service is shutting down. Connect again.', []));
    };
    call.on('cancelled', release);
    wiring.closing.addEventListener('abort', close);
    after(delayMs(wiring, call.metadata), call, () => {
      try {
        stop = source(call.request, latestOnly(call));
      } catch (error) {
        fail(error);
      }
    });
  };
}

/** What calls of either kind offer. */
interface ServerCall extends Pick<
  ServerUnaryCall<unknown, unknown>,
  'metadata' | 'getPath' | 'sendMetadata'
> {
  on(event: 'cancelled', listener: () => void): unknown;
}

/** Counts the call and sends the response metadata. @returns the trailing metadata, to be sent with the status. */
function begin(wiring: Wiring, call: ServerCall, keys?: number): Metadata {
  wiring.counters.call(call.getPath().slice(1), keys);
  const header = new Metadata();
  header.set('x-backend-instance', wiring.instance);
  call.sendMetadata(header);
  const trailer = new Metadata();
  for (const id of call.metadata.get('x-request-id')) trailer.add('x-request-id', id);
  return trailer;
}

/** `settle`, to be called once at most and not after a cancellation, which is counted if it comes first. */
function onceUnlessCancelled<Outcome extends unknown[]>(
  wiring: Wiring,
  call: ServerCall,
  settle: (...outcome: Outcome) => void,
): (...outcome: Outcome) => void {
  let settled = false;
  call.on('cancelled', () => {
    if (!settled) wiring.counters.cancelled(call.getPath().slice(1));
    settled = true;
  });
  return (...outcome) => {
    if (settled) return;
    settled = true;
    settle(...outcome);
  };
}

function delayMs(wiring: Wiring, metadata: Metadata): number {
  const [asked] = metadata.get('x-delay-ms');
  const delay = asked === undefined ? wiring.latencyMs : Number(asked);
  return delay > 0 ? Math.min(delay, MAX_DELAY_MS) : 0;
}

/** Runs `work` after `delay` milliseconds, or at once if that is 0; not when the call is cancelled first. */
function after(delay: number, call: ServerCall, work: () => void): void {
  if (delay === 0) {
    work();
    return;
  }
  const timer = setTimeout(work, delay);
  call.on('cancelled', () => clearTimeout(timer));
}

/** Writes to a stream; while the caller does not read, keeps the latest value only. */
function latestOnly<Request, Answer>(call: ServerWritableStream<Request, Answer>): (value: Answer) => void {
  let full = false;
  let waiting: { readonly value: Answer } | undefined;
  const send = (value: Answer) => {
    if (full) waiting = { value };
    else full = !call.write(value);
  };
  call.on('drain', () => {
    full = false;
    const latest = waiting;
    waiting = undefined;
    if (latest) send(latest.value);
  });
  return send;
}

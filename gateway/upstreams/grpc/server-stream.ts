import type { Client, ClientReadableStream, Metadata, StatusObject } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { CallOptions, Headers, UpstreamResponse } from '../upstream.ts';
import { headersFromMetadata } from './metadata.ts';
import { sameBytes } from './method-call.ts';
import type { MethodCall } from './method-call.ts';
import { aborted } from './status.ts';

type Result = IteratorResult<UpstreamResponse, undefined>;

interface Waiting {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: Result = { done: true, value: undefined };

/**
 * The answers of a server-streaming call. The call is made with the first `next()`; answers are taken from the
 * connection as they are asked for. Unlike an async generator, `return()` cancels at once, even while an answer is
 * being waited for.
 */
export class ServerStream implements AsyncIterator<UpstreamResponse, undefined>, EventListenerObject {
  readonly #signal: AbortSignal;
  readonly #onEnd: () => void;
  readonly #begin: (stream: ServerStream) => void;
  readonly #waiting: Waiting[] = [];
  #call: ClientReadableStream<Buffer> | undefined;
  #method: MethodCall | undefined;
  #metadata: Metadata | undefined;
  #headers: Headers = {};
  #ended: StatusObject | undefined;
  #done = false;
  #told = false;

  /**
   * `begin` checks and encodes the request and calls `start`; what it throws, `next()` throws. `onEnd` is told once, of
   * a call that was started.
   */
  constructor(signal: AbortSignal, onEnd: () => void, begin: (stream: ServerStream) => void) {
    this.#signal = signal;
    this.#onEnd = onEnd;
    this.#begin = begin;
  }

  start(client: Client, method: MethodCall, bytes: Buffer, metadata: Metadata, options: CallOptions): void {
    const { deadlineAt } = options;
    this.#method = method;
    const call = client.makeServerStreamRequest(
      method.definition.path,
      sameBytes,
      sameBytes,
      bytes,
      metadata,
      Number.isFinite(deadlineAt) ? { deadline: deadlineAt } : {},
    );
    this.#call = call;
    call.on('metadata', (initial: Metadata) => {
      this.#metadata = initial;
      this.#headers = headersFromMetadata(initial, undefined);
    });
    call.on('readable', () => this.#serve());
    // The status event, which follows, says the same.
    call.on('error', ignore);
    call.on('status', (ended: StatusObject) => {
      this.#ended = ended;
      this.#serve();
    });
    call.on('end', () => this.#serve());
    this.#signal.addEventListener('abort', this);
  }

  next(): Promise<Result> {
    if (this.#done) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      if (this.#call === undefined) {
        this.#done = true;
        this.#begin(this);
        this.#done = false;
      }
      this.#waiting.push({ resolve, reject });
      this.#serve();
    });
  }

  return(): Promise<Result> {
    this.#finish();
    return Promise.resolve(DONE);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#call?.cancel();
  }

  /** Gives the waiting consumers what has come. */
  #serve(): void {
    while (this.#waiting.length > 0 && !this.#done) {
      const bytes = this.#call!.read() as Buffer | null;
      if (bytes === null) {
        if (this.#ended !== undefined && this.#call!.readableLength === 0) this.#end(this.#ended);
        return;
      }
      const waiting = this.#waiting.shift()!;
      try {
        waiting.resolve({
          done: false,
          value: { data: this.#method!.decode(bytes), status: 0, headers: this.#headers },
        });
      } catch (error) {
        waiting.reject(error);
        this.#finish();
      }
    }
  }

  #end(ended: StatusObject): void {
    if (ended.code !== status.OK) {
      const cancelled = ended.code === status.CANCELLED && this.#signal.aborted;
      const { service } = this.#method!;
      this.#waiting
        .shift()
        ?.reject(
          cancelled ? aborted(service, this.#signal.reason) : this.#method!.failed(ended, this.#metadata),
        );
    }
    this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#signal.removeEventListener('abort', this);
    this.#call?.cancel();
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
    if (this.#call === undefined || this.#told) return;
    this.#told = true;
    this.#onEnd();
  }
}

function ignore(): void {
  // Nothing to do.
}

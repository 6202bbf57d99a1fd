import type { Dispatcher } from 'undici';
import type { UpstreamError } from '../../errors.ts';
import type { CallOptions, Headers } from '../upstream.ts';
import { aborted, connectionFailure, timedOut, tooLarge } from './failure.ts';
import { responseHeaders } from './headers.ts';

/** An answer as it came over the wire, before content codings are undone. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const EMPTY = Buffer.alloc(0);
/** `setTimeout` takes no longer delays. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One request and its answer, as a handler of undici's `dispatch`: it collects the body while it
 * counts, and is told by the signal and the deadline to give up. The lowest interface of undici is
 * taken because it needs no stream and no promise per chunk.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<RawAnswer>;
  readonly #service: string;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  #resolve!: (answer: RawAnswer) => void;
  #reject!: (error: UpstreamError) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status = 0;
  #headers: Headers = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(service: string, maxBytes: number, options: CallOptions) {
    this.#service = service;
    this.#maxBytes = maxBytes;
    this.#signal = options.signal;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    const delayMs = Math.min(options.deadlineAt - Date.now(), MAX_DELAY_MS);
    this.#timer = setTimeout(this.#onDeadline, delayMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: it must not be sent.
    if (this.#settled) controller.abort(new Error('given up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = responseHeaders(headers);
    if (Number(this.#headers['content-length']) > this.#maxBytes) {
      this.#giveUp(tooLarge(this.#service, this.#maxBytes));
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#giveUp(tooLarge(this.#service, this.#maxBytes));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const [first = EMPTY] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#bytes) : first;
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const sent = this.#controller !== undefined;
    if (this.#settle()) this.#reject(connectionFailure(this.#service, error, sent));
  }

  readonly #onAbort = (): void => {
    this.#giveUp(aborted(this.#service, this.#signal.reason));
  };

  readonly #onDeadline = (): void => {
    this.#giveUp(timedOut(this.#service));
  };

  #giveUp(error: UpstreamError): void {
    if (!this.#settle()) return;
    this.#chunks = [];
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

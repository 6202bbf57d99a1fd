import type { Client, ClientUnaryCall, Metadata, StatusObject } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { UpstreamError } from '../../errors.ts';
import type { CallOptions, UpstreamResponse } from '../upstream.ts';
import { headersFromMetadata } from './metadata.ts';
import { sameBytes } from './method-call.ts';
import type { MethodCall } from './method-call.ts';
import { aborted } from './status.ts';

/** One call with one answer. Is itself the listener of the signal, which saves a closure per call. */
export class UnaryCall implements EventListenerObject {
  readonly #client: Client;
  readonly #method: MethodCall;
  readonly #options: CallOptions;
  readonly #resolve: (response: UpstreamResponse) => void;
  readonly #reject: (error: UpstreamError) => void;
  #call: ClientUnaryCall | undefined;
  #answer: Buffer | undefined;
  #metadata: Metadata | undefined;

  constructor(
    client: Client,
    method: MethodCall,
    options: CallOptions,
    resolve: (response: UpstreamResponse) => void,
    reject: (error: UpstreamError) => void,
  ) {
    this.#client = client;
    this.#method = method;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(bytes: Buffer, metadata: Metadata): void {
    const { signal, deadlineAt } = this.#options;
    const call = this.#client.makeUnaryRequest(
      this.#method.definition.path,
      sameBytes,
      sameBytes,
      bytes,
      metadata,
      Number.isFinite(deadlineAt) ? { deadline: deadlineAt } : {},
      // The status, with the trailing metadata, comes by event right after this.
      (_error, answer) => {
        this.#answer = answer;
      },
    );
    this.#call = call;
    call.on('metadata', (initial: Metadata) => {
      this.#metadata = initial;
    });
    call.on('status', (ended: StatusObject) => this.#end(ended));
    signal.addEventListener('abort', this);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#call?.cancel();
  }

  #end(ended: StatusObject): void {
    const { signal } = this.#options;
    signal.removeEventListener('abort', this);
    if (ended.code !== status.OK) {
      const cancelled = ended.code === status.CANCELLED && signal.aborted;
      this.#reject(
        cancelled ? aborted(this.#method.service, signal.reason) : this.#method.failed(ended, this.#metadata),
      );
    } else if (this.#answer === undefined) this.#reject(this.#method.noMessage());
    else {
      try {
        const data = this.#method.decode(this.#answer);
        this.#resolve({ data, status: 0, headers: headersFromMetadata(this.#metadata, ended.metadata) });
      } catch (error) {
        this.#reject(UpstreamError.fromUnknown(error, this.#method.service));
      }
    }
  }
}

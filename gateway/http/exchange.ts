import type { IncomingMessage, ServerResponse } from 'node:http';
import { SluiceError } from '../errors.ts';
import type { Headers } from '../upstreams/upstream.ts';
import { readBoundedBody } from './body.ts';
import type { HttpRequest } from './message.ts';

/** One request and its answer. The signal, the headers and the body are made when somebody asks for them. */
export class Exchange implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Called before the body is read: answers `Expect: 100-continue`. */
  beforeBody: (() => void) | undefined;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #bodyBytes: number;
  #controller: AbortController | undefined;
  #abortReason: SluiceError | undefined;
  #body: Promise<Buffer> | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, bodyBytes: number) {
    const target = originForm(message.url ?? '/');
    const question = target.indexOf('?');
    this.method = message.method ?? 'GET';
    this.path = question < 0 ? target : target.slice(0, question);
    this.query = question < 0 ? '' : target.slice(question + 1);
    this.#message = message;
    this.#response = response;
    this.#bodyBytes = bodyBytes;
  }

  get headers(): Headers {
    const headers = this.#message.headers;
    // The one header that Node gives as an array. It means nothing in a request.
    if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
    return headers as Headers;
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  readBody(): Promise<Buffer> {
    if (this.#body === undefined) {
      this.beforeBody?.();
      this.#body = readBoundedBody(this.#message, this.#bodyBytes);
    }
    return this.#body;
  }

  /** The connection is done with this exchange, whichever way. */
  closed(): void {
    if (!this.#response.writableFinished) this.abort(clientGone());
  }

  abort(reason: SluiceError): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }
}

function clientGone(): SluiceError {
  return new SluiceError('REQUEST_CANCELLED', 'The client closed the connection.');
}

/** RFC 9112 section 3.2: a proxy's `http://host/path` and the `*` of OPTIONS become a path as well. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const authority = target.indexOf('://');
  if (authority < 0) return '/';
  const path = target.indexOf('/', authority + 3);
  return path < 0 ? '/' : target.slice(path);
}

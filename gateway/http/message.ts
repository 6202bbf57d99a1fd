import type { Headers } from '../upstreams/upstream.ts';

/** A request as the gateway sees it: what came over the wire, with nothing decoded that nobody asked for. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** The path as it was sent, percent-encoded, without the query; starts with `/`. */
  readonly path: string;
  /** The query as it was sent, without the `?`; `''` if there is none. */
  readonly query: string;
  readonly headers: Headers;
  readonly remoteAddress: string;
  /** Aborted when the client is gone, or when the server stops waiting for it; `reason` is a `SluiceError`. */
  readonly signal: AbortSignal;
  /**
   * The whole body; the same promise whenever it is asked for.
   * Rejects with `REQUEST_TOO_LARGE` beyond the server's `bodyBytes`, with `REQUEST_CANCELLED` if the client went away.
   */
  readBody(): Promise<Buffer>;
}

/** What goes back. The receiver owns `headers` and may add to them, so never share one object between responses. */
export interface HttpResponse {
  status: number;
  /** Lower case. `content-length` is the server's business, unless the body is streamed. */
  headers: Record<string, string>;
  /** A stream is read one chunk at a time, no faster than the client takes it; `return()` is called when the client leaves. */
  body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** The same stream, with a word at its end: its last chunk is sent, its client has left, or it failed. */
export async function* withEnd<Chunk>(stream: AsyncIterable<Chunk>, onEnd: () => void): AsyncIterable<Chunk> {
  try {
    yield* stream;
  } finally {
    onEnd();
  }
}

export function isStream(body: HttpResponse['body']): body is AsyncIterable<string | Uint8Array> {
  return typeof body !== 'string' && !(body instanceof Uint8Array);
}

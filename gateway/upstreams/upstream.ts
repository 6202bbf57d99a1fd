/** The protocols that the gateway speaks to backends. */
export type Wire = 'grpc' | 'xml' | 'json' | 'graphql';

/** Header names are lower case. A repeated header is one value joined by `, ` (RFC 9110 section 5.3). */
export type Headers = Readonly<Record<string, string>>;

/** One backend call, as plain data. */
export interface UpstreamRequest<Input = unknown> {
  /** Low-cardinality name for metrics, traces and explain: `users.v1.UserService/GetUser`, `GET /orders/{id}`. */
  readonly operation: string;
  readonly input: Input;
  /** Whether the call may be sent twice (reads; PUT and DELETE; gRPC methods with an idempotency level). */
  readonly idempotent: boolean;
  /** Whether the call changes nothing, so that equal calls may share one answer. Answers are never written to. */
  readonly readOnly?: boolean;
}

/** Input of the `grpc` wire; `operation` is the full method name. Field names are the proto's JSON names (camelCase). */
export interface GrpcInput {
  readonly message: Readonly<Record<string, unknown>>;
}

/** Input of the `json` wire. */
export interface HttpInput {
  readonly method: 'GET' | 'QUERY' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query as they go on the wire, percent-encoded, below the upstream's base URL; starts with `/`. */
  readonly path: string;
  readonly headers?: Headers;
  /** Plain data, encoded by the wire; absent = no body. */
  readonly body?: unknown;
  /** Whether an answer of any status that can be read is data; otherwise one that is not 2xx is an error. */
  readonly anyStatus?: boolean;
}

/** Prefix → namespace URI; the prefix `''` is the default namespace. Answers are read by URI, whatever prefixes they use. */
export type XmlNamespaces = Readonly<Record<string, string>>;

/** Input of the `xml` wire: as `json`, with the body an XML tree (see `xml.ts`). */
export interface XmlInput extends HttpInput {
  readonly namespaces: XmlNamespaces;
}

/** Input of the `graphql` wire: a request after the GraphQL-over-HTTP specification. */
export interface GraphqlInput {
  /** The whole JSON body, already serialised. */
  readonly body: string;
}

export interface CallOptions {
  /** Aborted when nobody waits for the answer any more: client gone, deadline, attempt timed out. */
  readonly signal: AbortSignal;
  /** Headers (gRPC: metadata) to send, lower case. */
  readonly headers: Headers;
  /** Epoch milliseconds after which the answer is useless; passed on (`grpc-timeout`). */
  readonly deadlineAt: number;
}

export interface UpstreamResponse {
  /** Plain data: a decoded message, a JSON value, an XML tree. */
  readonly data: unknown;
  /** HTTP status, or 0 for gRPC's OK. */
  readonly status: number;
  readonly headers: Headers;
}

/** A backend behind one wire. Throws only `UpstreamError`. */
export interface Upstream<Input = unknown> {
  readonly name: string;
  readonly wire: Wire;
  call(request: UpstreamRequest<Input>, options: CallOptions): Promise<UpstreamResponse>;
  /** Server streaming; a wire without it throws `UPSTREAM_UNIMPLEMENTED`. */
  stream(request: UpstreamRequest<Input>, options: CallOptions): AsyncIterable<UpstreamResponse>;
  /** Takes nothing new. Streams under way go on until their readers leave, and the connection with the last of them. */
  close(): Promise<void>;
}

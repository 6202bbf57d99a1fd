/** The version of the connect spec that a schema links; it decides what a mapping means. */
export type ConnectVersion = '0.1' | '0.2' | '0.3' | '0.4';

/** What the data looks like: JSON, XML elements as objects (`@attribute`, `#text`), or protobuf messages in camelCase. */
export type Dialect = 'json' | 'xml' | 'grpc';

export interface MappingOptions {
  readonly version: ConnectVersion;
  readonly dialect: Dialect;
  /**
   * Which side has the protobuf names, for the `grpc` dialect: in a `response` mapping (the default) the keys
   * that are read, in a `request` mapping the keys that are written. The other side has GraphQL names.
   */
  readonly direction?: 'request' | 'response';
}

/** A mistake in a text; offsets count UTF-16 units from the start of the mapping's or template's text. */
export interface MappingProblem {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly fix?: string;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

export type Expression = Literal | ObjectExpression | ArrayExpression | Coalesce | Path;

export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
}

/** `{ … }` as a value of its own: its paths start where the paths around it start. */
export interface ObjectExpression extends Span {
  readonly kind: 'object';
  readonly selection: Selection;
}

export interface ArrayExpression extends Span {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}

/** `a ?? b`: the next one if null or missing. `a ?! b`: the next one only if missing. */
export interface Coalesce extends Span {
  readonly kind: 'coalesce';
  readonly operator: '??' | '?!';
  readonly operands: readonly Expression[];
}

export type Root =
  | { readonly kind: 'dollar' }
  | { readonly kind: 'at' }
  | { readonly kind: 'variable'; readonly name: string; readonly local: boolean; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Expression };

export interface KeyStep extends Span {
  readonly kind: 'key';
  readonly key: string;
}

export interface MethodStep extends Span {
  readonly kind: 'method';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface OptionalStep extends Span {
  readonly kind: 'optional';
}

export type Step = KeyStep | MethodStep | OptionalStep;

export interface Path extends Span {
  readonly kind: 'path';
  /** A path that starts with a key starts at `$`. */
  readonly root: Root;
  readonly steps: readonly Step[];
  /** A trailing `{ … }`: applied to the path's value, which is its `$`, or to each element of it. */
  readonly selection?: Selection;
  /** The key as written, when the path is a single key without `$.`: such a path names its own output. */
  readonly ownName?: string;
}

export interface Selection extends Span {
  readonly kind: 'selection';
  readonly items: readonly Item[];
}

export type Item =
  | { readonly kind: 'field'; readonly name: string; readonly offset: number; readonly value: Expression }
  /** The properties of the value join the object around it. */
  | { readonly kind: 'spread'; readonly offset: number; readonly value: Expression }
  /** Alone in its selection: its value is the value of the selection. */
  | { readonly kind: 'anonymous'; readonly offset: number; readonly value: Expression };

/** `$args.input.id` is `{ variable: '$args', path: ['input', 'id'] }`; the path stops at the first method. */
export interface VariableUse {
  readonly variable: string;
  readonly path: readonly string[];
  readonly offset: number;
}

/** The values of the variables at run time; locals of `->as($name)` are added under `$name`. */
export interface Variables {
  readonly $args?: unknown;
  readonly $this?: unknown;
  readonly $batch?: unknown;
  readonly $config?: unknown;
  readonly $context?: unknown;
  readonly $request?: unknown;
  readonly $response?: unknown;
  readonly $status?: unknown;
  readonly $env?: unknown;
  readonly [localName: string]: unknown;
}

/** The variables that exist, with the version that brought them. */
export const VARIABLES: ReadonlyMap<string, ConnectVersion> = new Map([
  ['$args', '0.1'],
  ['$this', '0.1'],
  ['$config', '0.1'],
  ['$context', '0.1'],
  ['$status', '0.1'],
  ['$batch', '0.2'],
  ['$request', '0.2'],
  ['$response', '0.2'],
  ['$env', '0.3'],
]);

export const MAX_TEXT_BYTES = 64 * 1024;
/** How deep braces, brackets and parentheses may nest in a text. */
export const MAX_NESTING = 64;
/** How many keys and methods one path may have. */
export const MAX_STEPS = 256;

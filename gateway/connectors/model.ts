import type { ConstDirectiveNode, GraphQLSchema, OperationTypeNode, StringValueNode } from 'graphql';
import type { Headers, HttpInput, Wire, XmlNamespaces } from '../upstreams/upstream.ts';
import type { ConnectVersion, Dialect, Mapping } from './mapping/mapping.ts';
import type { HeaderTemplate } from './mapping/header.ts';
import type { Template } from './mapping/template.ts';

export type ConnectorWire = Exclude<Wire, 'graphql'>;

/** A mapping and the place where it was written, for messages. */
export interface PlacedMapping {
  readonly mapping: Mapping;
  readonly node: StringValueNode;
}

export interface PlacedTemplate {
  readonly template: Template;
  readonly node: StringValueNode;
}

/** A header to send: copied from the client's, or computed. */
export interface HeaderRule {
  readonly name: string;
  readonly from?: string;
  readonly value?: { readonly template: HeaderTemplate; readonly node: StringValueNode };
}

/** How the answers of a batch are told apart. */
export interface BatchRule {
  readonly maxSize: number | undefined;
  readonly items: PlacedMapping | undefined;
  readonly key: PlacedMapping | undefined;
  readonly many: boolean;
}

export type RootKind = `${OperationTypeNode}`;

/** One use of `@grpc`, `@xml` or `@connect`. */
export interface Connector {
  /** What people call it: `Query.user`, `User` or, for the second on the same place, `User#2`. */
  readonly name: string;
  readonly wire: ConnectorWire;
  readonly typeName: string;
  /** Absent when the connector stands on the type. */
  readonly fieldName: string | undefined;
  /** Of which kind of operation the field is a root field, whatever the root type is called. */
  readonly root: RootKind | undefined;
  readonly upstream: string;
  readonly node: ConstDirectiveNode;
  readonly version: ConnectVersion;
  readonly dialect: Dialect;
  readonly entity: boolean;
  readonly selection: PlacedMapping | undefined;
  readonly headers: readonly HeaderRule[];
  readonly batch: BatchRule | undefined;
  readonly request: GrpcCall | HttpCall;
  readonly errors: ErrorMappings | undefined;
  readonly isSuccess: PlacedMapping | undefined;
}

/** `errors` of the connect spec (v0.2): what the error of an answer says. */
export interface ErrorMappings {
  readonly message: PlacedMapping | undefined;
  readonly extensions: PlacedMapping | undefined;
}

export interface GrpcCall {
  readonly kind: 'grpc';
  readonly method: string;
  readonly message: PlacedMapping | undefined;
}

export interface HttpCall {
  readonly kind: 'http';
  readonly verb: HttpInput['method'];
  readonly template: PlacedTemplate;
  /** Of the source: segments before the template's. */
  readonly prefix: PlacedMapping | undefined;
  readonly path: PlacedMapping | undefined;
  /** Of the source, then of the connector. */
  readonly queryParams: readonly PlacedMapping[];
  readonly body: PlacedMapping | undefined;
}

/** Apollo's `@source`: an upstream of the `json` wire, declared in the schema. */
export interface Source {
  readonly name: string;
  /** Under which name the upstream is provisioned: `<subgraph>.<source>`. */
  readonly upstream: string;
  readonly baseUrl: string;
  readonly node: ConstDirectiveNode;
  readonly headers: readonly HeaderRule[];
  readonly path: PlacedMapping | undefined;
  readonly queryParams: PlacedMapping | undefined;
  /** For connectors of the source that say nothing of their own. */
  readonly errors: ErrorMappings;
  readonly isSuccess: PlacedMapping | undefined;
}

/** Enum → its values that have a `@mapping(from:)` → what backends call them. */
export type EnumNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** `@mapping` on a type. */
export interface TypeMapping {
  readonly from: string | undefined;
  readonly node: ConstDirectiveNode;
  readonly selection: StringValueNode | undefined;
  /** The selection as each wire of the schema reads it. */
  readonly byDialect: ReadonlyMap<Dialect, Mapping>;
}

/** A resolver from `resolvers.ts`: for what directives cannot say. */
export interface FieldResolver {
  /** Fields of the parent, all leaves, that the resolver wants to see. */
  readonly requires?: readonly string[];
  resolve(
    parent: Readonly<Record<string, unknown>>,
    args: Readonly<Record<string, unknown>>,
    context: ResolverContext,
  ): unknown;
}

/** What a resolver has at hand; every call goes through the same policies as a connector's. */
export interface ResolverContext {
  readonly headers: Headers;
  readonly signal: AbortSignal;
  /** One backend call; `operation` as in metrics, `input` as the upstream's wire wants it. */
  readonly call: (
    upstream: string,
    operation: string,
    input: unknown,
    options?: { idempotent?: boolean },
  ) => Promise<unknown>;
  /** A loader that lives as long as the query: `load` of all parents together becomes one call of `batch`. */
  readonly loader: <Key, Value>(
    name: string,
    batch: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
  ) => { load(key: Key): Promise<Value> };
}

export type ResolverMap = Readonly<Record<string, Readonly<Record<string, FieldResolver>>>>;

/** A subgraph's schema with its connectors, read and checked for form; the checks against protos and types come after. */
export interface ConnectorModel {
  readonly subgraph: string;
  /** The schema without connector directives: what composition sees. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  readonly connectors: readonly Connector[];
  readonly sources: readonly Source[];
  readonly namespaces: XmlNamespaces;
  readonly typeMappings: ReadonlyMap<string, TypeMapping>;
  /** `@mapping` of input types: what a request takes where it takes such an input whole. */
  readonly inputMappings: ReadonlyMap<string, TypeMapping>;
  readonly enumNames: EnumNames;
  readonly resolvers: ResolverMap;
  /** Object type → its `@key`s, each a list of leaf paths; only resolvable ones. */
  readonly keys: ReadonlyMap<string, readonly (readonly (readonly string[])[])[]>;
  /** Fields marked `@external`, as `Type.field`: another subgraph has them. */
  readonly externals: ReadonlySet<string>;
}

/** What a `.proto` says, as plain data that schema checks can read without knowing any protobuf library. */

export type ScalarKind =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** The types of `google/protobuf/*.proto` whose plain form differs from their fields. */
export type WellKnown =
  | 'Timestamp'
  | 'Duration'
  | 'Struct'
  | 'Value'
  | 'ListValue'
  | 'FieldMask'
  | 'Any'
  | 'Empty'
  | 'wrapper';

export interface EnumType {
  readonly kind: 'enum';
  /** Full name, without a leading dot. */
  readonly name: string;
  readonly values: ReadonlyMap<string, number>;
  readonly valueComments: ReadonlyMap<string, string>;
  readonly deprecatedValues: ReadonlySet<string>;
  /** proto2 enums: a number without a name is not a value of the enum. */
  readonly closed: boolean;
  readonly comment?: string;
}

export interface MessageType {
  readonly kind: 'message';
  /** Full name, without a leading dot. */
  readonly name: string;
  /** By JSON name (camelCase unless `json_name` says otherwise), in the order of the `.proto`. Extensions are left out. */
  readonly fields: ReadonlyMap<string, ProtoField>;
  /** Name → JSON names of its members. Without the synthetic oneofs of proto3 `optional`. */
  readonly oneofs: ReadonlyMap<string, readonly string[]>;
  readonly wellKnown?: WellKnown;
  /** `google.api.resource`: its type, such as `library.googleapis.com/Book` (AIP-123). */
  readonly resourceType?: string;
  readonly comment?: string;
  readonly deprecated?: boolean;
}

export interface ProtoField {
  /** As written in the `.proto`. */
  readonly name: string;
  readonly jsonName: string;
  readonly number: number;
  readonly repeated: boolean;
  /** A map: the kind of its keys; `type` is the type of its values. */
  readonly map?: { readonly key: ScalarKind };
  /** Read when asked for: messages may contain themselves. */
  readonly type: ScalarKind | MessageType | EnumType;
  /** `explicit`: absent when unset. `implicit`: always there, with its default (lists and maps: empty). */
  readonly presence: 'explicit' | 'implicit';
  /** proto2 `required`. */
  readonly required?: boolean;
  readonly oneof?: string;
  /** `google.api.field_behavior` (AIP-203): `REQUIRED`, `OUTPUT_ONLY`, `INPUT_ONLY`, `IMMUTABLE`, `IDENTIFIER` … */
  readonly behaviors?: readonly string[];
  /** `google.api.resource_reference`: the type of the resource that is named here (AIP-122). */
  readonly refersTo?: string;
  readonly comment?: string;
  readonly deprecated?: boolean;
}

export interface ProtoMethod {
  /** `users.v1.UserService/GetUser` */
  readonly fullName: string;
  /** `/users.v1.UserService/GetUser` */
  readonly path: string;
  /** `GetUser` */
  readonly name: string;
  /** `users.v1.UserService` */
  readonly service: string;
  readonly request: MessageType;
  readonly response: MessageType;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  /** `option idempotency_level = NO_SIDE_EFFECTS` or `IDEMPOTENT`. */
  readonly idempotent: boolean;
  /** `option idempotency_level = NO_SIDE_EFFECTS`. */
  readonly readOnly: boolean;
  readonly comment?: string;
  readonly deprecated?: boolean;
}

export interface ProtoService {
  readonly name: string;
  readonly methods: ReadonlyMap<string, ProtoMethod>;
  /** The file that declares it. */
  readonly file?: string;
  readonly comment?: string;
}

/** Descriptors as servers send them (google/protobuf/descriptor.proto), with the options of google/api that importers read. */
import protobuf from 'protobufjs';
import { COMMON } from '../../../upstreams/grpc/proto-files.ts';

export interface FileDescriptor {
  readonly name: string;
  readonly package?: string;
  readonly dependency?: readonly string[];
  readonly messageType?: readonly MessageDescriptor[];
  readonly enumType?: readonly EnumDescriptor[];
  readonly service?: readonly ServiceDescriptor[];
  readonly options?: Options;
  readonly sourceCodeInfo?: { readonly location?: readonly Location[] };
  readonly syntax?: string;
  readonly edition?: string;
}

export interface Location {
  readonly path?: readonly number[];
  readonly leadingComments?: string;
  readonly trailingComments?: string;
}

export interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly nestedType?: readonly MessageDescriptor[];
  readonly enumType?: readonly EnumDescriptor[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  readonly options?: Options & {
    readonly mapEntry?: boolean;
    readonly resource?: { readonly type?: string };
  };
}

export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  /** `LABEL_REPEATED` … */
  readonly label?: string;
  /** `TYPE_STRING` … */
  readonly type?: string;
  readonly typeName?: string;
  readonly oneofIndex?: number;
  readonly jsonName?: string;
  readonly proto3Optional?: boolean;
  readonly options?: Options & {
    readonly packed?: boolean;
    readonly fieldBehavior?: readonly number[];
    readonly resourceReference?: { readonly type?: string };
  };
}

export interface EnumDescriptor {
  readonly name: string;
  readonly value?: readonly { readonly name: string; readonly number: number; readonly options?: Options }[];
  readonly options?: Options & { readonly allowAlias?: boolean };
}

export interface ServiceDescriptor {
  readonly name: string;
  readonly method?: readonly {
    readonly name: string;
    readonly inputType: string;
    readonly outputType: string;
    readonly clientStreaming?: boolean;
    readonly serverStreaming?: boolean;
    readonly options?: Options & { readonly idempotencyLevel?: string };
  }[];
}

export interface Options {
  readonly deprecated?: boolean;
  /** By camelCase name; values are names of enums. */
  readonly features?: Readonly<Record<string, string>>;
}

/** Extensions of the options, by the numbers of google/api/{field_behavior,resource}.proto. */
const GOOGLE_API = `
  syntax = "proto2";
  package google.api;
  message Resource { optional string type = 1; }
  message Reference { optional string type = 1; }
`;

let decoder: protobuf.Type | undefined;

/** Throws if the bytes are no `FileDescriptorProto`. */
export function decodeFileDescriptor(bytes: Uint8Array): FileDescriptor {
  decoder ??= fileDescriptorType();
  const message = decoder.decode(bytes);
  return decoder.toObject(message, { enums: String, longs: String }) as unknown as FileDescriptor;
}

function fileDescriptorType(): protobuf.Type {
  const root = new protobuf.Root();
  const { nested } = COMMON['google/protobuf/descriptor.proto'] as protobuf.INamespace;
  root.addJSON(nested!);
  protobuf.parse(GOOGLE_API, root);
  const options = (name: string): protobuf.Type => root.lookupType(`google.protobuf.${name}`);
  options('FieldOptions')
    .add(new protobuf.Field('fieldBehavior', 1052, 'int32', 'repeated'))
    .add(new protobuf.Field('resourceReference', 1055, 'google.api.Reference', 'optional'));
  options('MessageOptions').add(new protobuf.Field('resource', 1053, 'google.api.Resource', 'optional'));
  root.resolveAll();
  return root.lookupType('google.protobuf.FileDescriptorProto');
}

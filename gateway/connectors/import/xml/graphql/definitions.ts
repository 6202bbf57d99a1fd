import type { SdlDirective } from '../../sdl/model.ts';

/** The parts of a schema that is being made, before they are printed. */
export interface FieldDefinition {
  readonly name: string;
  /** Type without its outermost `!`. */
  readonly type: string;
  isRequired: boolean;
  readonly description: string | undefined;
}

export interface TypeDefinition {
  readonly kind: 'type' | 'interface' | 'input';
  readonly name: string;
  readonly description: string | undefined;
  readonly fields: FieldDefinition[];
  /** Interfaces that it implements. */
  readonly implements: Set<string>;
  /** Lines of the mapping: of an input, in the order of its document. */
  readonly lines: string[];
  /** The whole selection, where lines cannot say it. */
  selection: string | undefined;
  from: string | undefined;
  isOneOf: boolean;
  /** Fields of its key. */
  key: string | undefined;
  /** Connectors on the type. */
  readonly connectors: SdlDirective[];
}

export interface UnionDefinition {
  readonly kind: 'union';
  readonly name: string;
  readonly description: string | undefined;
  readonly members: readonly string[];
}

export interface EnumDefinition {
  readonly kind: 'enum';
  readonly name: string;
  readonly description: string | undefined;
  readonly values: readonly { name: string; from: string | undefined; description: string | undefined }[];
}

export type Definition = TypeDefinition | UnionDefinition | EnumDefinition;

/** A root field. */
export interface OperationDefinition {
  readonly root: 'Query' | 'Mutation';
  readonly name: string;
  readonly description: string | undefined;
  readonly args: readonly { name: string; type: string; description: string | undefined }[];
  readonly type: string;
  readonly connector: SdlDirective;
}

export function emptyType(
  kind: TypeDefinition['kind'],
  name: string,
  description: string | undefined,
): TypeDefinition {
  return {
    kind,
    name,
    description,
    fields: [],
    implements: new Set(),
    lines: [],
    selection: undefined,
    from: undefined,
    isOneOf: false,
    key: undefined,
    connectors: [],
  };
}

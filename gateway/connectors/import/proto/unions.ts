import type { MessageType } from '../../../upstreams/grpc/types.ts';
import { membersOf, oneofNamed } from '../../choice.ts';
import { pascalCase } from '../names.ts';
import type { SdlType } from '../sdl/model.ts';
import type { OutputContext } from './output-types.ts';
import { scalarMessage } from './scalars.ts';

/** A oneof as a union. */
export interface OneofUnion {
  readonly oneof: string;
  /** Of the union type. */
  readonly name: string;
  readonly description: string | undefined;
  /** Whether a field of this name finds the oneof without a mapping. */
  isFoundBy(fieldName: string): boolean;
}

/** Oneofs whose members are all messages become unions; what a union cannot say stays a set of nullable fields. */
export class Unions {
  readonly #object: (message: MessageType) => string;
  readonly #types: SdlType[] = [];
  /** By type: the member that means it; null where the type's own name says it. */
  readonly #from = new Map<string, string | null>();

  constructor(object: (message: MessageType) => string) {
    this.#object = object;
  }

  fromOf(typeName: string): string | undefined {
    return this.#from.get(typeName) ?? undefined;
  }

  types(): readonly SdlType[] {
    return this.#types;
  }

  of(message: MessageType, typeName: string, { draft, typeNames }: OutputContext): OneofUnion[] {
    return [...message.oneofs.keys()].flatMap((oneof): OneofUnion[] => {
      const members = this.#members(message, oneof, typeNames);
      if (!members) return [];
      for (const [name, from] of members.from) this.#from.set(name, from);
      const name = draft.names.take(`${typeName}${pascalCase(oneof)}`);
      this.#types.push({ kind: 'union', name, members: members.types.map((type) => this.#object(type)) });
      return [
        {
          oneof,
          name,
          description: undefined,
          isFoundBy: (field) =>
            !message.fields.has(field) && oneofNamed(message, field) === message.oneofs.get(oneof),
        },
      ];
    });
  }

  /** The members, and for each type the `from` that it needs; undefined if a union would be in doubt. */
  #members(
    message: MessageType,
    oneof: string,
    typeNames: ReadonlyMap<string, string>,
  ): { types: MessageType[]; from: Map<string, string | null> } | undefined {
    const keys = message.oneofs.get(oneof)!;
    const types: MessageType[] = [];
    for (const key of keys) {
      const type = message.fields.get(key)?.type;
      if (typeof type !== 'object' || type.kind !== 'message' || scalarMessage(type) !== undefined)
        return undefined;
      types.push(type);
    }
    if (types.length < 2 || new Set(types).size < types.length) return undefined;
    const from = new Map<string, string | null>();
    for (const [i, type] of types.entries()) {
      const typeName = typeNames.get(type.name)!;
      const key = keys[i]!;
      const [found] = membersOf([typeName], { kind: 'message', message }, new Map());
      const needed = found!.key === key ? null : key;
      const known = this.#from.get(typeName);
      // One type has one `from`, which counts in all unions.
      if (known !== undefined && known !== needed && known !== key) return undefined;
      from.set(typeName, known ?? needed);
    }
    return { types, from };
  }
}

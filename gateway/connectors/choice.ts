import type { MessageType } from '../upstreams/grpc/types.ts';
import type { Available } from './available.ts';
import { snake } from './available.ts';
import type { Dialect } from './mapping/mapping.ts';
import type { TypeMapping } from './model.ts';
import { own } from './own.ts';

/** A concrete type of an abstract one, and the child whose presence means it. */
export interface Member {
  readonly typeName: string;
  /** Oneof member, element or property. */
  readonly key: string;
  readonly available: Available;
}

/**
 * How the concrete type shows in data that says no `__typename`: by the member of a oneof that is set, by the
 * element that is there. `@mapping(from:)` names it; otherwise it is named like the type, or like its message.
 */
export function membersOf(
  typeNames: readonly string[],
  available: Available,
  typeMappings: ReadonlyMap<string, TypeMapping>,
): Member[] {
  const message = available.kind === 'message' ? available.message : undefined;
  return typeNames.map((typeName): Member => {
    const from = typeMappings.get(typeName)?.from;
    const key =
      from ??
      (message && oneofMember(message, typeName)) ??
      typeName.charAt(0).toLowerCase() + typeName.slice(1);
    const type = message?.fields.get(key)?.type;
    return {
      typeName,
      key,
      available:
        typeof type === 'object' && type.kind === 'message'
          ? { kind: 'message', message: type }
          : { kind: 'open' },
    };
  });
}

function oneofMember(message: MessageType, typeName: string): string | undefined {
  const members = [...message.oneofs.values()].flat();
  const messageName = (member: string) => {
    const type = message.fields.get(member)?.type;
    return typeof type === 'object' ? type.name.split('.').at(-1) : undefined;
  };
  const sameName = (member: string) => member.charAt(0).toUpperCase() + member.slice(1) === typeName;
  return members.find((m) => messageName(m) === typeName) ?? members.find(sameName);
}

/** The oneof of that name, in either spelling. */
export function oneofNamed(message: MessageType, name: string): readonly string[] | undefined {
  return message.oneofs.get(name) ?? message.oneofs.get(snake(name));
}

type Take = (value: unknown) => unknown;

/**
 * Picks the type of a value and takes it as that type: by its `__typename`, its `xsi:type`, or the child that is there. For a list, every child that is a member is an item; an
 * item of an array that is none keeps its place, as null.
 */
export function compileChoice(
  members: readonly { typeName: string; key: string; take: Take }[],
  isList: boolean,
  dialect: Dialect,
): Take {
  const byName = new Map(members.map((m) => [m.typeName, m.take]));
  const typed = new Map(members.map((m) => [m.key, m.take]));
  const named = (value: unknown) =>
    byName.get(own(value, '__typename') as string) ??
    (dialect === 'xml' ? typed.get(own(value, '@xsi:type') as string) : undefined);
  const one: Take = (value) => {
    const take = named(value);
    if (take) return take(value);
    for (const member of members) {
      const found = own(value, member.key);
      if (found !== undefined && found !== null) return member.take(found);
    }
    return null;
  };
  if (!isList) return one;
  const all = (value: unknown): unknown[] => {
    if (Array.isArray(value))
      return dialect === 'xml'
        ? value.flatMap(all)
        : value.map((item) => (Array.isArray(item) ? all(item) : one(item)));
    const take = named(value);
    if (take) return [take(value)];
    return members.flatMap((member) => {
      const found = own(value, member.key);
      if (found === undefined || found === null) return [];
      return Array.isArray(found) ? found.map(member.take) : [member.take(found)];
    });
  };
  return all;
}

import type { EnumType } from '../../../upstreams/grpc/types.ts';
import { enumPrefixes } from '../../scalars.ts';
import { isEnumValueName } from '../names.ts';
import type { SdlNamed } from '../sdl/model.ts';
import { describedAs } from './descriptions.ts';

export interface EnumForm {
  /** Undefined: GraphQL cannot name the values; they are texts. */
  readonly values: readonly SdlNamed[] | undefined;
  /** Whether a value of the proto has no name in GraphQL, and is null: `…_UNSPECIFIED`, and what later versions add. */
  readonly mayBeNull: boolean;
}

/** The values as GraphQL has them: without the prefix that protobuf's style asks for, and without `…_UNSPECIFIED`. */
export function enumForm(type: EnumType, graphqlName: string): EnumForm {
  const names = [...type.values.keys()];
  const named = names.filter((name) => !(type.values.get(name) === 0 && name.endsWith('_UNSPECIFIED')));
  const kept = named.length > 0 ? named : names;
  const prefix = prefixOf(type, graphqlName, kept);
  const mayBeNull = kept.length < names.length || !type.closed;
  const short = kept.map((name) => name.slice(prefix.length));
  if (short.length === 0 || !short.every(isEnumValueName)) return { values: undefined, mayBeNull: false };
  const values = kept.map((name, i): SdlNamed => ({
    name: short[i]!,
    ...describedAs(type.valueComments.get(name), type.deprecatedValues.has(name)),
  }));
  return { values, mayBeNull };
}

/** What all values start with, if both directions of the gateway drop it. */
function prefixOf(type: EnumType, graphqlName: string, names: readonly string[]): string {
  const short = type.name.slice(type.name.lastIndexOf('.') + 1);
  const prefix = `${short.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}_`;
  const isDropped = enumPrefixes(graphqlName).includes(prefix);
  const all = names.every((name) => name.startsWith(prefix) && isEnumValueName(name.slice(prefix.length)));
  return isDropped && all ? prefix : '';
}

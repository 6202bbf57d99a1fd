import { keysOf } from './pointer.ts';
import type { Library } from './library.ts';
import type { SchemaReader } from './schema-reader.ts';
import type { SchemaView } from './schema-view.ts';

interface Member {
  readonly view: SchemaView;
  /** Of the property that tells. */
  readonly values: readonly string[];
}

/** By which property, and which of its values, the alternatives are told apart; undefined if nothing tells. */
export function unionMembers(
  view: SchemaView,
  alternatives: readonly SchemaView[],
  library: Library,
  reader: SchemaReader,
): { property: string; members: readonly Member[] } | undefined {
  return byDiscriminator(view, alternatives, library, reader) ?? byConstant(alternatives, reader);
}

function byDiscriminator(
  view: SchemaView,
  alternatives: readonly SchemaView[],
  library: Library,
  reader: SchemaReader,
): { property: string; members: readonly Member[] } | undefined {
  const { property, mapping } = view.discriminator ?? inherited(alternatives) ?? {};
  if (property === undefined || !mapping) return undefined;
  const mapped = new Map<string, string[]>();
  for (const [value, target] of mapping) {
    // Either a reference or the name of a component (OpenAPI 3.1, Discriminator Object).
    const ref = /[#/.]/.test(target) ? target : `#/components/schemas/${target}`;
    const part = library.follow({ ...view.part, value: { $ref: ref } });
    const id = part && reader.read(part)?.id;
    if (id !== undefined) mapped.set(id, [...(mapped.get(id) ?? []), value]);
  }
  const members = alternatives.map((alternative) => {
    const implied = keysOf(alternative.part.pointer).at(-1);
    const values =
      mapped.get(alternative.id) ??
      constants(alternative, property, reader) ??
      (implied === undefined ? [] : [implied]);
    return { view: alternative, values };
  });
  return areDisjoint(members) ? { property, members } : undefined;
}

/** All alternatives extend schemas with the same discriminator: their names are its values. */
function inherited(alternatives: readonly SchemaView[]): SchemaView['discriminator'] {
  const [property, ...others] = new Set(alternatives.map((a) => a.inheritedDiscriminator));
  return property === undefined || others.length > 0 ? undefined : { property, mapping: new Map() };
}

/** A property that is in all alternatives and has other values in each: `object: "card"`, `object: "bank_account"`. */
function byConstant(
  alternatives: readonly SchemaView[],
  reader: SchemaReader,
): { property: string; members: readonly Member[] } | undefined {
  for (const property of alternatives[0]?.properties.keys() ?? []) {
    const members = alternatives.flatMap((view) => {
      const values = constants(view, property, reader);
      return values ? [{ view, values }] : [];
    });
    if (members.length === alternatives.length && areDisjoint(members)) return { property, members };
  }
  return undefined;
}

function constants(view: SchemaView, property: string, reader: SchemaReader): readonly string[] | undefined {
  const part = view.properties.get(property);
  const values = part && reader.read(part)?.values;
  return values && values.length > 0 && values.every((v) => typeof v === 'string') ? values : undefined;
}

function areDisjoint(members: readonly Member[]): boolean {
  const all = members.flatMap((m) => m.values);
  return members.every((m) => m.values.length > 0) && new Set(all).size === all.length;
}

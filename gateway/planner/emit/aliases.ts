import type { Rewrite, RewriteSegment } from '../../compile/plan.ts';
import type { SelectedField, SelectedObject } from './fetch-draft.ts';

/**
 * Fields of different types that have one name but not one shape cannot stand side by side in a document (section
 * 5.3.2 of the GraphQL specification, "SameResponseShape"): all but the first get an alias.
 * @returns what gives the values their keys back, innermost first
 */
export function assignAliases(top: SelectedObject): Rewrite[] {
  const rewrites: Rewrite[] = [];
  assign([{ object: top, path: [] }], rewrites);
  return rewrites;
}

interface Located {
  readonly object: SelectedObject;
  readonly path: readonly RewriteSegment[];
}

/** @param objects whose fields have the same response path */
function assign(objects: readonly Located[], rewrites: Rewrite[]): void {
  const byKey = new Map<string, Map<string, { field: SelectedField; path: readonly RewriteSegment[] }[]>>();
  for (const { object, path } of objects) {
    for (const field of object.fields) {
      const shapes = byKey.get(field.key) ?? new Map();
      byKey.set(field.key, shapes);
      const shape = shapeOf(field);
      const fields = shapes.get(shape) ?? [];
      shapes.set(shape, fields);
      fields.push({ field, path });
    }
  }
  for (const [key, shapes] of byKey) {
    for (const [index, fields] of [...shapes.values()].entries()) {
      let alias = key;
      if (index > 0) {
        alias = `${key}__t${index}`;
        while (byKey.has(alias)) alias += '_';
      }
      const below: Located[] = [];
      for (const { field, path } of fields) {
        if (index > 0) field.alias = alias;
        if (field.below) below.push({ object: field.below, path: [...path, alias] });
      }
      if (below.length > 0) assign(below, rewrites);
      if (index === 0) continue;
      for (const { field, path } of fields)
        for (const onType of field.types)
          rewrites.push({ rewrite: 'rename', path: [...path, { onType }, alias], to: key });
    }
  }
}

function shapeOf({ type }: SelectedField): string {
  return type.isComposite ? type.text.replace(type.name, '{}') : type.text;
}

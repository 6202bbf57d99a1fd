import { leafOutput, MAX_MAPPING_CHARACTERS, objectLines, unionText } from './mapping-text.ts';
import type { Notes } from './notes.ts';
import type { ObjectType, Output, OutputField, UnionType } from './outputs.ts';
import { JSON_OUTPUT } from './outputs.ts';

/** How many fields the members of one union may have together: each is written out wherever the union is used. */
const MAX_UNION_FIELDS = 400;

/**
 * Turns into JSON what the mapping language cannot take apart: unions that hold themselves (their members are written
 * out in place, without end) or that are too long, and objects without a field.
 */
export function settle(objects: readonly ObjectType[], unions: readonly UnionType[], notes: Notes): void {
  for (const union of unions)
    if (holds(union, union, new Set()))
      toJson(
        union,
        'holds itself',
        notes,
        'Let a member hold it inside of an object with a schema of its own.',
      );
  const sizes = new Map<UnionType, number>();
  for (const union of unions) sizeOf(union, sizes, notes);
  for (const union of unions)
    if (!union.asJson && unionText(union).length > MAX_MAPPING_CHARACTERS) union.asJson = true;
  for (const type of objects) {
    for (const field of type.fields) if (isOfNothing(field.output)) field.output = JSON_OUTPUT;
    shorten(type, notes);
  }
}

function toJson(union: UnionType, why: string, notes: Notes, fix?: string): void {
  union.asJson = true;
  notes.problem('OPENAPI_AS_JSON', union.part, `${union.name} ${why}: it becomes the scalar JSON.`, fix);
}

/** Fields of a union with those of the unions in it, written out; one with too many becomes JSON. None holds itself any more. */
function sizeOf(union: UnionType, sizes: Map<UnionType, number>, notes: Notes): number {
  if (union.asJson) return 1;
  const known = sizes.get(union);
  if (known !== undefined) return known;
  let size = 0;
  for (const { type, values } of union.members)
    for (const { output } of type.fields) {
      const leaf = leafOutput(output);
      size += values.length * (leaf.kind === 'union' ? sizeOf(leaf.type, sizes, notes) : 1);
    }
  if (size > MAX_UNION_FIELDS) toJson(union, 'has very many fields', notes);
  sizes.set(union, union.asJson ? 1 : size);
  return sizes.get(union)!;
}

/** Whether a union stands, through unions alone, in a member of another. */
function holds(union: UnionType, wanted: UnionType, seen: Set<UnionType>): boolean {
  if (seen.has(union)) return false;
  seen.add(union);
  return union.members.some(({ type }) =>
    type.fields.some(({ output }) => {
      const inner = leafOutput(output);
      return (
        inner.kind === 'union' &&
        !inner.type.asJson &&
        (inner.type === wanted || holds(inner.type, wanted, seen))
      );
    }),
  );
}

function isOfNothing(output: Output): boolean {
  const leaf = leafOutput(output);
  return leaf.kind === 'object' && leaf.type.fields.length === 0;
}

/** A mapping that is longer than a text may be loses its unions first, then what comes last. */
function shorten(type: ObjectType, notes: Notes): void {
  const length = () => objectLines(type).reduce((sum, line) => sum + line.length + 10, 0);
  if (length() <= MAX_MAPPING_CHARACTERS) return;
  for (const field of type.fields) if (leafOutput(field.output).kind === 'union') field.output = JSON_OUTPUT;
  const dropped: OutputField[] = [];
  while (length() > MAX_MAPPING_CHARACTERS)
    dropped.push(...type.fields.splice(Math.floor(type.fields.length * 0.9)));
  const what =
    dropped.length > 0
      ? `its last ${dropped.length} fields are left out`
      : 'its unions become the scalar JSON';
  notes.problem(
    'OPENAPI_LEFT_OUT',
    type.part,
    `${type.name} has more fields than one mapping can have: ${what}.`,
  );
}

import type { Input, InputType } from './input-model.ts';
import { leafInput } from './input-model.ts';
import type { Notes } from './notes.ts';

/** How many fields a body may have, all inputs in it written out, to be mapped. */
export const MAX_BODY_FIELDS = 400;

/** An input that requires itself could never be given (GraphQL spec, "Circular References"): one field of the circle is not required. */
export function openCircles(type: InputType, open: Set<InputType>, done: Set<InputType>): void {
  if (done.has(type)) return;
  open.add(type);
  for (const field of type.fields) {
    if (field.isNullable || field.input.kind !== 'input') continue;
    if (open.has(field.input.type)) field.isNullable = true;
    else openCircles(field.input.type, open, done);
  }
  open.delete(type);
  done.add(type);
}

/** Fields of an input with all inputs in it; infinite if it holds itself. */
export function sizeOf(type: InputType, sizes: Map<InputType, number>, open: Set<InputType>): number {
  const known = sizes.get(type);
  if (known !== undefined) return known;
  if (open.has(type)) return Infinity;
  open.add(type);
  let size = 0;
  for (const { input } of type.fields) {
    const leaf = leafInput(input);
    size +=
      leaf.kind === 'input'
        ? sizeOf(leaf.type, sizes, open)
        : leaf.kind === 'enum'
          ? leaf.type.values.length
          : 1;
  }
  open.delete(type);
  sizes.set(type, size);
  return size;
}

export function makeVerbatim(first: InputType, notes: Notes): void {
  const stack = [first];
  for (let type = stack.pop(); type; type = stack.pop()) {
    if (type.isVerbatim) continue;
    type.isVerbatim = true;
    const kept = type.fields.filter((f) => /^(?!__)[A-Za-z_]\w*$/.test(f.property));
    for (const field of type.fields) {
      const leaf = leafInput(field.input);
      if (leaf.kind === 'input') stack.push(leaf.type);
      if (!kept.includes(field))
        notes.problem(
          'OPENAPI_LEFT_OUT',
          type.part,
          `${type.name} is sent as it is, and "${field.property}" is no GraphQL name: it is left out.`,
        );
    }
    type.fields = kept.map((f) => ({ ...f, name: f.property, input: asSent(f.input) }));
  }
}

/** The types of values that need no mapping. */
function asSent(input: Input): Input {
  if (input.kind === 'list') return { ...input, item: asSent(input.item) };
  if (input.kind === 'enum' && input.type.isMapped) return { kind: 'scalar', name: 'String', isText: true };
  if (input.kind === 'scalar' && input.name === 'BigInt' && input.isText !== true)
    return { kind: 'scalar', name: 'Float' };
  return input;
}

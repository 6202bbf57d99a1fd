import type { Call } from './calls.ts';
import type { Entity } from './entities.ts';
import type { EnumType } from './enums.ts';
import type { Input, InputType } from './input-model.ts';
import { leafInput } from './input-model.ts';
import type { ObjectType, Output, UnionType } from './outputs.ts';
import { leafOutput } from './mapping-text.ts';

/** The types that a graph uses, in the order in which they are reached. */
export interface Use {
  readonly scalars: ReadonlySet<string>;
  readonly objects: readonly ObjectType[];
  readonly unions: readonly UnionType[];
  readonly enums: readonly EnumType[];
  readonly inputs: readonly InputType[];
}

export function reachable(calls: readonly Call[], entities: ReadonlyMap<ObjectType, Entity>): Use {
  const scalars = new Set<string>();
  const objects = new Set<ObjectType>();
  const unions = new Set<UnionType>();
  const enums = new Set<EnumType>();
  const inputs = new Set<InputType>();
  const output = (value: Output) => {
    const leaf = leafOutput(value);
    if (leaf.kind === 'scalar') scalars.add(leaf.name);
    else if (leaf.kind === 'enum') enums.add(leaf.type);
    else if (leaf.kind !== 'union') objects.add(leaf.type);
    else if (leaf.type.asJson) scalars.add('JSON');
    else {
      unions.add(leaf.type);
      for (const { type } of leaf.type.members) objects.add(type);
    }
  };
  const input = (value: Input) => {
    const leaf = leafInput(value);
    if (leaf.kind === 'scalar') scalars.add(leaf.name);
    else if (leaf.kind === 'enum') enums.add(leaf.type);
    else if (leaf.type.fields.length === 0) scalars.add('JSON');
    else inputs.add(leaf.type);
  };
  for (const call of calls) {
    output(call.answer.output);
    for (const argument of call.args) input(argument.input);
  }
  // Sets grow while they are walked.
  for (const type of objects) {
    for (const field of type.fields) output(field.output);
    for (const field of entities.get(type)?.key.values() ?? []) output(field.output);
  }
  for (const type of inputs) for (const field of type.fields) input(field.input);
  return { scalars, objects: [...objects], unions: [...unions], enums: [...enums], inputs: [...inputs] };
}

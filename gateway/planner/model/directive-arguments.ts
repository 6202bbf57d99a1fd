import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';

/** The uses of a directive on an element. */
export function usesOf(
  { directives }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

/** An argument's string, or the name of an enum value; undefined where it is absent or null. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = valueOf(directive, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function flagArgument(directive: ConstDirectiveNode, name: string, absent: boolean): boolean {
  const value = valueOf(directive, name);
  return value?.kind === Kind.BOOLEAN ? value.value : absent;
}

/** The items of a list; none where the argument is absent. */
export function itemsOf(directive: ConstDirectiveNode, name: string): readonly ConstValueNode[] {
  const value = valueOf(directive, name);
  return value?.kind === Kind.LIST ? value.values : [];
}

/** A string of an input object. */
export function textField(object: ConstValueNode, name: string): string | undefined {
  if (object.kind !== Kind.OBJECT) return undefined;
  const value = object.fields.find((field) => field.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function valueOf(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

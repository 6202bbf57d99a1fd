import type { DirectiveNode } from 'graphql';
import { Kind } from 'graphql';
import type { Values } from './arguments.ts';

/** Whether something is asked for, given the variables; undefined = always. */
export type Condition = ((variables: Values) => boolean) | undefined;

/** `@skip` and `@include` of a field or fragment. */
export function conditionOf(directives: readonly DirectiveNode[] = []): Condition {
  return directives.reduce<Condition>((all, directive) => both(all, testOf(directive)), undefined);
}

export function both(a: Condition, b: Condition): Condition {
  return a && b ? (variables) => a(variables) && b(variables) : (a ?? b);
}

/** Asked for at several places: needed if one of them is. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (conditions.every((c) => c === first)) return first;
  return conditions.every((c) => c !== undefined)
    ? (variables) => conditions.some((c) => c(variables))
    : undefined;
}

function testOf(directive: DirectiveNode): Condition {
  const isSkip = directive.name.value === 'skip';
  if (!isSkip && directive.name.value !== 'include') return undefined;
  const value = directive.arguments?.find((a) => a.name.value === 'if')?.value;
  if (value?.kind === Kind.BOOLEAN) return () => value.value !== isSkip;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  return (variables) => (variables[name] === true) !== isSkip;
}

import type { FieldNode } from 'graphql';
import { Kind } from 'graphql';
import type { Values } from './arguments.ts';

/** Whether a field is asked for, given the variables; undefined = always. */
export type Condition = ((variables: Values) => boolean) | undefined;

/** `@skip` and `@include` of a field: asked for if any of its nodes is. */
export function conditionOf(nodes: readonly FieldNode[]): Condition {
  const conditions = nodes.map(nodeCondition);
  if (conditions.some((c) => c === undefined)) return undefined;
  return (variables) => conditions.some((c) => c!(variables));
}

function nodeCondition(node: FieldNode): Condition {
  const tests = (node.directives ?? []).flatMap((directive): ((variables: Values) => boolean)[] => {
    const isSkip = directive.name.value === 'skip';
    if (!isSkip && directive.name.value !== 'include') return [];
    const value = directive.arguments?.find((a) => a.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) return [() => value.value !== isSkip];
    if (value?.kind !== Kind.VARIABLE) return [];
    const name = value.name.value;
    return [(variables) => (variables[name] === true) !== isSkip];
  });
  return tests.length === 0 ? undefined : (variables) => tests.every((test) => test(variables));
}

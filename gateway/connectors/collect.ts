import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind } from 'graphql';
import type { Condition } from './condition.ts';
import { anyOf, both, conditionOf } from './condition.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** A selection set and what its being asked for depends on: conditions of the fields and fragments around it. */
export interface Asked {
  readonly set: SelectionSetNode;
  readonly condition: Condition;
}

/** A field as one response key has it. */
export interface CollectedField {
  readonly node: FieldNode;
  readonly sets: readonly Asked[];
  readonly condition: Condition;
}

/** Response key → field, for objects of this type (GraphQL spec, CollectFields). `isA`: whether the type meets a type condition. */
export function collectFields(
  asked: readonly Asked[],
  type: GraphQLObjectType,
  fragments: Fragments,
  isA: (type: GraphQLObjectType, condition: string) => boolean,
): Map<string, CollectedField> {
  const found = new Map<string, { node: FieldNode; condition: Condition }[]>();
  const visit = (selections: readonly SelectionNode[], around: Condition) => {
    for (const selection of selections) {
      const condition = both(around, conditionOf(selection.directives));
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = found.get(key);
        if (known) known.push({ node: selection, condition });
        else found.set(key, [{ node: selection, condition }]);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
      const on = fragment.typeCondition?.name.value;
      if (on === undefined || isA(type, on)) visit(fragment.selectionSet.selections, condition);
    }
  };
  for (const { set, condition } of asked) visit(set.selections, condition);
  return new Map(
    [...found].map(([key, uses]) => [
      key,
      {
        node: uses[0]!.node,
        sets: uses.flatMap(({ node, condition }) =>
          node.selectionSet ? [{ set: node.selectionSet, condition }] : [],
        ),
        condition: anyOf(uses.map((u) => u.condition)),
      },
    ]),
  );
}

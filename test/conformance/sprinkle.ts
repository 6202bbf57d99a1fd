import {
  type DirectiveNode,
  type DocumentNode,
  getNullableType,
  type GraphQLSchema,
  isListType,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { INCREMENTAL_RULES } from '../../gateway/front/incremental-rules.ts';
import type { RandomOperation } from './random-operation.ts';
import type { Random } from './random-source.ts';

const RULES = [...specifiedRules, ...INCREMENTAL_RULES];

/** The operation with `@defer` and `@stream` at random places; `undefined` where none came out valid. */
export function sprinkled(
  schema: GraphQLSchema,
  operation: RandomOperation,
  random: Random,
): RandomOperation | undefined {
  for (let attempt = 0; attempt < 10; attempt++) {
    const variables: Record<string, unknown> = { ...operation.variables };
    const text = print(sprinkle(schema, operation.document, random, variables, 1 / (1 + attempt)));
    const document = parse(text);
    if (!/@(?:defer|stream)/.test(text) || validate(schema, document, RULES).length > 0) continue;
    return { ...operation, document, variables };
  }
  return undefined;
}

function sprinkle(
  schema: GraphQLSchema,
  document: DocumentNode,
  random: Random,
  values: Record<string, unknown>,
  share: number,
): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  const declared = new Map<string, string>();
  let labels = 0;
  const variable = (type: 'Boolean!' | 'Int!', value: unknown): string => {
    const name = `later${declared.size}`;
    declared.set(name, type);
    values[name] = value;
    return `$${name}`;
  };
  const condition = (): string => {
    if (!random.chance(0.25)) return '';
    return `if: ${random.chance(0.5) ? random.chance(0.5) : variable('Boolean!', random.chance(0.6))}`;
  };
  const label = (): string => (random.chance(0.3) ? `label: "l${labels++}"` : '');
  const directive = (name: string, ...given: readonly string[]): DirectiveNode => {
    const text = given.filter((each) => each !== '').join(', ');
    const field = parse(`{ a @${name}${text === '' ? '' : `(${text})`} }`).definitions[0]!;
    if (!('selectionSet' in field)) throw new Error('no operation');
    return field.selectionSet.selections[0]!.directives![0]!;
  };
  const defer = (): DirectiveNode => directive('defer', condition(), label());
  const isDeferrable = (): boolean => {
    const parent = typeInfo.getParentType();
    return parent !== schema.getMutationType() && parent !== schema.getSubscriptionType();
  };
  const added = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: {
        leave(node) {
          const field = typeInfo.getFieldDef();
          if (!field || !isListType(getNullableType(field.type)) || !isDeferrable()) return undefined;
          if (node.name.value.startsWith('__') || !random.chance(0.4 * share)) return undefined;
          const count = random.below(3);
          const initial =
            random.chance(0.3) && count === 0
              ? ''
              : `initialCount: ${random.chance(0.2) ? variable('Int!', count) : count}`;
          const stream = directive('stream', condition(), label(), initial);
          return { ...node, directives: [...(node.directives ?? []), stream] };
        },
      },
      InlineFragment: {
        leave: (node) =>
          isDeferrable() && random.chance(0.45 * share)
            ? { ...node, directives: [...(node.directives ?? []), defer()] }
            : undefined,
      },
      FragmentSpread: {
        leave: (node) =>
          isDeferrable() && random.chance(0.45 * share)
            ? { ...node, directives: [...(node.directives ?? []), defer()] }
            : undefined,
      },
      SelectionSet: {
        leave(node) {
          const parent = typeInfo.getParentType();
          if (!parent || parent === schema.getMutationType() || !random.chance(0.35 * share))
            return undefined;
          const kept: SelectionNode[] = [];
          const deferred: SelectionNode[] = [];
          for (const selection of node.selections) {
            // Some are in both.
            if (random.chance(0.6)) deferred.push(selection);
            if (deferred.at(-1) !== selection || random.chance(0.15)) kept.push(selection);
          }
          if (deferred.length === 0) return undefined;
          const fragment: SelectionNode = {
            kind: Kind.INLINE_FRAGMENT,
            directives: [defer()],
            selectionSet: { kind: Kind.SELECTION_SET, selections: deferred },
          };
          return {
            ...node,
            selections: random.chance(0.5) ? [...kept, fragment] : [fragment, ...kept],
          };
        },
      },
    }),
  );
  if (declared.size === 0) return added;
  const head = Array.from(declared, ([name, type]) => `$${name}: ${type}`).join(', ');
  const parsed = parse(`query (${head}) { a }`).definitions[0]!;
  if (parsed.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return {
    ...added,
    definitions: added.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation !== OperationTypeNode.SUBSCRIPTION &&
      definition.name?.value !== 'Other'
        ? {
            ...definition,
            variableDefinitions: [...(definition.variableDefinitions ?? []), ...parsed.variableDefinitions!],
          }
        : definition,
    ),
  };
}

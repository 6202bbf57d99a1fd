import {
  type ArgumentNode,
  type ASTVisitor,
  type DirectiveNode,
  type FieldNode,
  getNullableType,
  GraphQLError,
  isListType,
  isObjectType,
  Kind,
  OperationTypeNode,
  print,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/*
 * What the incremental delivery proposal (https://github.com/graphql/graphql-spec/pull/1110) adds to section 5 of the
 * GraphQL specification. A document without @defer and @stream pays for a look at its directives.
 */

function isIncremental({ name: { value } }: DirectiveNode): boolean {
  return value === 'defer' || value === 'stream';
}

function argumentOf({ arguments: given }: DirectiveNode, key: string): ArgumentNode | undefined {
  return given?.find(({ name: { value } }) => value === key);
}

/** Labels are constant, and no two directives have the same. */
function labels(context: ValidationContext): ASTVisitor {
  const known = new Map<string, DirectiveNode>();
  return {
    Directive(node) {
      const label = isIncremental(node) ? argumentOf(node, 'label')?.value : undefined;
      if (!label || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING) {
        const message = `The label of @${node.name.value} must be a constant string.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
        return;
      }
      const other = known.get(label.value);
      if (!other) known.set(label.value, node);
      else
        context.reportError(
          new GraphQLError(
            `The label "${label.value}" is used twice: labels of @defer and @stream are unique.`,
            {
              nodes: [other, node],
            },
          ),
        );
    },
  };
}

/** Root fields of a mutation take effect in order, and a subscription has one: neither is deferred. */
function places(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  return {
    Directive(node) {
      if (!isIncremental(node)) return;
      const parent = context.getParentType();
      const kind =
        parent && parent === schema.getMutationType()
          ? 'mutation'
          : parent && parent === schema.getSubscriptionType()
            ? 'subscription'
            : undefined;
      if (kind === undefined) return;
      const message = `@${node.name.value} cannot be used on root fields of a ${kind} (type "${parent?.name}"). Use it further inside.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
    OperationDefinition(operation) {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const sets: SelectionSetNode[] = [operation.selectionSet];
      for (const fragment of context.getRecursivelyReferencedFragments(operation))
        sets.push(fragment.selectionSet);
      for (let set = sets.pop(); set; set = sets.pop()) {
        for (const selection of set.selections) {
          if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet)
            sets.push(selection.selectionSet);
          for (const node of selection.directives ?? []) {
            const condition = argumentOf(node, 'if')?.value;
            const isOpen =
              condition?.kind === Kind.VARIABLE || (condition?.kind === Kind.BOOLEAN && !condition.value);
            if (!isIncremental(node) || isOpen) continue;
            const message = `@${node.name.value} is not supported in subscriptions: each event is one result. Where a fragment is shared with queries, say "if: $variable".`;
            context.reportError(new GraphQLError(message, { nodes: node }));
          }
        }
      }
    },
  };
}

/** Only a list is streamed, and no negative number of its items comes first. */
function lists(context: ValidationContext): ASTVisitor {
  return {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== 'stream') return;
      const field = context.getFieldDef();
      const parent = context.getParentType();
      const isOnField = ancestors.some((each) => 'kind' in each && each.kind === Kind.FIELD);
      if (isOnField && field && parent && !isListType(getNullableType(field.type))) {
        const message = `@stream cannot be used on "${parent.name}.${field.name}", which is no list.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
      const count = argumentOf(node, 'initialCount')?.value;
      if (count?.kind === Kind.INT && count.value.startsWith('-'))
        context.reportError(
          new GraphQLError('The initialCount of @stream must not be negative.', { nodes: node }),
        );
    },
  };
}

interface Occurrence {
  readonly node: FieldNode;
  /** The object type that it is asked of; `undefined` = perhaps several. */
  readonly objectType: string | undefined;
  readonly stream: string;
}

/** One list of an answer is streamed in one way: what can be one response field has the same `@stream` everywhere. */
function equalStreams(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const fragments = context.getRecursivelyReferencedFragments(operation);
      const sets = [operation.selectionSet, ...fragments.map(({ selectionSet }) => selectionSet)];
      // Fragments that spread each other are told by another rule, and have no end.
      if (!sets.some((set) => hasStream(set)) || hasCycle(context, operation.selectionSet)) return;
      const conflicts = new Set<string>();
      check(context, [{ set: operation.selectionSet, objectType: undefined }], conflicts);
    },
  };
}

function hasCycle(context: ValidationContext, from: SelectionSetNode): boolean {
  const around = new Set<string>();
  const done = new Set<string>();
  const visit = (set: SelectionSetNode): boolean =>
    context.getFragmentSpreads(set).some(({ name: { value } }) => {
      if (around.has(value)) return true;
      const fragment = context.getFragment(value);
      if (!fragment || done.has(value)) return false;
      around.add(value);
      const found = visit(fragment.selectionSet);
      around.delete(value);
      done.add(value);
      return found;
    });
  return visit(from);
}

interface Place {
  readonly set: SelectionSetNode;
  readonly objectType: string | undefined;
}

/** Looks at all selections of one place of the answer together. */
function check(context: ValidationContext, places: readonly Place[], told: Set<string>): void {
  const byKey = new Map<string, Occurrence[]>();
  const seen = new Set<string>();
  const add = ({ set, objectType }: Place): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const stream = streamOf(selection);
        byKey.set(key, [...(byKey.get(key) ?? []), { node: selection, objectType, stream }]);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? context.getFragment(selection.name.value) : selection;
      if (!fragment) continue;
      const onType = fragment.typeCondition && context.getSchema().getType(fragment.typeCondition.name.value);
      const narrowed = isObjectType(onType) ? onType.name : objectType;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const identity = `${selection.name.value} ${narrowed}`;
        if (seen.has(identity)) continue;
        seen.add(identity);
      }
      add({ set: fragment.selectionSet, objectType: narrowed });
    }
  };
  for (const place of places) add(place);
  for (const [key, occurrences] of byKey) {
    const [first] = occurrences;
    const other = occurrences.find((each) => first && each.stream !== first.stream && canBeOne(each, first));
    if (first && other && !told.has(key)) {
      told.add(key);
      context.reportError(
        new GraphQLError(
          `Fields "${key}" conflict because they have different @stream directives. Use different aliases if this was intended.`,
          { nodes: [first.node, other.node] },
        ),
      );
    }
    const below = occurrences.flatMap(({ node: { selectionSet } }): readonly Place[] =>
      selectionSet ? [{ set: selectionSet, objectType: undefined }] : [],
    );
    if (below.length > 0) check(context, below, told);
  }
}

function canBeOne(a: Occurrence, b: Occurrence): boolean {
  return a.objectType === undefined || b.objectType === undefined || a.objectType === b.objectType;
}

function streamOf({ directives }: FieldNode): string {
  const stream = directives?.find(({ name: { value } }) => value === 'stream');
  if (!stream) return '';
  const given = (stream.arguments ?? []).filter(({ name: { value } }) => value !== 'label');
  return `@stream ${given
    .map((each) => print(each))
    .sort()
    .join()}`;
}

function hasStream(set: SelectionSetNode): boolean {
  return set.selections.some(
    (selection) =>
      (selection.kind === Kind.FIELD && streamOf(selection) !== '') ||
      (selection.kind !== Kind.FRAGMENT_SPREAD &&
        selection.selectionSet !== undefined &&
        hasStream(selection.selectionSet)),
  );
}

/** Rules for documents of a schema that has the directives. */
export const INCREMENTAL_RULES: readonly ValidationRule[] = [labels, places, lists, equalStreams];

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FetchStep, Rewrite } from './plan.ts';

/** The fields that a fetch asks for, by response key (after its output rewrites), each with the types it is asked on. */
export interface FieldTree {
  readonly fields: ReadonlyMap<string, FieldBranch>;
}

export interface FieldBranch extends FieldTree {
  /** Type conditions around the field; `undefined` in the list = none. The field is asked for on any of them. */
  readonly onTypes: ReadonlySet<string | undefined>;
  /** Each occurrence of the field, as the `@skip`/`@include` conditions around it in the operation; none = always asked for. */
  readonly occurrences: readonly (readonly Guard[])[];
}

/** A boolean variable with the value it must have. */
export interface Guard {
  readonly variable: string;
  readonly value: boolean;
}

/** The conditions on a selection that variables decide; constants are resolved already. */
export function guardsOf(selection: SelectionNode): Guard[] {
  return (selection.directives ?? []).flatMap(({ name, arguments: given }) => {
    const condition = given?.[0]?.value;
    if ((name.value !== 'skip' && name.value !== 'include') || condition?.kind !== Kind.VARIABLE) return [];
    return [{ variable: condition.name.value, value: name.value === 'include' }];
  });
}

interface MutableBranch extends FieldBranch {
  readonly fields: Map<string, MutableBranch>;
  readonly onTypes: Set<string | undefined>;
  readonly occurrences: (readonly Guard[])[];
}

/** For an entity fetch the tree below `_entities`. */
export function fieldTreeOf(step: FetchStep, document: DocumentNode): FieldTree {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const root: MutableBranch = { fields: new Map(), onTypes: new Set(), occurrences: [] };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      addSelections(root, definition.selectionSet, undefined, [], fragments);
  }
  const tree = step.node === 'entityFetch' ? root.fields.get('_entities') : root;
  if (!tree) throw new Error(`an entity fetch to "${step.subgraph}" does not select _entities`);
  for (const rewrite of step.outputRewrites) addTarget(tree, rewrite);
  return tree;
}

function addSelections(
  branch: MutableBranch,
  set: SelectionSetNode,
  onType: string | undefined,
  above: readonly Guard[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  for (const selection of set.selections) {
    const guards = [...above, ...guardsOf(selection)];
    if (selection.kind === Kind.FIELD) {
      const child = childOf(branch, selection.alias?.value ?? selection.name.value);
      child.onTypes.add(onType);
      child.occurrences.push(guards);
      if (selection.selectionSet) addSelections(child, selection.selectionSet, undefined, guards, fragments);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addSelections(
        branch,
        selection.selectionSet,
        selection.typeCondition?.name.value ?? onType,
        guards,
        fragments,
      );
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment)
        addSelections(branch, fragment.selectionSet, fragment.typeCondition.name.value, guards, fragments);
    }
  }
}

function childOf(branch: MutableBranch, key: string): MutableBranch {
  let child = branch.fields.get(key);
  if (!child) {
    child = { fields: new Map(), onTypes: new Set(), occurrences: [] };
    branch.fields.set(key, child);
  }
  return child;
}

/** The alias stays beside its new name: a superset does no harm, a missing key would. */
function addTarget(tree: MutableBranch, rewrite: Rewrite): void {
  if (rewrite.rewrite === 'set') return;
  const path = rewrite.path.filter((segment) => typeof segment === 'string');
  let branch: MutableBranch | undefined = tree;
  for (const key of path.slice(0, -1)) branch = branch?.fields.get(key);
  const renamed = branch?.fields.get(path.at(-1) ?? '');
  if (!branch || !renamed) return;
  const target = childOf(branch, rewrite.to);
  for (const type of renamed.onTypes) target.onTypes.add(type);
  target.occurrences.push(...renamed.occurrences);
  for (const [key, child] of renamed.fields) if (!target.fields.has(key)) target.fields.set(key, child);
}

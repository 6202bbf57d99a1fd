import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { ContextInput, RequiredSelection } from '../compile/plan.ts';
import { NOTHING_PROVIDED, type Provided, type Resolution, type Resolutions } from './model/resolution.ts';
import { type ContextArgument, satisfies } from './model/supergraph-model.ts';
import type { SelectionList } from './selection.ts';

/** A place in a fetch's document. */
interface Spot {
  readonly typeName: string;
  readonly provided: Provided;
  readonly path: string;
  /** By type as the place knows it, where these are the entities that were asked for. */
  readonly represented?: ReadonlyMap<string, readonly RequiredSelection[]>;
  /** At the root of an operation nobody asks for `__typename`. */
  readonly isRoot?: boolean;
}

/** What of a fetch its subgraph would refuse, or must not be asked for. Empty = nothing. */
export function fetchProblems(resolutions: Resolutions, step: Step): string[] {
  const { fetch, document } = step;
  const problems: string[] = [];
  const inputs = (fetch.node === 'entityFetch' && fetch.contextInputs) || [];
  const check = new FetchCheck(resolutions, fetch.subgraph, problems, inputs);
  const operation = document.definitions.find(
    (
      definition,
    ): definition is Exclude<typeof definition, FragmentDefinitionNode> & OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) return ['its document has no operation'];
  const declared = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  for (const name of [...fetch.variableNames, ...inputs.map(({ variable }) => variable)])
    if (!declared.includes(name)) problems.push(`the variable $${name} is not declared`);
  if (fetch.node === 'fetch') {
    const typeName = resolutions.model.rootTypes[fetch.kind] ?? '';
    const isRoot = true;
    check.selections(operation.selectionSet, { typeName, provided: NOTHING_PROVIDED, path: '', isRoot });
    return problems;
  }
  const [root] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || !root.selectionSet) return ['it does not ask for _entities'];
  const represented = new Map<string, readonly RequiredSelection[]>();
  for (const required of fetch.requires)
    if ('onType' in required && required.onType !== undefined) {
      represented.set(required.onType, required.selections);
      check.representation(required.onType, required.selections);
    }
  check.selections(root.selectionSet, { typeName: '', provided: NOTHING_PROVIDED, path: '', represented });
  return problems;
}

class FetchCheck {
  readonly #resolutions: Resolutions;
  readonly #subgraph: string;
  readonly #problems: string[];
  readonly #inputs: readonly ContextInput[];

  constructor(
    resolutions: Resolutions,
    subgraph: string,
    problems: string[],
    inputs: readonly ContextInput[],
  ) {
    this.#inputs = inputs;
    this.#resolutions = resolutions;
    this.#subgraph = subgraph;
    this.#problems = problems;
  }

  /** Carries the name of its type and a key that the subgraph resolves. */
  representation(typeName: string, selections: readonly RequiredSelection[]): void {
    if (!selections.some((each) => 'from' in each && each.name === '__typename'))
      this.#problems.push(`representations of ${typeName} do not tell their type`);
    const keys = this.#resolutions.entity(this.#subgraph, typeName)?.keys ?? [];
    if (!keys.some(({ fields }) => carries(selections, fields)))
      this.#problems.push(`representations of ${typeName} have no key that "${this.#subgraph}" resolves`);
  }

  selections(set: SelectionSetNode, spot: Spot): void {
    const { typeName, path, represented } = spot;
    const asksTypename = set.selections.some(
      (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
    );
    if (!asksTypename && !represented && !spot.isRoot)
      this.#problems.push(`__typename is not asked for at "${path}"`);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const onType = selection.typeCondition?.name.value ?? typeName;
        // A fragment of a place is as much asked for its type as the place.
        this.selections(selection.selectionSet, { ...spot, typeName: onType, isRoot: true });
        continue;
      }
      const name = selection.name.value;
      if (name === '__typename') continue;
      const key = selection.alias?.value ?? name;
      const below = path === '' ? key : `${path}.${key}`;
      const resolution = this.#resolve(spot, selection, below);
      if (!resolution || !selection.selectionSet) continue;
      const { type, provided } = resolution;
      this.selections(selection.selectionSet, { typeName: type.name, provided, path: below });
    }
  }

  #resolve(spot: Spot, node: FieldNode, path: string): Resolution | undefined {
    const name = node.name.value;
    let found: Resolution | undefined;
    for (const objectType of this.#objectTypes(spot)) {
      const resolution = this.#resolutions.resolve(this.#subgraph, objectType, name, spot.provided);
      if (!resolution) {
        this.#problems.push(`"${this.#subgraph}" does not resolve ${objectType}.${name} at "${path}"`);
        return undefined;
      }
      found ??= resolution;
      const { contextArguments = [] } = resolution;
      if (!contextArguments.every((argument) => spot.represented && this.#isTaken(node, argument)))
        this.#problems.push(
          `${objectType}.${name} at "${path}" is asked for without its values from contexts`,
        );
      if (!resolution.requires) continue;
      const representation = spot.represented?.get(objectType);
      if (!representation || !carries(representation, resolution.requires))
        this.#problems.push(`${objectType}.${name} at "${path}" is asked for without what it requires`);
    }
    return found;
  }

  /** Whether the argument has its value from a variable for it. */
  #isTaken({ arguments: given }: FieldNode, { name, context, type }: ContextArgument): boolean {
    const value = given?.find((each) => each.name.value === name)?.value;
    const variable = value?.kind === Kind.VARIABLE ? value.name.value : undefined;
    return this.#inputs.some(
      (input) => input.variable === variable && input.context === context && input.type === type,
    );
  }

  /** Types of objects that can be at the place, as the place or else the subgraph knows them. */
  #objectTypes({ typeName, represented }: Spot): readonly string[] {
    const { model } = this.#resolutions;
    const type = model.types.get(typeName)?.in.get(this.#subgraph);
    if (represented) {
      return [...represented.keys()].filter((name) => {
        const local = this.#resolutions.entity(this.#subgraph, name)?.name;
        return local !== undefined && (local === typeName || satisfies(model, local, typeName));
      });
    }
    return type && type.possible.length > 0 ? type.possible : [typeName];
  }
}

/** Whether the representation has the fields, with these arguments. */
export function carries(selections: readonly RequiredSelection[], list: SelectionList): boolean {
  return list.selections.every((wanted) => {
    if (wanted.kind === 'fragment') {
      return selections.some(
        (each) =>
          !('from' in each) && each.onType === wanted.onType && carries(each.selections, wanted.below),
      );
    }
    return selections.some((each) => {
      if (!('from' in each) || each.name !== wanted.name) return wanted.name === '__typename';
      if (each.from !== wanted.key) return false;
      return !wanted.below || carries(each.selections ?? [], wanted.below);
    });
  });
}

/** A field with its arguments. */
export interface Meaning {
  /** Equal means the same field with the same arguments. */
  readonly identity: string;
  /** `name(names of the arguments)`: what a client wrote as their values is not told. */
  readonly text: string;
}

/**
 * Tells what each response path of a document means, type conditions left out.
 * @param taken variables of arguments that are no client's: they belong to the field
 */
export function meanings(
  set: SelectionSetNode,
  path: string,
  tell: (path: string, meaning: Meaning) => void,
  taken: readonly string[] = [],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) meanings(selection.selectionSet, path, tell, taken);
    if (selection.kind !== Kind.FIELD) continue;
    const { name, alias } = selection;
    const given = (selection.arguments ?? []).filter(
      ({ value }) => value.kind !== Kind.VARIABLE || !taken.includes(value.name.value),
    );
    const below = `${path}.${alias?.value ?? name.value}`;
    const args = given.map((each) => print(each)).sort();
    const names = given.map((each) => each.name.value).sort();
    tell(below, {
      identity: `${name.value}(${args.join(', ')})`,
      text: `${name.value}(${names.join(', ')})`,
    });
    if (selection.selectionSet) meanings(selection.selectionSet, below, tell, taken);
  }
}

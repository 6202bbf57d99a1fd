import {
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import type { Sliced } from '../slices.ts';
import type { Tags } from './tags.ts';

/** Which elements of a graph a group of clients may see, by their tags. */
export interface Contract {
  /** Only fields tagged with one of these (or of types that are); empty = all. */
  readonly include: readonly string[];
  /** Nothing that is tagged with one of these. Wins over `include`. */
  readonly exclude: readonly string[];
}

/** Why elements are left out, by schema coordinate. */
export type LeftOut = ReadonlyMap<string, string>;

type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Types between two yields. */
const BATCH = 50;

/**
 * What a contract leaves out: what its tags say, and then, until nothing changes any more, everything that cannot be
 * without it. What is left is a valid schema, unless its query type is gone.
 *
 * - a field, argument or input field goes with its type, or when its default value needs something that is gone;
 * - a field goes with an argument that is required, an input type with a field that is;
 * - a type goes with its last field, value, member or implementation;
 * - a field of an interface goes when an implementation has lost it.
 * @param definitions what all clients see, without extensions
 */
export function* leftOutBy(
  contract: Contract,
  definitions: readonly DefinitionNode[],
  tags: Tags,
): Sliced<LeftOut> {
  const leaving = new Leaving(contract, definitions, tags);
  yield* leaving.register();
  // An element that is deleted and added again while a set is iterated over comes again.
  const pending = new Set(leaving.types.keys());
  let count = 0;
  for (const name of pending) {
    if (count++ % BATCH === 0) yield;
    pending.delete(name);
    if (leaving.examine(name)) for (const dependent of leaving.dependents(name)) pending.add(dependent);
  }
  return leaving.reasons;
}

class Leaving {
  readonly types = new Map<string, TypeDefinitionNode>();
  readonly reasons = new Map<string, string>();
  readonly #contract: Contract;
  readonly #tags: Tags;
  readonly #dependents = new Map<string, Set<string>>();
  /** Of interfaces: what implements them. */
  readonly #implementations = new Map<string, Fielded[]>();
  /** Of arguments and input fields with a default value: the elements that it names. */
  readonly #defaults = new Map<InputValueDefinitionNode, readonly string[]>();

  constructor(contract: Contract, definitions: readonly DefinitionNode[], tags: Tags) {
    this.#contract = contract;
    this.#tags = tags;
    for (const node of definitions) if (isTypeDefinitionNode(node)) this.types.set(node.name.value, node);
  }

  /** Finds out who depends on whom. */
  *register(): Sliced<void> {
    let count = 0;
    for (const node of this.types.values()) {
      if (count++ % BATCH === 0) yield;
      this.#register(node);
    }
  }

  /** Types that may change when this one has. */
  dependents(name: string): Iterable<string> {
    return this.#dependents.get(name) ?? [];
  }

  /** Whether something of the type has to go that was still there. */
  examine(name: string): boolean {
    const node = this.types.get(name);
    if (!node || this.reasons.has(name)) return false;
    const before = this.reasons.size;
    const why = this.#excluded(name) ?? this.#whyTypeGoes(node);
    if (why !== undefined) this.reasons.set(name, why);
    return this.reasons.size > before;
  }

  #register(node: TypeDefinitionNode): void {
    const name = node.name.value;
    const needs = (needed: string, by = name): void => {
      const known = this.#dependents.get(needed);
      if (known) known.add(by);
      else this.#dependents.set(needed, new Set([by]));
    };
    const input = (value: InputValueDefinitionNode): void => {
      needs(namedType(value.type));
      if (value.defaultValue === undefined) return;
      const named = [...this.#namedBy(value.defaultValue, namedType(value.type))];
      if (named.length > 0) this.#defaults.set(value, named);
      for (const coordinate of named) needs(coordinate.slice(0, coordinate.indexOf('.')));
    };
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const member of node.types ?? []) needs(member.name.value);
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) for (const field of node.fields ?? []) input(field);
    if (!isFielded(node)) return;
    for (const field of node.fields ?? []) {
      needs(namedType(field.type));
      for (const argument of field.arguments ?? []) input(argument);
    }
    for (const { name: implemented } of node.interfaces ?? []) {
      needs(name, implemented.value);
      needs(implemented.value);
      const known = this.#implementations.get(implemented.value);
      if (known) known.push(node);
      else this.#implementations.set(implemented.value, [node]);
    }
  }

  #excluded(coordinate: string): string | undefined {
    const own = this.#tags.get(coordinate);
    const tag = own && this.#contract.exclude.find((each) => own.has(each));
    return tag === undefined ? undefined : `it is tagged "${tag}"`;
  }

  #whyTypeGoes(node: TypeDefinitionNode): string | undefined {
    const name = node.name.value;
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const kept = this.#keep(node.fields, name, (field, place) => this.#whyFieldGoes(node, field, place));
        if (!kept) return 'none of its fields is left';
        if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return undefined;
        const objects = this.#implementations
          .get(name)
          ?.filter(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION);
        return objects?.every((each) => this.reasons.has(each.name.value)) === true
          ? 'nothing that implements it is left'
          : undefined;
      }
      case Kind.UNION_TYPE_DEFINITION:
        return node.types?.every((member) => this.reasons.has(member.name.value)) === true
          ? 'none of its members is left'
          : undefined;
      case Kind.ENUM_TYPE_DEFINITION:
        return this.#keep(node.values, name, (_, place) => this.#excluded(place))
          ? undefined
          : 'none of its values is left';
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return this.#whyInputTypeGoes(node);
      default:
        return undefined;
    }
  }

  #whyInputTypeGoes(node: InputObjectTypeDefinitionNode): string | undefined {
    const name = node.name.value;
    const kept = this.#keep(node.fields, name, (field, place) => this.#whyInputGoes(field, place));
    const required = node.fields?.find(
      (field) => isRequired(field) && this.reasons.has(`${name}.${field.name.value}`),
    );
    if (required) return `its field "${required.name.value}" is required and left out`;
    return kept ? undefined : 'none of its fields is left';
  }

  /** Notes which parts go. Returns whether one is left. */
  #keep<Part extends { readonly name: { readonly value: string } }>(
    parts: readonly Part[] = [],
    owner: string,
    whyItGoes: (part: Part, place: string) => string | undefined,
  ): boolean {
    let kept = false;
    for (const part of parts) {
      const place = `${owner}.${part.name.value}`;
      if (this.reasons.has(place)) continue;
      const why = whyItGoes(part, place);
      if (why === undefined) kept = true;
      else this.reasons.set(place, why);
    }
    return kept;
  }

  #whyFieldGoes(owner: Fielded, field: FieldDefinitionNode, place: string): string | undefined {
    return (
      this.#excluded(place) ??
      this.#notIncluded(owner.name.value, place) ??
      this.#whyReferenceGoes(field.type) ??
      this.#whyArgumentsTakeIt(owner, field, place) ??
      (owner.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? this.#lostBy(owner.name.value, `.${field.name.value}`)
        : undefined)
    );
  }

  #notIncluded(type: string, place: string): string | undefined {
    const { include } = this.#contract;
    if (include.length === 0) return undefined;
    const [own, ofType] = [this.#tags.get(place), this.#tags.get(type)];
    if (include.some((tag) => own?.has(tag) === true || ofType?.has(tag) === true)) return undefined;
    return 'it has none of the tags that are included';
  }

  #whyReferenceGoes(type: TypeNode): string | undefined {
    const name = namedType(type);
    const why = this.reasons.get(name);
    return why === undefined ? undefined : `its type "${name}" is left out (${why})`;
  }

  #whyInputGoes(input: InputValueDefinitionNode, place: string): string | undefined {
    const gone = this.#defaults.get(input)?.find((each) => this.reasons.has(each));
    return (
      this.#excluded(place) ??
      this.#whyReferenceGoes(input.type) ??
      (gone === undefined ? undefined : `its default value needs ${gone}, which is left out`)
    );
  }

  #whyArgumentsTakeIt(owner: Fielded, field: FieldDefinitionNode, place: string): string | undefined {
    for (const argument of field.arguments ?? []) {
      const argumentPlace = `${place}(${argument.name.value}:)`;
      const suffix = argumentPlace.slice(owner.name.value.length);
      if (!this.reasons.has(argumentPlace)) {
        const why =
          this.#whyInputGoes(argument, argumentPlace) ??
          (owner.kind === Kind.INTERFACE_TYPE_DEFINITION
            ? this.#lostBy(owner.name.value, suffix)
            : undefined) ??
          // An implementation may require only what its interface has.
          (isRequired(argument) ? this.#lostInInterface(owner, suffix) : undefined);
        if (why === undefined) continue;
        this.reasons.set(argumentPlace, why);
      }
      if (isRequired(argument)) return `its argument "${argument.name.value}" is required and left out`;
    }
    return undefined;
  }

  #lostBy(name: string, suffix: string): string | undefined {
    const loser = this.#implementations
      .get(name)
      ?.find(({ name: { value } }) => !this.reasons.has(value) && this.reasons.has(value + suffix));
    return loser && `"${loser.name.value}", which implements "${name}", has lost it`;
  }

  #lostInInterface(owner: Fielded, suffix: string): string | undefined {
    const loser = owner.interfaces?.find(({ name: { value } }) => this.reasons.has(value + suffix));
    return loser && `"${loser.name.value}", which it implements, has lost it`;
  }

  /** Coordinates of the input fields and enum values in a default value. */
  *#namedBy(value: ConstValueNode, type: string): Iterable<string> {
    if (value.kind === Kind.LIST) for (const item of value.values) yield* this.#namedBy(item, type);
    else if (value.kind === Kind.ENUM) yield `${type}.${value.value}`;
    else if (value.kind === Kind.OBJECT) {
      const node = this.types.get(type);
      if (node?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return;
      for (const given of value.fields) {
        const field = node.fields?.find((each) => each.name.value === given.name.value);
        if (!field) continue;
        yield `${type}.${given.name.value}`;
        yield* this.#namedBy(given.value, namedType(field.type));
      }
    }
  }
}

function isFielded(node: TypeDefinitionNode): node is Fielded {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function isRequired({ type, defaultValue }: InputValueDefinitionNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
}

export function namedType(type: TypeNode): string {
  let named = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return named.name.value;
}

import type {
  ConstDirectiveNode,
  DefinitionNode,
  DirectiveDefinitionNode,
  EnumTypeDefinitionNode,
  InputObjectTypeDefinitionNode,
  InputValueDefinitionNode,
  InterfaceTypeDefinitionNode,
  NamedTypeNode,
  ObjectTypeDefinitionNode,
  SchemaDefinitionNode,
  TypeNode,
  UnionTypeDefinitionNode,
} from 'graphql';
import { isTypeDefinitionNode, Kind, OperationTypeNode, specifiedScalarTypes } from 'graphql';
import { type Feature, featureNamed } from './features.ts';
import { SupergraphError, type SupergraphFault } from './supergraph-error.ts';
import type { Sliced } from './slices.ts';

/** Definitions between two yields: some hundred microseconds. */
const BATCH = 20;

/**
 * What clients see of a supergraph: without the elements of linked features, and without what is `@inaccessible`
 * (https://specs.apollo.dev/inaccessible/).
 * @throws SupergraphError if something that stays needs something that goes
 */
export function* apiDefinitions(
  definitions: readonly DefinitionNode[],
  features: readonly Feature[],
): Sliced<readonly DefinitionNode[]> {
  const filter = new Filter(features);
  const hidden = filter.hiddenTypes(definitions);
  const kept: DefinitionNode[] = [];
  let count = 0;
  for (const node of definitions) {
    if (count++ % BATCH === 0) yield;
    if (node.kind === Kind.SCHEMA_DEFINITION) kept.push(filter.schema(node, hidden));
    else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      if (!filter.isOfFeature(node) && !REPLACED_DIRECTIVES.has(node.name.value))
        kept.push(filter.directive(node));
    } else if (isTypeDefinitionNode(node) && !hidden.has(node.name.value)) {
      const type = filter.type(node, hidden);
      if (type) kept.push(type);
    }
  }
  filter.refuse();
  return kept;
}

/** Their definitions in a supergraph are those of subgraphs; a gateway has its own or none. */
const REPLACED_DIRECTIVES: ReadonlySet<string> = new Set(['defer', 'stream']);
const BUILT_IN: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));

type Marked = { readonly directives?: readonly ConstDirectiveNode[] | undefined };
type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

class Filter {
  readonly #features: readonly Feature[];
  readonly #inaccessible: string | undefined;
  readonly #ofFeature = new Map<string, boolean>();
  readonly #faults: SupergraphFault[] = [];

  constructor(features: readonly Feature[]) {
    this.#features = features;
    this.#inaccessible = featureNamed(features, 'inaccessible')?.directiveName('inaccessible');
  }

  refuse(): void {
    if (this.#faults.length > 0) throw new SupergraphError(this.#faults);
  }

  /** Types that clients do not see, by name; the value says why. */
  hiddenTypes(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
    const hidden = new Map<string, string>();
    for (const node of definitions) {
      if (!isTypeDefinitionNode(node)) continue;
      const name = node.name.value;
      if (this.#features.some((feature) => feature.hasType(name)))
        hidden.set(name, 'belongs to a linked feature');
      else if (this.#isHidden(node)) hidden.set(name, 'is @inaccessible');
    }
    return hidden;
  }

  isOfFeature({ name: { value } }: DirectiveDefinitionNode | ConstDirectiveNode): boolean {
    let known = this.#ofFeature.get(value);
    if (known === undefined) {
      known = this.#features.some((feature) => feature.hasDirective(value));
      this.#ofFeature.set(value, known);
    }
    return known;
  }

  schema(node: SchemaDefinitionNode, hidden: ReadonlyMap<string, string>): SchemaDefinitionNode {
    const operationTypes = node.operationTypes.filter(({ operation, type }) => {
      const why = hidden.get(type.name.value);
      if (why !== undefined && operation === OperationTypeNode.QUERY)
        this.#faults.push({ message: `The root type "${type.name.value}" ${why}.`, node: type });
      return why === undefined;
    });
    return { ...this.#stripped(node), operationTypes };
  }

  directive(node: DirectiveDefinitionNode): DirectiveDefinitionNode {
    const place = `@${node.name.value}`;
    return { ...node, arguments: this.#inputs(node.arguments ?? [], place, NOTHING) };
  }

  type(node: DefinitionNode, hidden: ReadonlyMap<string, string>): DefinitionNode | undefined {
    switch (node.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
        return BUILT_IN.has(node.name.value) ? undefined : this.#stripped(node);
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        return this.#fielded(node, hidden);
      case Kind.UNION_TYPE_DEFINITION:
        return this.#union(node, hidden);
      case Kind.ENUM_TYPE_DEFINITION:
        return this.#enum(node);
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return this.#input(node, hidden);
      default:
        return node;
    }
  }

  #fielded<Node extends Fielded>(node: Node, hidden: ReadonlyMap<string, string>): Node {
    const visible = (node.fields ?? []).filter((field) => !this.#isHidden(field));
    this.#refuseEmpty(node.name.value, 'fields', node.fields?.length, visible.length, node);
    const fields = visible.map((field) => {
      const place = `${node.name.value}.${field.name.value}`;
      this.#refuseReference(field.type, place, hidden);
      return { ...this.#stripped(field), arguments: this.#inputs(field.arguments ?? [], place, hidden) };
    });
    return { ...this.#stripped(node), interfaces: without(node.interfaces, hidden), fields };
  }

  #union(node: UnionTypeDefinitionNode, hidden: ReadonlyMap<string, string>): UnionTypeDefinitionNode {
    const types = without(node.types, hidden);
    this.#refuseEmpty(node.name.value, 'members', node.types?.length, types.length, node);
    return { ...this.#stripped(node), types };
  }

  #enum(node: EnumTypeDefinitionNode): EnumTypeDefinitionNode {
    const visible = (node.values ?? []).filter((value) => !this.#isHidden(value));
    this.#refuseEmpty(node.name.value, 'values', node.values?.length, visible.length, node);
    return { ...this.#stripped(node), values: visible.map((value) => this.#stripped(value)) };
  }

  #input(
    node: InputObjectTypeDefinitionNode,
    hidden: ReadonlyMap<string, string>,
  ): InputObjectTypeDefinitionNode {
    const fields = this.#inputs(node.fields ?? [], node.name.value, hidden);
    this.#refuseEmpty(node.name.value, 'input fields', node.fields?.length, fields.length, node);
    return { ...this.#stripped(node), fields };
  }

  #inputs(
    nodes: readonly InputValueDefinitionNode[],
    owner: string,
    hidden: ReadonlyMap<string, string>,
  ): InputValueDefinitionNode[] {
    return nodes.flatMap((node) => {
      const place = `${owner}(${node.name.value}:)`;
      if (!this.#isHidden(node)) {
        this.#refuseReference(node.type, place, hidden);
        return [this.#stripped(node)];
      }
      if (node.type.kind === Kind.NON_NULL_TYPE && node.defaultValue === undefined)
        this.#faults.push({ message: `${place} is @inaccessible, but required.`, node });
      return [];
    });
  }

  #refuseReference(type: TypeNode, place: string, hidden: ReadonlyMap<string, string>): void {
    let named = type;
    while (named.kind !== Kind.NAMED_TYPE) named = named.type;
    const why = hidden.get(named.name.value);
    if (why !== undefined)
      this.#faults.push({
        message: `The type "${named.name.value}" ${why}, but ${place}, which clients see, is of it.`,
        node: named,
      });
  }

  #refuseEmpty(name: string, what: string, before = 0, after: number, node: DefinitionNode): void {
    if (before > 0 && after === 0)
      this.#faults.push({
        message: `Clients see "${name}", but all of its ${what} are @inaccessible.`,
        node,
      });
  }

  #isHidden({ directives }: Marked): boolean {
    const name = this.#inaccessible;
    return (
      name !== undefined && directives !== undefined && directives.some((each) => each.name.value === name)
    );
  }

  #stripped<Node extends Marked>(node: Node): Node {
    const { directives } = node;
    if (directives === undefined || directives.length === 0) return node;
    return { ...node, directives: directives.filter((directive) => !this.isOfFeature(directive)) };
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map();

function without(
  types: readonly NamedTypeNode[] | undefined,
  hidden: ReadonlyMap<string, string>,
): NamedTypeNode[] {
  return (types ?? []).filter(({ name }) => !hidden.has(name.value));
}

import {
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type SchemaDefinitionNode,
  type SchemaExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';

export type TypeParts = readonly (TypeDefinitionNode | TypeExtensionNode)[];
export type FieldNode = FieldDefinitionNode | InputValueDefinitionNode;

/** What one subgraph defines, found by name, for those who explain why it does not compose. */
export class Definitions {
  readonly #types = new Map<string, (TypeDefinitionNode | TypeExtensionNode)[]>();
  readonly #schemas: (SchemaDefinitionNode | SchemaExtensionNode)[] = [];
  readonly #links: readonly ConstDirectiveNode[];
  readonly #federation: ConstDirectiveNode | undefined;

  constructor(document: DocumentNode) {
    for (const node of document.definitions) {
      if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
        this.#schemas.push(node);
      else if (/TypeDefinition$|TypeExtension$/.test(node.kind)) {
        const part = node as TypeDefinitionNode | TypeExtensionNode;
        const parts = this.#types.get(part.name.value);
        // The definition first: it is the place that a person looks for.
        if (!parts) this.#types.set(part.name.value, [part]);
        else if (node.kind.endsWith('Definition')) parts.unshift(part);
        else parts.push(part);
      }
    }
    this.#links = this.#schemas
      .flatMap(({ directives = [] }) => directives)
      .filter(({ name }) => name.value === 'link');
    this.#federation = this.#links.find((link) => /\/federation\/v\d/.test(urlOf(link)));
  }

  /** Without a link to it, a schema is one of Federation 1: other rules, and all directives by their own names. */
  get isFederation1(): boolean {
    return this.#federation === undefined;
  }

  /** What `Type`, `Type.field` or `Type.field(argument:)` names; without the last of them, what is there. `@link url` is a link. */
  named(coordinate: string): ASTNode | undefined {
    const [, type, field, arg] = /^(\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? [];
    if (type === undefined) return this.#linkTo(/^@link (.+)$/.exec(coordinate)?.[1]);
    const node = field === undefined ? undefined : this.field(type, field);
    const args = node && 'arguments' in node ? (node.arguments ?? []) : [];
    return args.find(({ name }) => name.value === arg) ?? node ?? this.type(type)[0];
  }

  #linkTo(url: string | undefined): ConstDirectiveNode | undefined {
    return url === undefined ? undefined : this.#links.find((link) => urlOf(link).includes(url));
  }

  type(name: string): TypeParts {
    return this.#types.get(name) ?? [];
  }

  typeNames(): Iterable<string> {
    return this.#types.keys();
  }

  fields(type: string): readonly FieldNode[] {
    return this.type(type).flatMap((part): readonly FieldNode[] =>
      'fields' in part ? (part.fields ?? []) : [],
    );
  }

  field(type: string, field: string): FieldNode | undefined {
    return this.fields(type).find(({ name }) => name.value === field);
  }

  /** Type names of the roots, by operation. */
  rootType(operation: 'query' | 'mutation' | 'subscription'): string {
    const named = this.#schemas
      .flatMap(({ operationTypes = [] }) => operationTypes)
      .find((root) => root.operation === operation);
    return named?.type.name.value ?? operation[0]!.toUpperCase() + operation.slice(1);
  }

  /** The applications of a directive of federation, however it is called in this schema. */
  applied(
    nodes: TypeParts | FieldNode | undefined,
    directive: FederationDirective,
  ): readonly ConstDirectiveNode[] {
    const parts = nodes === undefined ? [] : 'kind' in nodes ? [nodes] : nodes;
    const names = this.#namesOf(directive);
    return parts
      .flatMap(({ directives = [] }) => directives)
      .filter(({ name }) => names.includes(name.value));
  }

  /** Whether the schema can write `@key` as such. */
  knows(directive: FederationDirective): boolean {
    return this.isFederation1 || this.#imported(directive) === directive;
  }

  #namesOf(directive: FederationDirective): readonly string[] {
    if (this.isFederation1) return [directive];
    const imported = this.#imported(directive);
    const prefix = textOf(argument(this.#federation!, 'as')) ?? 'federation';
    return [`${prefix}__${directive}`, ...(imported === undefined ? [] : [imported])];
  }

  #imported(directive: FederationDirective): string | undefined {
    const imports = this.#federation && argument(this.#federation, 'import');
    if (imports?.kind !== Kind.LIST) return undefined;
    for (const item of imports.values) {
      const [name, as] =
        item.kind === Kind.OBJECT ? [objectText(item, 'name'), objectText(item, 'as')] : [textOf(item)];
      if (name === `@${directive}`) return (as ?? name).slice(1);
    }
    return undefined;
  }
}

export type FederationDirective =
  | 'context'
  | 'external'
  | 'interfaceObject'
  | 'inaccessible'
  | 'key'
  | 'override'
  | 'provides'
  | 'requires'
  | 'shareable';

function urlOf(link: ConstDirectiveNode): string {
  return textOf(argument(link, 'url')) ?? '';
}

export function argument(directive: ConstDirectiveNode, name: string): ValueNode | undefined {
  return directive.arguments?.find((given) => given.name.value === name)?.value;
}

export function textOf(value: ValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function objectText(value: ValueNode, name: string): string | undefined {
  if (value.kind !== Kind.OBJECT) return undefined;
  return textOf(value.fields.find((field) => field.name.value === name)?.value);
}

/** The name in a type: `User` of `[User!]!`. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

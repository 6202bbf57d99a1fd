import type {
  ASTNode,
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  GraphQLSchema,
  SelectionSetNode,
  TypeDefinitionNode,
  TypeExtensionNode,
} from 'graphql';
import {
  buildASTSchema,
  GraphQLError,
  isScalarType,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  Source as SdlSource,
  specifiedScalarTypes,
  validateSchema,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Problem } from '../problem.ts';
import { problemAt } from './location.ts';
import type { ConnectorModel } from './model.ts';
import type { LinkedDirectives } from './spec.ts';
import { didYouMean } from './suggest.ts';

const CONNECTOR_INPUTS = new Set(['ConnectorHeader', 'ConnectorBatch']);

/** The plain GraphQL of a connector subgraph: its SDL for composition, its schema, its keys. */
export function buildSubgraphSchema(
  document: DocumentNode,
  linked: LinkedDirectives,
  problems: Problem[],
): Pick<ConnectorModel, 'sdl' | 'schema' | 'keys' | 'externals'> | undefined {
  const source = document.loc!.source;
  const sdl = blankOut(source.body, connectorNodes(document, linked));
  try {
    const plain = parse(new SdlSource(sdl, source.name));
    const unknown = unknownTypes(plain);
    problems.push(...unknown);
    if (unknown.length > 0) return undefined;
    const schema = buildASTSchema(mergeExtensions(plain), { assumeValidSDL: true });
    readNumbersExactly(schema);
    // Federation lets a subgraph have no root fields of its own; graphql-js wants a query type.
    const invalid = validateSchema(schema).filter((e) => !/Query root type must be provided/.test(e.message));
    for (const error of invalid)
      problems.push(problemAt(error.nodes?.[0], { code: 'SCHEMA_INVALID', message: error.message }));
    return invalid.length > 0 ? undefined : { sdl, schema, ...readKeys(plain, schema, problems) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const node = error instanceof GraphQLError ? error.nodes?.[0] : undefined;
    problems.push(problemAt(node, { code: 'SCHEMA_INVALID', message: error.message }));
    return undefined;
  }
}

/** graphql-js stops at the first, and does not say where it is. */
function unknownTypes(document: DocumentNode): Problem[] {
  const known = new Set([
    ...specifiedScalarTypes.map((t) => t.name),
    ...document.definitions.flatMap((d) => ('name' in d && d.name ? [d.name.value] : [])),
  ]);
  const problems: Problem[] = [];
  visit(document, {
    DirectiveDefinition: () => false,
    NamedType(node) {
      if (!known.has(node.name.value))
        problems.push(
          problemAt(node, {
            code: 'SCHEMA_INVALID',
            message: `Unknown type "${node.name.value}".`,
            fix: didYouMean(node.name.value, [...known]),
          }),
        );
    },
  });
  return problems;
}

/** A literal number of a scalar that holds any number keeps its digits. */
function readNumbersExactly(schema: GraphQLSchema): void {
  for (const name of ['BigInt', 'Decimal']) {
    const type = schema.getType(name);
    if (isScalarType(type))
      type.parseLiteral = (node, variables) =>
        node.kind === Kind.INT || node.kind === Kind.FLOAT
          ? node.value
          : valueFromASTUntyped(node, variables);
  }
}

/** Everything that only the gateway understands: links of connector specs, uses and copies of their directives. */
function connectorNodes(document: DocumentNode, linked: LinkedDirectives): ASTNode[] {
  const isOurs = (d: ConstDirectiveNode) => linked.links.has(d) || linked.names.has(d.name.value);
  return document.definitions.flatMap((definition): ASTNode[] => {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION)
      return linked.names.has(definition.name.value) ? [definition] : [];
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && CONNECTOR_INPUTS.has(definition.name.value))
      return [definition];
    const own =
      'directives' in definition
        ? (definition.directives ?? []).filter((d) => isOurs(d as ConstDirectiveNode))
        : [];
    if (
      definition.kind === Kind.SCHEMA_EXTENSION &&
      own.length > 0 &&
      own.length === definition.directives?.length &&
      !definition.operationTypes?.length
    )
      return [definition];
    const inFields =
      'fields' in definition
        ? (definition.fields ?? []).flatMap((f) => (f.directives ?? []).filter((d) => isOurs(d)))
        : [];
    const inValues =
      'values' in definition
        ? (definition.values ?? []).flatMap((v) => (v.directives ?? []).filter((d) => isOurs(d)))
        : [];
    return [...own, ...inFields, ...inValues];
  });
}

/** The text with the nodes turned into blanks, so that every line and column stays what the author sees. */
function blankOut(text: string, nodes: readonly ASTNode[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { loc } of [...nodes].sort((a, b) => a.loc!.start - b.loc!.start)) {
    parts.push(text.slice(at, loc!.start), text.slice(loc!.start, loc!.end).replace(/[^\n]/g, ' '));
    at = loc!.end;
  }
  return parts.join('') + text.slice(at);
}

/** `extend type` is a definition to federation; graphql-js wants one definition a type. */
function mergeExtensions(document: DocumentNode): DocumentNode {
  const types = new Map<string, TypeDefinitionNode>();
  const others: DefinitionNode[] = [];
  const ordered = [...document.definitions].sort(
    (a, b) => Number(isTypeExtensionNode(a)) - Number(isTypeExtensionNode(b)),
  );
  for (const definition of ordered) {
    if (isTypeDefinitionNode(definition) && !types.has(definition.name.value))
      types.set(definition.name.value, definition);
    else if (isTypeDefinitionNode(definition) || isTypeExtensionNode(definition)) {
      const known = types.get(definition.name.value);
      types.set(definition.name.value, known ? mergeType(known, definition) : asDefinition(definition));
    } else others.push(definition);
  }
  return { kind: Kind.DOCUMENT, definitions: [...others, ...types.values()] };
}

function asDefinition(node: TypeDefinitionNode | TypeExtensionNode): TypeDefinitionNode {
  return { ...node, kind: node.kind.replace('Extension', 'Definition') } as TypeDefinitionNode;
}

function mergeType(a: TypeDefinitionNode, b: TypeDefinitionNode | TypeExtensionNode): TypeDefinitionNode {
  const merged: Record<string, unknown> = { ...a };
  for (const part of ['fields', 'interfaces', 'types', 'values', 'directives'] as const) {
    const left = (a as unknown as Record<string, unknown[] | undefined>)[part];
    const right = (b as unknown as Record<string, unknown[] | undefined>)[part];
    if (left || right) merged[part] = [...(left ?? []), ...(right ?? [])];
  }
  return merged as unknown as TypeDefinitionNode;
}

function readKeys(
  document: DocumentNode,
  schema: GraphQLSchema,
  problems: Problem[],
): Pick<ConnectorModel, 'keys' | 'externals'> {
  const keys = new Map<string, string[][][]>();
  const externals = new Set<string>();
  for (const definition of document.definitions) {
    if (
      !('directives' in definition) ||
      !('name' in definition) ||
      !definition.name ||
      !('fields' in definition)
    )
      continue;
    const typeName = definition.name.value;
    for (const field of definition.fields ?? [])
      if (field.directives?.some((d) => isFederation(d, 'external')))
        externals.add(`${typeName}.${field.name.value}`);
    for (const directive of definition.directives ?? []) {
      if (!isFederation(directive, 'key')) continue;
      const fields = directive.arguments?.find((a) => a.name.value === 'fields')?.value;
      const resolvable = directive.arguments?.find((a) => a.name.value === 'resolvable')?.value;
      if (fields?.kind !== Kind.STRING || (resolvable?.kind === Kind.BOOLEAN && !resolvable.value)) continue;
      const paths = keyPaths(fields.value);
      if (paths) keys.set(typeName, [...(keys.get(typeName) ?? []), paths]);
      else if (schema.getType(typeName))
        problems.push(
          problemAt(fields, {
            code: 'KEY_SYNTAX',
            message: `@key(fields: "${fields.value}") is not a selection of fields.`,
          }),
        );
    }
  }
  return { keys, externals };
}

const isFederation = (d: ConstDirectiveNode, name: string) =>
  d.name.value === name || d.name.value === `federation__${name}`;

/** `id org { id }` → [['id'], ['org', 'id']]; undefined if it does not parse. */
export function keyPaths(fields: string): string[][] | undefined {
  try {
    const [operation] = parse(`{ ${fields} }`).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? leafPaths(operation.selectionSet) : undefined;
  } catch {
    return undefined;
  }
}

function leafPaths(set: SelectionSetNode): string[][] {
  return set.selections.flatMap((selection) =>
    selection.kind !== Kind.FIELD
      ? []
      : selection.selectionSet
        ? leafPaths(selection.selectionSet).map((path) => [selection.name.value, ...path])
        : [[selection.name.value]],
  );
}

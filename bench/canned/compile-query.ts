import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import type { CannedSubgraph, Source } from './subgraphs.ts';

/** Variables to `data`. */
export type CompiledQuery = (variables: Source) => Source;

type Variables = Record<string, unknown>;
type Complete = (value: unknown, variables: Variables) => unknown;
/** `@skip` and `@include` by variable. */
type Guard = readonly { readonly variable: string; readonly value: boolean }[];
/** A selection set, and when it counts. */
interface Part {
  readonly set: SelectionSetNode;
  readonly guard: Guard;
}
interface CompiledField {
  readonly key: string;
  /** It is answered if one of them holds. */
  readonly guards: readonly Guard[];
  readonly answer: (source: Source, variables: Variables) => unknown;
}

const ENTITY = '_Entity';
const NO_ARGUMENTS: Source = {};

/**
 * Compiles a query against a canned subgraph: once per query text, so that the subgraphs cost little beside the
 * gateway that is measured. Strict: a field that this subgraph cannot resolve in this place throws.
 */
export function createQueryCompiler(subgraph: CannedSubgraph): (text: string) => CompiledQuery {
  const types = typesOf(subgraph.sdl);
  const entityTypes = Object.keys(subgraph.entities);

  return function compile(text) {
    const { definitions } = parse(text, { noLocation: true });
    const operation = definitions.find(
      (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
    )!;
    const fragments = new Map(
      definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
    const answer = completeObject('Query', [{ set: operation.selectionSet, guard: [] }]);
    return (variables) => answer({}, variables) as Source;

    function completeObject(type: string, parts: readonly Part[]): Complete {
      const grouped = new Map<string, { node: FieldNode; guards: Guard[]; parts: Part[] }>();
      for (const part of parts) collect(type, part, grouped);
      const fields = [...grouped].map(([key, { node, guards, parts }]): CompiledField => ({
        key,
        guards: guards.some((guard) => guard.length === 0) ? [] : guards,
        answer: compileField(type, node, parts),
      }));
      return (source, variables) => {
        if (source === null) return null;
        const object: Record<string, unknown> = {};
        for (const { key, guards, answer } of fields)
          if (guards.length === 0 || guards.some((guard) => holds(guard, variables)))
            object[key] = answer(source as Source, variables);
        return object;
      };
    }

    function collect(
      type: string,
      { set, guard }: Part,
      into: Map<string, { node: FieldNode; guards: Guard[]; parts: Part[] }>,
    ): void {
      for (const selection of set.selections) {
        const inner = [...guard, ...guardOf(selection.directives ?? [])];
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const known = into.get(key) ?? { node: selection, guards: [], parts: [] };
          into.set(key, known);
          known.guards.push(inner);
          if (selection.selectionSet) known.parts.push({ set: selection.selectionSet, guard: inner });
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
        const condition = fragment.typeCondition?.name.value ?? type;
        if (condition === type || condition === ENTITY)
          collect(type, { set: fragment.selectionSet, guard: inner }, into);
      }
    }

    function compileField(type: string, node: FieldNode, parts: readonly Part[]): CompiledField['answer'] {
      const name = node.name.value;
      if (name === '__typename') return () => type;
      const args = (node.arguments ?? []).map(({ name, value }) => [name.value, value] as const);
      const argumentsOf = (variables: Variables): Source =>
        args.length === 0
          ? NO_ARGUMENTS
          : Object.fromEntries(args.map(([name, value]) => [name, valueFromASTUntyped(value, variables)]));
      if (type === 'Query' && name === '_entities') return compileEntities(argumentsOf, parts);
      const fieldType = types.get(type)?.get(name);
      if (fieldType === undefined)
        throw new Error(`The subgraph "${subgraph.name}" has no field "${type}.${name}".`);
      const complete = parts.length > 0 ? completeList(completeObject(fieldType, parts)) : undefined;
      const resolve = subgraph.resolvers[type]?.[name];
      return (source, variables) => {
        const value = resolve ? resolve(source, argumentsOf(variables)) : source[name];
        if (value === undefined)
          throw new Error(`The subgraph "${subgraph.name}" cannot resolve "${type}.${name}" here.`);
        return complete ? complete(value, variables) : value;
      };
    }

    function compileEntities(
      argumentsOf: (variables: Variables) => Source,
      parts: readonly Part[],
    ): CompiledField['answer'] {
      const byType = new Map(entityTypes.map((type) => [type, completeObject(type, parts)]));
      return (_, variables) =>
        (argumentsOf(variables)['representations'] as readonly Source[]).map((representation) => {
          const type = representation['__typename'] as string;
          const load = subgraph.entities[type];
          if (load === undefined)
            throw new Error(`The subgraph "${subgraph.name}" has no entities "${type}".`);
          return byType.get(type)!(load(representation), variables);
        });
    }
  };
}

function completeList(complete: Complete): Complete {
  return (value, variables) =>
    Array.isArray(value) ? value.map((element) => complete(element, variables)) : complete(value, variables);
}

/** Constant conditions are not sent by any gateway; a variable's are. */
function guardOf(directives: readonly DirectiveNode[]): Guard {
  return directives.flatMap(({ name, arguments: args }) => {
    const value = args?.[0]?.value;
    return value?.kind === Kind.VARIABLE
      ? [{ variable: value.name.value, value: name.value === 'include' }]
      : [];
  });
}

function holds(guard: Guard, variables: Variables): boolean {
  return guard.every(({ variable, value }) => variables[variable] === value);
}

/** By type and field, the name of the field's type. */
function typesOf(sdl: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const named = (type: TypeNode): string =>
    type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);
  return new Map(
    parse(sdl, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION
        ? [
            [
              node.name.value,
              new Map(node.fields?.map(({ name, type }) => [name.value, named(type)])),
            ] as const,
          ]
        : [],
    ),
  );
}

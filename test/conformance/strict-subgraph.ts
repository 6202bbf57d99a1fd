import {
  buildASTSchema,
  executeSync,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { type FieldModel, printSubgraph, type SubgraphModel, type TypeModel } from './federated-graph.ts';
import {
  type Arguments,
  eventOf,
  GraphData,
  isOfType,
  isThing,
  selectionOf,
  type Thing,
} from './graph-data.ts';

/** An object as this subgraph has it: what it was asked by, and what its parent provides of it. */
interface LocalThing extends Thing {
  readonly representation?: Readonly<Record<string, unknown>>;
  readonly provided?: SelectionSetNode;
  /** The type to answer with where it is not the concrete one. */
  readonly as?: string;
}

export interface StrictRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface StrictSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Why requests were refused: things that a gateway must not ask. */
  readonly refusals: string[];
  /** A GraphQL response; of a subscription, its event with this number. */
  answer(request: StrictRequest, event?: number): unknown;
}

/** Prefix of every refusal's message. */
export const REFUSED = 'REFUSED';

/** Called for each root field of a mutation that takes effect. */
export type OnEffect = (field: string, args: Arguments) => void;

/**
 * A federated subgraph that refuses what the specification does not let a gateway ask: documents that are
 * not valid here, variables that are not declared, fields that are external here (save where provided) or
 * taken over by another subgraph, representations without a resolvable key, of unknown entities, or
 * without (or with wrong) required fields.
 */
export function createStrictSubgraph(
  model: SubgraphModel,
  data: GraphData,
  onEffect: OnEffect,
  labels: ReadonlySet<string> = new Set(),
): StrictSubgraph {
  const types = new Map(model.types.map((type) => [type.name, type]));
  const schema = executableSchema(model);
  const refusals: string[] = [];
  const refuse = (what: string): never => {
    const message = `${REFUSED} by ${model.name}: ${what}`;
    refusals.push(message);
    throw new Error(message);
  };

  const fieldOf = (info: GraphQLResolveInfo): FieldModel | undefined =>
    types.get(info.parentType.name)?.fields.find(({ name }) => name === info.fieldName);

  const checkRequired = (thing: LocalThing, field: FieldModel, coordinate: string): void => {
    const { requires } = field;
    if (requires === undefined) return;
    const { representation } = thing;
    if (!representation) refuse(`${coordinate} needs a representation with { ${requires} }`);
    const wrong = wrongPart(schema, data, thing, selectionOf(requires), representation ?? {});
    if (wrong !== undefined) refuse(`${coordinate} requires { ${requires} }, but ${wrong}`);
  };

  const resolve: GraphQLFieldResolver<unknown, unknown, Arguments> = (source, args, _, info) => {
    const { fieldName, parentType } = info;
    if (fieldName === '_entities' && parentType.name === 'Query') {
      const representations = args['representations'] as readonly Readonly<Record<string, unknown>>[];
      return representations.map((representation) => entityOf(representation, types, schema, data, refuse));
    }
    const thing: LocalThing = isThing(source) ? source : { uid: parentType.name, typename: parentType.name };
    const coordinate = `${parentType.name}.${fieldName}`;
    const field = fieldOf(info);
    if (!field) return refuse(`${coordinate} is unknown`);
    if (isElsewhere(field, labels)) refuse(`${coordinate} is overridden`);
    const provided = thing.provided && below(schema, thing, thing.provided, fieldName);
    if (field.external && provided === undefined) refuse(`${coordinate} is external and not provided here`);
    checkRequired(thing, field, coordinate);
    for (const { name, fromContext } of field.args)
      if (fromContext && !info.fieldNodes.every((node) => isVariable(node, name)))
        refuse(`${coordinate} is asked for without a variable for "${name}", which comes from a context`);
    if (parentType === schema.getMutationType()) onEffect(fieldName, args);
    if (data.requirementFails(schema, thing, fieldName)) throw new Error('a required field failed');
    const value = data.value(schema, thing, fieldName, info.returnType, args);
    const provides = [
      ...(provided?.selections ?? []),
      ...(field.provides === undefined ? [] : selectionOf(field.provides).selections),
    ];
    return provides.length > 0
      ? withProvided(value, { kind: Kind.SELECTION_SET, selections: provides })
      : value;
  };

  return {
    name: model.name,
    schema,
    refusals,
    answer({ query, variables = {}, operationName }, event) {
      try {
        const document = parse(query);
        const [invalid] = validate(schema, document);
        if (invalid) return refuse(invalid.message);
        const operation = getOperationAST(document, operationName);
        const declared = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
        const undeclared = Object.keys(variables).find((name) => !declared.includes(name));
        if (undeclared !== undefined) return refuse(`variable $${undeclared} is not declared`);
        return executeSync({
          schema,
          document,
          variableValues: variables,
          ...(event === undefined ? {} : { rootValue: eventOf(event) }),
          ...(operationName === undefined ? {} : { operationName }),
          fieldResolver: resolve,
          typeResolver: (value) =>
            isThing(value) ? ((value as LocalThing).as ?? value.typename) : undefined,
        });
      } catch (error) {
        return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
      }
    },
  };
}

/** Whom a progressive override gives the field to, or one without a label. */
function isElsewhere(
  { overridden, overriddenByLabel, overrideLabel }: FieldModel,
  labels: ReadonlySet<string>,
): boolean {
  return (
    overridden === true ||
    (overriddenByLabel !== undefined && labels.has(overriddenByLabel)) ||
    (overrideLabel !== undefined && !labels.has(overrideLabel))
  );
}

/** The subgraph's own schema with the entity root; as the specification has it, only types with a resolvable key are entities. */
function executableSchema(model: SubgraphModel): GraphQLSchema {
  const entities = model.types.filter(
    ({ kind, keys }) => kind === 'object' && keys.some(({ resolvable }) => resolvable),
  );
  const query = model.types.some(({ name }) => name === 'Query') ? 'extend type Query' : 'type Query';
  const serviceRoot = `type _Service { sdl: String }\n${query} { _service: _Service! }\n`;
  const entityRoot =
    entities.length === 0
      ? ''
      : `scalar _Any\nunion _Entity = ${entities.map(({ name }) => name).join(' | ')}
        extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n`;
  // What Federation 1 writes as an extension is a type here.
  const sdl = printSubgraph({
    ...model,
    federation1: false,
    types: model.types.map((type) => ({ ...type, extension: false })),
  }).replace(/^extend schema.*$/m, '');
  return buildASTSchema(parse(`${sdl}${serviceRoot}${entityRoot}`), { assumeValidSDL: true });
}

function entityOf(
  representation: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, TypeModel>,
  schema: GraphQLSchema,
  data: GraphData,
  refuse: (what: string) => never,
): LocalThing {
  const name = String(representation['__typename']);
  const type = types.get(name);
  const told = JSON.stringify(representation);
  if (!type) return refuse(`a representation of the unknown type ${name}`);
  const keys = type.keys.filter(({ resolvable }) => resolvable);
  if (keys.length === 0) return refuse(`${name} has no resolvable key here`);
  const key = keys.find(({ fields }) => isComplete(representation, selectionOf(fields)));
  if (!key) return refuse(`a representation without a key: ${told}`);
  const isAbstract = type.kind === 'interface' || type.interfaceObject === true;
  const concrete = isAbstract ? (data.index.implementers.get(name) ?? []) : [name];
  const found = concrete
    .flatMap((typename) => GraphData.entities(typename))
    .filter((thing) => wrongPart(schema, data, thing, selectionOf(key.fields), representation) === undefined);
  if (found.length !== 1) return refuse(`a representation of ${found.length} entities: ${told}`);
  return { ...found[0]!, representation, ...(type.interfaceObject ? { as: name } : {}) };
}

function isComplete(value: unknown, set: SelectionSetNode): boolean {
  if (Array.isArray(value)) return value.every((item) => isComplete(item, set));
  if (typeof value !== 'object' || value === null) return false;
  return set.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const inner = (value as Record<string, unknown>)[selection.name.value];
    if (inner === undefined || inner === null) return false;
    return !selection.selectionSet || isComplete(inner, selection.selectionSet);
  });
}

/** What of a representation is missing, or not what the data has; `undefined` = nothing. */
function wrongPart(
  schema: GraphQLSchema,
  data: GraphData,
  thing: Thing,
  set: SelectionSetNode,
  representation: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (!isOfType(schema, thing, selection.typeCondition?.name.value)) continue;
      const wrong = wrongPart(schema, data, thing, selection.selectionSet, representation);
      if (wrong !== undefined) return wrong;
      continue;
    }
    const name = selection.name.value;
    const given = representation[name];
    if (given === undefined) return `"${name}" is missing in ${JSON.stringify(representation)}`;
    const definition = fieldDefinition(schema, data, thing, name);
    if (!definition) continue;
    const args = getArgumentValues(definition, selection);
    const truth = data.value(schema, thing, name, definition.type, args);
    const wrong = wrongValue(schema, data, truth, selection.selectionSet, given);
    if (wrong !== undefined) return `"${name}" ${wrong}`;
  }
  return undefined;
}

function wrongValue(
  schema: GraphQLSchema,
  data: GraphData,
  truth: unknown,
  set: SelectionSetNode | undefined,
  given: unknown,
): string | undefined {
  if (Array.isArray(truth)) {
    if (!Array.isArray(given) || given.length !== truth.length) return `is ${JSON.stringify(given)}`;
    for (const [index, item] of truth.entries()) {
      const wrong = wrongValue(schema, data, item, set, given[index]);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (isThing(truth) && set) {
    if (typeof given !== 'object' || given === null) return `is ${JSON.stringify(given)}`;
    return wrongPart(schema, data, truth, set, given as Record<string, unknown>);
  }
  return Object.is(truth, given) ? undefined : `is ${JSON.stringify(given)} and not ${JSON.stringify(truth)}`;
}

function fieldDefinition(
  schema: GraphQLSchema,
  data: GraphData,
  thing: Thing,
  field: string,
): GraphQLField<unknown, unknown> | undefined {
  const names = [thing.typename, ...(data.index.interfaceObjectsOf.get(thing.typename) ?? [])];
  for (const name of names) {
    const type = schema.getType(name) as GraphQLObjectType | undefined;
    const found = type?.getFields()[field];
    if (found) return found;
  }
  return undefined;
}

/** What is selected below the field, nothing below a leaf; `undefined` = it is not in the set. */
function below(
  schema: GraphQLSchema,
  thing: Thing,
  set: SelectionSetNode,
  field: string,
): Pick<SelectionSetNode, 'selections'> | undefined {
  const selections = fieldsIn(schema, thing, set).filter(({ name }) => name.value === field);
  if (selections.length === 0) return undefined;
  return { selections: selections.flatMap(({ selectionSet }) => selectionSet?.selections ?? []) };
}

function fieldsIn(schema: GraphQLSchema, thing: Thing, set: SelectionSetNode): FieldNode[] {
  return set.selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (!isOfType(schema, thing, selection.typeCondition?.name.value)) return [];
    return fieldsIn(schema, thing, selection.selectionSet);
  });
}

function isVariable(node: FieldNode, argument: string): boolean {
  return node.arguments?.find(({ name }) => name.value === argument)?.value.kind === Kind.VARIABLE;
}

function withProvided(value: unknown, provided: SelectionSetNode): unknown {
  if (Array.isArray(value)) return value.map((item) => withProvided(item, provided));
  return isThing(value) ? { ...value, provided } : value;
}

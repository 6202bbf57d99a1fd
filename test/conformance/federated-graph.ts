/** A federated graph as data: what composition, the strict subgraphs and the judge are all made from. */
export interface FederatedGraph {
  readonly subgraphs: readonly SubgraphModel[];
  /** The supergraph is to be one of Federation 1, if the graph can be told in it. */
  readonly joinV01?: boolean;
}

export interface SubgraphModel {
  readonly name: string;
  /** Written as for Federation 1: no `@link`, no directives of later versions. */
  readonly federation1?: boolean;
  readonly types: readonly TypeModel[];
}

export interface TypeModel {
  readonly kind: 'object' | 'interface' | 'union' | 'enum' | 'input';
  readonly name: string;
  readonly keys: readonly KeyModel[];
  readonly implements: readonly string[];
  /** Member types of a union, values of an enum. */
  readonly members: readonly string[];
  readonly fields: readonly FieldModel[];
  readonly interfaceObject?: boolean;
  readonly shareable?: boolean;
  /** `extend type`, its keys `@external`: how Federation 1 writes an entity of another subgraph. */
  readonly extension?: boolean;
  /** Contexts that its objects carry. */
  readonly contexts?: readonly string[];
}

export interface KeyModel {
  readonly fields: string;
  readonly resolvable: boolean;
}

export interface FieldModel {
  readonly name: string;
  readonly type: string;
  readonly args: readonly ArgumentModel[];
  readonly external?: boolean;
  readonly shareable?: boolean;
  readonly requires?: string;
  readonly provides?: string;
  /** Taken over from this subgraph. */
  readonly overrides?: string;
  /** Taken over only where this label applies. */
  readonly overrideLabel?: string;
  /** Taken over by another subgraph: declared, and never to be asked for here. */
  readonly overridden?: boolean;
  /** The same where this label applies. */
  readonly overriddenByLabel?: string;
  readonly inaccessible?: boolean;
  readonly defaultValue?: string;
}

export interface ArgumentModel {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string;
  /** Takes its value from an object further up: no argument that clients know. */
  readonly fromContext?: { readonly context: string; readonly selection: string };
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible"])\n';

/** The subgraph as it enters composition. */
export function printSubgraph({ types, federation1 = false }: SubgraphModel): string {
  if (federation1) return types.map((type) => printType(inFederation1(type))).join('');
  const hasContexts = types.some(({ contexts }) => contexts);
  return `${hasContexts ? withContextLink(LINK) : LINK}${types.map(printType).join('')}`;
}

/** `@context` is there since version 2.8 of the federation specification. */
function withContextLink(link: string): string {
  return link.replace(/v2\.[0-7]"/, 'v2.8"').replace('"@key"', '"@key", "@context", "@fromContext"');
}

/** Without what Federation 1 does not know. */
function inFederation1(type: TypeModel): TypeModel {
  const isKey = ({ name }: FieldModel): boolean =>
    type.keys.some(({ fields }) => fields.split(/[ {}]+/).includes(name));
  const { shareable: _, ...rest } = type;
  return {
    ...rest,
    fields: type.fields.map(({ shareable: _s, ...field }) => ({
      ...field,
      ...(type.extension && isKey(field) ? { external: true } : {}),
    })),
  };
}

function printType(type: TypeModel): string {
  const { name, members } = type;
  const contexts = (type.contexts ?? []).map((context) => ` @context(name: "${context}")`).join('');
  if (type.kind === 'union') return `union ${name}${contexts} = ${members.join(' | ')}\n`;
  if (type.kind === 'enum') return `enum ${name} { ${members.join(' ')} }\n`;
  const head = type.implements.length > 0 ? ` implements ${type.implements.join(' & ')}` : '';
  const keys = type.keys.map(
    ({ fields, resolvable }) =>
      ` @key(fields: ${JSON.stringify(fields)}${resolvable ? '' : ', resolvable: false'})`,
  );
  const marks = `${contexts}${type.interfaceObject ? ' @interfaceObject' : ''}${type.shareable ? ' @shareable' : ''}`;
  const keyword = `${type.extension ? 'extend ' : ''}${type.kind === 'object' ? 'type' : type.kind}`;
  const fields = type.fields.map((field) => `  ${printField(field)}\n`).join('');
  return `${keyword} ${name}${head}${keys.join('')}${marks} {\n${fields}}\n`;
}

function printField(field: FieldModel): string {
  const args = field.args.map(
    (argument) =>
      `${argument.name}: ${argument.type}${argument.defaultValue === undefined ? '' : ` = ${argument.defaultValue}`}${printFromContext(argument)}`,
  );
  return [
    `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`,
    ...(field.defaultValue === undefined ? [] : [`= ${field.defaultValue}`]),
    ...(field.external ? ['@external'] : []),
    ...(field.shareable ? ['@shareable'] : []),
    ...(field.requires === undefined ? [] : [`@requires(fields: ${JSON.stringify(field.requires)})`]),
    ...(field.provides === undefined ? [] : [`@provides(fields: ${JSON.stringify(field.provides)})`]),
    ...(field.overrides === undefined ? [] : [printOverride(field.overrides, field.overrideLabel)]),
    ...(field.inaccessible ? ['@inaccessible'] : []),
  ].join(' ');
}

function printOverride(from: string, label: string | undefined): string {
  const labelled = label === undefined ? '' : `, label: ${JSON.stringify(label)}`;
  return `@override(from: ${JSON.stringify(from)}${labelled})`;
}

/** Labels of progressive overrides that the graph has. */
export function labelsOf({ subgraphs }: FederatedGraph): ReadonlySet<string> {
  return new Set(
    subgraphs.flatMap(({ types }) =>
      types.flatMap(({ fields }) =>
        fields.flatMap(({ overrideLabel }) => (overrideLabel === undefined ? [] : [overrideLabel])),
      ),
    ),
  );
}

function printFromContext({ fromContext }: ArgumentModel): string {
  if (!fromContext) return '';
  const { context, selection } = fromContext;
  return ` @fromContext(field: ${JSON.stringify(`$${context} ${selection}`)})`;
}

/** What the whole graph knows, looked up once per graph. */
export interface GraphIndex {
  readonly graph: FederatedGraph;
  /** Object types that implement an interface, anywhere. */
  readonly implementers: ReadonlyMap<string, readonly string[]>;
  /** Interfaces that some subgraph has as an object, by implementing type. */
  readonly interfaceObjectsOf: ReadonlyMap<string, readonly string[]>;
  /** Types with a key, anywhere. */
  readonly entities: ReadonlySet<string>;
  /** Object types that an abstract-typed field of an object type can give, in every subgraph that resolves the field. */
  candidates(ownerType: string, field: string, abstractType: string): readonly string[];
  /** Values of an enum that every subgraph has which resolves the field. */
  enumValues(ownerType: string, field: string, enumType: string): readonly string[];
  /** How subgraphs that resolve the field differ: `!` in some of them only; `undefined` = they do not. */
  isNonNullSomewhere(ownerType: string, field: string): boolean;
  isNullabilityMixed(ownerType: string, field: string): boolean;
  /** The `@requires` of a field, with the subgraph it holds in. */
  requirement(ownerType: string, field: string): string | undefined;
  /** The arguments of a field that are no client's. */
  contextArguments(ownerType: string, field: string): readonly ContextualArgument[];
}

export interface ContextualArgument {
  readonly name: string;
  readonly selection: string;
  /** Object types that carry the context. */
  readonly carriers: ReadonlySet<string>;
}

export function indexGraph(graph: FederatedGraph): GraphIndex {
  const implementers = new Map<string, string[]>();
  const interfaceObjects = new Set<string>();
  const entities = new Set<string>();
  for (const { types } of graph.subgraphs) {
    for (const type of types) {
      if (type.interfaceObject) interfaceObjects.add(type.name);
      if (type.kind === 'object' && type.keys.length > 0 && !type.interfaceObject) entities.add(type.name);
      for (const name of type.kind === 'object' ? type.implements : []) {
        const known = implementers.get(name) ?? [];
        if (!known.includes(type.name)) known.push(type.name);
        implementers.set(name, known);
      }
    }
  }
  const interfaceObjectsOf = new Map<string, string[]>();
  for (const name of interfaceObjects)
    for (const type of implementers.get(name) ?? [])
      interfaceObjectsOf.set(type, [...(interfaceObjectsOf.get(type) ?? []), name]);

  const declarations = (
    ownerType: string,
    field: string,
  ): { subgraph: SubgraphModel; field: FieldModel }[] => {
    const names = [ownerType, ...(interfaceObjectsOf.get(ownerType) ?? [])];
    return graph.subgraphs.flatMap((subgraph) =>
      subgraph.types
        .filter((type) => type.kind === 'object' && names.includes(type.name))
        .flatMap((type) => type.fields.filter((each) => each.name === field))
        .map((found) => ({ subgraph, field: found })),
    );
  };
  const possible = ({ types }: SubgraphModel, abstractType: string): readonly string[] => {
    const type = types.find(({ name }) => name === abstractType);
    if (type?.kind === 'union') return type.members;
    if (type?.interfaceObject) return implementers.get(abstractType) ?? [];
    return types
      .filter(({ kind, implements: names }) => kind === 'object' && names.includes(abstractType))
      .map(({ name }) => name);
  };
  const resolving = (ownerType: string, field: string): ReturnType<typeof declarations> =>
    declarations(ownerType, field).filter(({ field: { external, overridden } }) => !external && !overridden);
  const known = new Map<string, readonly string[]>();
  const nullabilities = new Map<string, ReadonlySet<boolean>>();
  const nullabilityOf = (ownerType: string, field: string): ReadonlySet<boolean> => {
    const key = `${ownerType}.${field}`;
    let found = nullabilities.get(key);
    if (!found) {
      found = new Set(resolving(ownerType, field).map((each) => each.field.type.endsWith('!')));
      nullabilities.set(key, found);
    }
    return found;
  };
  const contextual = contextualArguments(graph, implementers);
  return {
    graph,
    implementers,
    interfaceObjectsOf,
    entities,
    candidates(ownerType, field, abstractType) {
      const key = `${ownerType}.${field}`;
      let names = known.get(key);
      if (!names) {
        const common = (all: ReturnType<typeof declarations>): readonly string[] => {
          const sets = all.map(({ subgraph }) => possible(subgraph, abstractType));
          return (sets[0] ?? []).filter((name) => sets.every((set) => set.includes(name))).sort();
        };
        // Who has the field provided gives it as well.
        names = common(declarations(ownerType, field));
        if (names.length === 0) names = common(resolving(ownerType, field));
        known.set(key, names);
      }
      return names;
    },
    enumValues(ownerType, field, enumType) {
      const key = `${ownerType}.${field} ${enumType}`;
      let values = known.get(key);
      if (!values) {
        // Of those, too, who have it provided.
        const sets = declarations(ownerType, field).map(
          ({ subgraph }) => subgraph.types.find(({ name }) => name === enumType)?.members ?? [],
        );
        values = (sets[0] ?? []).filter((value) => sets.every((set) => set.includes(value)));
        known.set(key, values);
      }
      return values;
    },
    isNonNullSomewhere: (ownerType, field) => nullabilityOf(ownerType, field).has(true),
    isNullabilityMixed: (ownerType, field) => nullabilityOf(ownerType, field).size > 1,
    contextArguments: (ownerType, field) => contextual.get(`${ownerType}.${field}`) ?? NO_ARGUMENTS,
    requirement: (ownerType, field) =>
      declarations(ownerType, field).find(({ field: { requires } }) => requires !== undefined)?.field
        .requires,
  };
}

const NO_ARGUMENTS: readonly ContextualArgument[] = [];

function contextualArguments(
  { subgraphs }: FederatedGraph,
  implementers: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly ContextualArgument[]> {
  const membersOf = (union: string): readonly string[] =>
    subgraphs.flatMap(({ types }) => types.find(({ name }) => name === union)?.members ?? []);
  const found = new Map<string, ContextualArgument[]>();
  for (const { types } of subgraphs) {
    const carriersOf = (context: string): ReadonlySet<string> =>
      new Set(
        types
          .filter(({ contexts }) => contexts?.includes(context))
          .flatMap(({ kind, name }) =>
            kind === 'union'
              ? membersOf(name)
              : kind === 'interface'
                ? (implementers.get(name) ?? [])
                : [name],
          ),
      );
    for (const type of types)
      for (const field of type.fields)
        for (const { name, fromContext } of field.args) {
          if (!fromContext) continue;
          const coordinate = `${type.name}.${field.name}`;
          const { context, selection } = fromContext;
          const own = found.get(coordinate) ?? [];
          found.set(coordinate, [...own, { name, selection, carriers: carriersOf(context) }]);
        }
  }
  return found;
}

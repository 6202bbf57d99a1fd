/** A federated graph as data: what composition, the strict subgraphs and the judge are all made from. */
export interface FederatedGraph {
  readonly subgraphs: readonly SubgraphModel[];
}

export interface SubgraphModel {
  readonly name: string;
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
  /** Taken over by another subgraph: declared, and never to be asked for here. */
  readonly overridden?: boolean;
  readonly defaultValue?: string;
}

export interface ArgumentModel {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string;
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject"])\n';

/** The subgraph as it enters composition. */
export function printSubgraph({ types }: SubgraphModel): string {
  return `${LINK}${types.map(printType).join('')}`;
}

function printType(type: TypeModel): string {
  const { name, members } = type;
  if (type.kind === 'union') return `union ${name} = ${members.join(' | ')}\n`;
  if (type.kind === 'enum') return `enum ${name} { ${members.join(' ')} }\n`;
  const head = type.implements.length > 0 ? ` implements ${type.implements.join(' & ')}` : '';
  const keys = type.keys.map(
    ({ fields, resolvable }) =>
      ` @key(fields: ${JSON.stringify(fields)}${resolvable ? '' : ', resolvable: false'})`,
  );
  const marks = `${type.interfaceObject ? ' @interfaceObject' : ''}${type.shareable ? ' @shareable' : ''}`;
  const keyword = type.kind === 'object' ? 'type' : type.kind;
  const fields = type.fields.map((field) => `  ${printField(field)}\n`).join('');
  return `${keyword} ${name}${head}${keys.join('')}${marks} {\n${fields}}\n`;
}

function printField(field: FieldModel): string {
  const args = field.args.map(
    (argument) =>
      `${argument.name}: ${argument.type}${argument.defaultValue === undefined ? '' : ` = ${argument.defaultValue}`}`,
  );
  return [
    `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`,
    ...(field.defaultValue === undefined ? [] : [`= ${field.defaultValue}`]),
    ...(field.external ? ['@external'] : []),
    ...(field.shareable ? ['@shareable'] : []),
    ...(field.requires === undefined ? [] : [`@requires(fields: ${JSON.stringify(field.requires)})`]),
    ...(field.provides === undefined ? [] : [`@provides(fields: ${JSON.stringify(field.provides)})`]),
    ...(field.overrides === undefined ? [] : [`@override(from: ${JSON.stringify(field.overrides)})`]),
  ].join(' ');
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
  /** The `@requires` of a field, with the subgraph it holds in. */
  requirement(ownerType: string, field: string): string | undefined;
}

export function indexGraph(graph: FederatedGraph): GraphIndex {
  const implementers = new Map<string, string[]>();
  const interfaceObjects = new Set<string>();
  const entities = new Set<string>();
  for (const { types } of graph.subgraphs) {
    for (const type of types) {
      if (type.interfaceObject) interfaceObjects.add(type.name);
      if (type.kind === 'object' && type.keys.length > 0 && !type.interfaceObject) entities.add(type.name);
      for (const name of type.implements) {
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
    return types.filter((each) => each.implements.includes(abstractType)).map(({ name }) => name);
  };
  const known = new Map<string, readonly string[]>();
  return {
    graph,
    implementers,
    interfaceObjectsOf,
    entities,
    candidates(ownerType, field, abstractType) {
      const key = `${ownerType}.${field}`;
      let names = known.get(key);
      if (!names) {
        const sets = declarations(ownerType, field)
          .filter(({ field: { external, overridden } }) => !external && !overridden)
          .map(({ subgraph }) => possible(subgraph, abstractType));
        names = (sets[0] ?? []).filter((name) => sets.every((set) => set.includes(name))).sort();
        known.set(key, names);
      }
      return names;
    },
    requirement: (ownerType, field) =>
      declarations(ownerType, field).find(({ field: { requires } }) => requires !== undefined)?.field
        .requires,
  };
}

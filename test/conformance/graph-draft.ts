import type {
  ArgumentModel,
  FederatedGraph,
  FieldModel,
  KeyModel,
  SubgraphModel,
  TypeModel,
} from './federated-graph.ts';
import type { Random } from './random-source.ts';

type Mutable<Model> = { -readonly [Name in keyof Model]: Model[Name] };
export type DraftField = Mutable<FieldModel>;
export interface DraftType extends Mutable<Omit<TypeModel, 'fields' | 'keys' | 'implements' | 'members'>> {
  fields: DraftField[];
  keys: Mutable<KeyModel>[];
  implements: string[];
  members: string[];
}
export interface DraftSubgraph {
  readonly name: string;
  readonly types: Map<string, DraftType>;
  isFederation1?: boolean;
}

/** Value types that keys lead through: what they are made of. */
const KEY_TYPES: ReadonlyMap<string, readonly DraftField[]> = new Map([
  [
    'Org',
    [
      { name: 'oid', type: 'ID!', args: [] },
      { name: 'dept', type: 'Dept!', args: [] },
    ],
  ],
  ['Dept', [{ name: 'did', type: 'ID!', args: [] }]],
  ['Tag', [{ name: 'tid', type: 'ID!', args: [] }]],
]);

/** Field sets of keys, with the fields of the entity that they name. */
export const KEY_FIELDS: ReadonlyMap<string, readonly DraftField[]> = new Map([
  ['id', [{ name: 'id', type: 'ID!', args: [] }]],
  ['sku', [{ name: 'sku', type: 'String!', args: [] }]],
  [
    'ka kb',
    [
      { name: 'ka', type: 'String!', args: [] },
      { name: 'kb', type: 'Int!', args: [] },
    ],
  ],
  ['org { oid }', [{ name: 'org', type: 'Org!', args: [] }]],
  ['org { dept { did } }', [{ name: 'org', type: 'Org!', args: [] }]],
  ['tags { tid }', [{ name: 'tags', type: '[Tag!]!', args: [] }]],
  ['codes', [{ name: 'codes', type: '[String!]!', args: [] }]],
]);

export const KEY_FIELD_NAMES: ReadonlySet<string> = new Set([
  ...[...KEY_FIELDS.values()].flatMap((fields) => fields.map(({ name }) => name)),
  ...[...KEY_TYPES.values()].flatMap((fields) => fields.map(({ name }) => name)),
]);

/** `Shade` is an enum of answers only: each subgraph has some of its values. */
const SCALARS = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color', 'Shade'] as const;

/** `Hue` and `Filter` are of arguments only: each subgraph has a part of them, and clients what all have. */
const ARGUMENT_TYPES = [
  'Int',
  'String!',
  'Color',
  '[Int!]',
  '[[String]]',
  'In',
  'In!',
  '[In!]',
  'Boolean',
  'ID',
  'Hue',
  'Filter',
] as const;

/** An optional argument that not every subgraph has: clients do not see it. */
export const PARTIAL_ARGUMENT: ArgumentModel = { name: 'ax', type: 'Int' };

/** A graph while it is being made. All subgraphs together have each field with one type wherever it is declared. */
export class GraphDraft {
  readonly random: Random;
  readonly subgraphs: readonly DraftSubgraph[];
  /** By entity, the key field sets that some subgraph has. */
  readonly keysOf = new Map<string, string[]>();
  /** By value type, its definition. */
  readonly values = new Map<string, DraftType>();
  /** Whether fields of entities and roots may have several subgraphs. */
  mayShare = true;
  joinV01 = false;
  #serial = 0;

  constructor(random: Random, subgraphs: number) {
    this.random = random;
    this.subgraphs = Array.from({ length: subgraphs }, (_, index) => ({
      name: `s${index}`,
      types: new Map<string, DraftType>(),
    }));
  }

  /** With so many subgraphs that not every set of them is weighed. */
  get isWide(): boolean {
    return this.subgraphs.length > 5;
  }

  graph(): FederatedGraph {
    return {
      ...(this.joinV01 ? { joinV01: true } : {}),
      subgraphs: this.subgraphs
        .filter(({ types }) => types.size > 0)
        .map(({ name, types, isFederation1 }): SubgraphModel => ({
          name,
          types: [...types.values()],
          ...(isFederation1 ? { federation1: true } : {}),
        })),
    };
  }

  name(prefix: string): string {
    return `${prefix}${this.#serial++}`;
  }

  type(subgraph: DraftSubgraph, name: string, kind: TypeModel['kind'] = 'object'): DraftType {
    let type = subgraph.types.get(name);
    if (!type) {
      type = { kind, name, keys: [], implements: [], members: [], fields: [] };
      subgraph.types.set(name, type);
    }
    return type;
  }

  addKey(subgraph: DraftSubgraph, entity: string, fields: string, resolvable: boolean): void {
    const type = this.type(subgraph, entity);
    if (type.keys.some((key) => key.fields === fields)) return;
    type.keys.push({ fields, resolvable });
    for (const field of KEY_FIELDS.get(fields) ?? []) {
      if (type.fields.some(({ name }) => name === field.name)) continue;
      type.fields.push({ ...field });
      this.#addKeyType(subgraph, field.type);
    }
  }

  #addKeyType(subgraph: DraftSubgraph, text: string): void {
    const name = namedType(text);
    const fields = KEY_TYPES.get(name);
    if (!fields || subgraph.types.has(name)) return;
    const type = this.type(subgraph, name);
    type.shareable = true;
    for (const field of fields) {
      type.fields.push({ ...field });
      this.#addKeyType(subgraph, field.type);
    }
  }

  wrapped(name: string): string {
    const { random } = this;
    const inner = random.chance(0.35) ? `${name}!` : name;
    const draw = random.below(20);
    if (draw < 12) return inner;
    const list = random.chance(0.4) ? `[${inner}]!` : `[${inner}]`;
    if (draw < 18) return list;
    return random.chance(0.4) ? `[${list}]!` : `[${list}]`;
  }

  arguments(probability: number): ArgumentModel[] {
    const { random } = this;
    if (!random.chance(probability)) return [];
    return Array.from({ length: 1 + random.below(2) }, (_, index): ArgumentModel => {
      const type = random.pick(ARGUMENT_TYPES);
      const withDefault =
        type === 'Int' && random.chance(0.5) ? { defaultValue: String(random.below(9)) } : {};
      return { name: `a${index}`, type, ...withDefault };
    });
  }

  /** Declares what the field's type and arguments need in the subgraph. */
  useType(subgraph: DraftSubgraph, field: Pick<FieldModel, 'type' | 'args'>): void {
    for (const text of [field.type, ...field.args.map(({ type }) => type)]) {
      const name = namedType(text);
      if (subgraph.types.has(name)) continue;
      if (this.#declareLeaf(subgraph, name)) continue;
      if (this.keysOf.has(name)) {
        const keys = this.keysOf.get(name) ?? [];
        this.addKey(subgraph, name, this.random.pick(keys), this.random.chance(0.5));
        continue;
      }
      const value = this.values.get(name);
      if (!value) continue;
      subgraph.types.set(name, {
        ...value,
        implements: [],
        fields: value.fields.map((each) => ({ ...each })),
      });
      for (const each of value.fields) this.useType(subgraph, each);
    }
  }

  /** Enums and input types. */
  #declareLeaf(subgraph: DraftSubgraph, name: string): boolean {
    const { random } = this;
    switch (name) {
      case 'Color':
        this.type(subgraph, name, 'enum').members = ['RED', 'GREEN', 'BLUE'];
        return true;
      case 'Shade':
        this.type(subgraph, name, 'enum').members = ['LIGHT', ...random.some(['DARK', 'PALE', 'DEEP'], 0.6)];
        return true;
      case 'Hue':
        this.type(subgraph, name, 'enum').members = ['WARM', ...random.some(['COLD', 'DULL'], 0.7)];
        return true;
      case 'In':
        this.useType(subgraph, { type: 'Color', args: [] });
        this.type(subgraph, name, 'input').fields = [
          { name: 'i', type: 'Int', args: [], defaultValue: '7' },
          { name: 's', type: 'String', args: [] },
          { name: 'c', type: 'Color', args: [] },
          { name: 'l', type: '[Int!]', args: [] },
          { name: 'n', type: 'In', args: [] },
        ];
        return true;
      case 'Filter':
        this.useType(subgraph, { type: 'Hue', args: [] });
        this.type(subgraph, name, 'input').fields = [
          { name: 's', type: 'String', args: [] },
          ...random.some(
            [
              { name: 'h', type: 'Hue', args: [] },
              { name: 'k', type: '[Int]', args: [] },
              { name: 'f', type: 'Filter', args: [] },
            ],
            0.7,
          ),
        ];
        return true;
      default:
        return false;
    }
  }

  homesOf(entity: string): DraftSubgraph[] {
    return this.subgraphs.filter(({ types }) => types.get(entity)?.keys.some(({ resolvable }) => resolvable));
  }

  outputType(): string {
    const { random } = this;
    const draw = random.below(20);
    if (draw < 11) return random.pick(SCALARS);
    // Entities of the keyed interface stay where it is: a subgraph with an `@interfaceObject` must not have them.
    if (draw < 16) return random.pick([...this.keysOf.keys()].filter((name) => name.startsWith('E')));
    return random.pick([...this.values.keys()]);
  }

  /** Fields that others resolve and `home` does not have at all. */
  foreignFields(entity: string, home: DraftSubgraph): DraftField[] {
    const own = new Set(home.types.get(entity)?.fields.map(({ name }) => name));
    const found = new Map<string, DraftField>();
    for (const subgraph of this.subgraphs) {
      if (subgraph === home) continue;
      for (const field of subgraph.types.get(entity)?.fields ?? [])
        if (!field.external && !field.overridden && !own.has(field.name) && !KEY_FIELD_NAMES.has(field.name))
          found.set(field.name, field);
    }
    return [...found.values()];
  }

  /** As another subgraph declares the field in order to require it, or have it provided. */
  addExternal(subgraph: DraftSubgraph, typeName: string, { name, type, args }: FieldModel): void {
    const owner = this.type(subgraph, typeName);
    if (owner.fields.some((each) => each.name === name)) return;
    const declared = args.filter((each) => each.name !== PARTIAL_ARGUMENT.name);
    owner.fields.push({ name, type, args: declared, external: true });
    this.useType(subgraph, { type, args: declared });
  }
}

export function namedType(text: string): string {
  return text.replace(/[[\]!]/g, '');
}

export function isLeaf(type: string): boolean {
  return (SCALARS as readonly string[]).includes(namedType(type));
}

/** A leaf without arguments. */
export function isPlain({ type, args }: FieldModel): boolean {
  return isLeaf(type) && args.length === 0;
}

export function literalArguments(args: readonly ArgumentModel[], random: Random): string {
  const given = args.filter(
    ({ name, type }) => name !== PARTIAL_ARGUMENT.name && (type.endsWith('!') || random.chance(0.6)),
  );
  if (given.length === 0) return '';
  return `(${given.map(({ name, type }) => `${name}: ${literal(type.replace(/!$/, ''), random)}`).join(', ')})`;
}

function literal(type: string, random: Random): string {
  switch (type) {
    case 'Int':
      return String(random.below(5));
    case 'Color':
      return 'RED';
    case 'Hue':
      return 'WARM';
    case '[Int!]':
      return '[1, 2]';
    case '[[String]]':
      return '[["x"], null]';
    case 'In':
      return '{ s: "x", c: BLUE }';
    case 'Filter':
      return '{ s: "y" }';
    case '[In!]':
      return '[{ i: 1 }]';
    case 'Boolean':
      return 'true';
    default:
      return '"x"';
  }
}

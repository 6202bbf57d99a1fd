import type {
  ArgumentModel,
  FederatedGraph,
  FieldModel,
  KeyModel,
  SubgraphModel,
  TypeModel,
} from './federated-graph.ts';
import { withContexts } from './random-context.ts';
import { type Random, randomFrom } from './random-source.ts';

type Mutable<Model> = { -readonly [Name in keyof Model]: Model[Name] };
type DraftField = Mutable<FieldModel>;
interface DraftType extends Mutable<Omit<TypeModel, 'fields' | 'keys' | 'implements' | 'members'>> {
  fields: DraftField[];
  keys: KeyModel[];
  implements: string[];
  members: string[];
}
interface DraftSubgraph {
  readonly name: string;
  readonly types: Map<string, DraftType>;
}

const KEY_FIELDS: ReadonlyMap<string, readonly DraftField[]> = new Map([
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
]);

const SCALARS = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color'] as const;

/**
 * A random federated graph; not every one composes. All subgraphs together give each field of each
 * object at least once, with one type and one set of arguments wherever it is declared.
 */
export function randomGraph(seed: number): FederatedGraph {
  // Choices of their own: the rest of a seed's graph is what it was without contexts.
  return withContexts(new GraphMaker(randomFrom(seed)).make(), randomFrom(seed ^ 0x5f3759df));
}

class GraphMaker {
  readonly #random: Random;
  readonly #subgraphs: DraftSubgraph[];
  /** By entity, the key field sets that some subgraph has. */
  readonly #keysOf = new Map<string, string[]>();
  /** By value type, union or plain interface, its definition. */
  readonly #values = new Map<string, DraftType>();
  #serial = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#subgraphs = Array.from({ length: 2 + random.below(4) }, (_, index) => ({
      name: `s${index}`,
      types: new Map<string, DraftType>(),
    }));
  }

  make(): FederatedGraph {
    const random = this.#random;
    const entities = Array.from({ length: 2 + random.below(3) }, (_, index) => `E${index}`);
    for (const name of entities) this.#spreadEntity(name);
    this.#defineValue('V0', 0);
    if (random.chance(0.5)) this.#defineValue('V1', 1);
    const keyedInterface = random.chance(0.45) ? this.#keyedInterface() : undefined;
    for (const name of [...entities, ...(keyedInterface ?? [])]) this.#fillEntity(name);
    if (random.chance(0.6)) this.#plainInterface(entities);
    if (random.chance(0.5)) this.#union(entities);
    this.#roots();
    for (const name of entities) {
      if (random.chance(0.7)) this.#require(name);
      if (random.chance(0.4)) this.#require(name);
      if (random.chance(0.3)) this.#provide(name);
      if (random.chance(0.3)) this.#override(name);
    }
    return {
      subgraphs: this.#subgraphs
        .filter(({ types }) => types.size > 0)
        .map(({ name, types }): SubgraphModel => ({ name, types: [...types.values()] })),
    };
  }

  #name(prefix: string): string {
    return `${prefix}${this.#serial++}`;
  }

  #type(subgraph: DraftSubgraph, name: string, kind: TypeModel['kind'] = 'object'): DraftType {
    let type = subgraph.types.get(name);
    if (!type) {
      type = { kind, name, keys: [], implements: [], members: [], fields: [] };
      subgraph.types.set(name, type);
    }
    return type;
  }

  #addKey(subgraph: DraftSubgraph, entity: string, fields: string, resolvable: boolean): void {
    const type = this.#type(subgraph, entity);
    if (type.keys.some((key) => key.fields === fields)) return;
    type.keys.push({ fields, resolvable });
    for (const field of KEY_FIELDS.get(fields) ?? [])
      if (!type.fields.some(({ name }) => name === field.name)) type.fields.push({ ...field });
    if (fields.startsWith('org')) {
      const org = this.#type(subgraph, 'Org');
      org.shareable = true;
      if (org.fields.length === 0) org.fields.push({ name: 'oid', type: 'ID!', args: [] });
    }
  }

  /** Each next subgraph shares a key with one before it, so that there is a way, perhaps over others. */
  #spreadEntity(name: string): void {
    const random = this.#random;
    const all = random.shuffled([...KEY_FIELDS.keys()]).slice(0, random.chance(0.5) ? 1 : 3);
    if (random.chance(0.6) && !all.includes('id')) all[0] = 'id';
    const homes = random.shuffled(this.#subgraphs).slice(0, 2 + random.below(this.#subgraphs.length - 1));
    const used: string[] = [];
    for (const [index, subgraph] of homes.entries()) {
      const shared = index === 0 ? random.pick(all) : random.pick(used);
      this.#addKey(subgraph, name, shared, true);
      if (random.chance(0.35)) this.#addKey(subgraph, name, random.pick(all), true);
      for (const { fields } of subgraph.types.get(name)?.keys ?? [])
        if (!used.includes(fields)) used.push(fields);
    }
    this.#keysOf.set(name, used);
  }

  #defineValue(name: string, depth: number): void {
    const type: DraftType = {
      kind: 'object',
      name,
      keys: [],
      implements: [],
      members: [],
      fields: [],
      shareable: true,
    };
    const count = 2 + this.#random.below(2);
    for (let index = 0; index < count; index++)
      type.fields.push({
        name: this.#name('v'),
        type: this.#wrapped(this.#random.pick(SCALARS)),
        args: this.#arguments(0.15),
      });
    if (depth > 0) type.fields.push({ name: this.#name('v'), type: this.#wrapped('V0'), args: [] });
    if (this.#random.chance(0.5)) {
      const entity = this.#random.pick([...this.#keysOf.keys()]);
      type.fields.push({ name: this.#name('v'), type: this.#wrapped(entity), args: [] });
    }
    this.#values.set(name, type);
  }

  #wrapped(name: string): string {
    const random = this.#random;
    const inner = random.chance(0.35) ? `${name}!` : name;
    const draw = random.below(20);
    if (draw < 12) return inner;
    const list = random.chance(0.4) ? `[${inner}]!` : `[${inner}]`;
    if (draw < 18) return list;
    return random.chance(0.4) ? `[${list}]!` : `[${list}]`;
  }

  #arguments(probability: number): ArgumentModel[] {
    const random = this.#random;
    if (!random.chance(probability)) return [];
    const types = ['Int', 'String!', 'Color', '[Int!]', '[[String]]', 'In', 'In!', '[In!]', 'Boolean', 'ID'];
    return Array.from({ length: 1 + random.below(2) }, (_, index): ArgumentModel => {
      const type = random.pick(types);
      const withDefault =
        type === 'Int' && random.chance(0.5) ? { defaultValue: String(random.below(9)) } : {};
      return { name: `a${index}`, type, ...withDefault };
    });
  }

  /** Declares what the field's type and arguments need in the subgraph. */
  #useType(subgraph: DraftSubgraph, field: Pick<FieldModel, 'type' | 'args'>): void {
    for (const text of [field.type, ...field.args.map(({ type }) => type)]) {
      const name = text.replace(/[[\]!]/g, '');
      const known = subgraph.types.has(name);
      if (name === 'Color' || name === 'In') {
        const color = this.#type(subgraph, 'Color', 'enum');
        color.members = ['RED', 'GREEN', 'BLUE'];
        if (name === 'In') {
          const input = this.#type(subgraph, 'In', 'input');
          input.fields = [
            { name: 'i', type: 'Int', args: [], defaultValue: '7' },
            { name: 's', type: 'String', args: [] },
            { name: 'c', type: 'Color', args: [] },
            { name: 'l', type: '[Int!]', args: [] },
            { name: 'n', type: 'In', args: [] },
          ];
        }
      } else if (!known && this.#keysOf.has(name)) {
        const keys = this.#keysOf.get(name) ?? [];
        this.#addKey(subgraph, name, this.#random.pick(keys), this.#random.chance(0.5));
      } else if (!known && this.#values.has(name)) {
        const value = this.#values.get(name)!;
        subgraph.types.set(name, {
          ...value,
          implements: [],
          fields: value.fields.map((each) => ({ ...each })),
        });
        for (const each of value.fields) this.#useType(subgraph, each);
      }
    }
  }

  #homesOf(entity: string): DraftSubgraph[] {
    return this.#subgraphs.filter(({ types }) =>
      types.get(entity)?.keys.some(({ resolvable }) => resolvable),
    );
  }

  #outputType(): string {
    const random = this.#random;
    const draw = random.below(20);
    if (draw < 11) return random.pick(SCALARS);
    // Entities of the keyed interface stay where it is: a subgraph with an `@interfaceObject` must not have them.
    if (draw < 16) return random.pick([...this.#keysOf.keys()].filter((name) => name.startsWith('E')));
    return random.pick([...this.#values.keys()]);
  }

  #fillEntity(entity: string): void {
    const random = this.#random;
    for (const home of this.#homesOf(entity)) {
      const type = this.#type(home, entity);
      const count = 1 + random.below(3);
      for (let index = 0; index < count; index++) {
        const field: DraftField = {
          name: this.#name('f'),
          type: this.#wrapped(this.#outputType()),
          args: this.#arguments(0.2),
        };
        type.fields.push(field);
        this.#useType(home, field);
        if (!random.chance(0.15)) continue;
        const other = random.pick(this.#homesOf(entity));
        if (other === home) continue;
        field.shareable = true;
        this.#type(other, entity).fields.push({ ...field });
        this.#useType(other, field);
      }
    }
  }

  /** An interface with a key, its entities in one subgraph, and other subgraphs that have it as an object. */
  #keyedInterface(): string[] {
    const random = this.#random;
    const [home, ...others] = random.shuffled(this.#subgraphs);
    if (!home || others.length === 0) return [];
    const names = ['M0', 'M1'];
    const common: DraftField[] = Array.from({ length: 1 + random.below(2) }, () => ({
      name: this.#name('n'),
      type: this.#wrapped(this.#outputType()),
      args: this.#arguments(0.15),
    }));
    const declared = this.#type(home, 'N0', 'interface');
    declared.keys.push({ fields: 'id', resolvable: true });
    declared.fields.push({ name: 'id', type: 'ID!', args: [] }, ...common.map((field) => ({ ...field })));
    for (const name of names) {
      this.#addKey(home, name, 'id', true);
      const type = this.#type(home, name);
      type.implements.push('N0');
      type.fields.push(...common.map((field) => ({ ...field })));
      this.#keysOf.set(name, ['id']);
    }
    for (const field of common) this.#useType(home, field);
    for (const other of others.slice(0, 1 + random.below(2))) {
      const type = this.#type(other, 'N0');
      type.interfaceObject = true;
      this.#addKey(other, 'N0', 'id', true);
      const count = 1 + random.below(2);
      for (let index = 0; index < count; index++) {
        const field = {
          name: this.#name('x'),
          type: this.#wrapped(this.#outputType()),
          args: this.#arguments(0.15),
        };
        type.fields.push(field);
        this.#useType(other, field);
      }
      const required = common.find(({ type: text, args }) => isScalar(text) && args.length === 0);
      if (required && random.chance(0.4)) {
        type.fields.push(
          { ...required, external: true },
          { name: this.#name('x'), type: this.#wrapped('String'), args: [], requires: required.name },
        );
        this.#useType(other, required);
      }
    }
    return names;
  }

  /** Abstract types, fields of which can be made in the subgraphs that declare them. */
  #plainInterface(entities: readonly string[]): void {
    const random = this.#random;
    const implementers = random.shuffled([...entities, ...this.#values.keys()]).slice(0, 2);
    const field: DraftField = {
      name: this.#name('i'),
      type: this.#wrapped(this.#outputType()),
      args: this.#arguments(0.2),
    };
    const homes = random.shuffled(this.#subgraphs).slice(0, 1 + random.below(2));
    const isShared = homes.length > 1;
    for (const name of implementers) {
      const value = this.#values.get(name);
      if (!value) continue;
      value.fields.push({ ...field });
      // A value type has the same fields wherever it is.
      for (const subgraph of this.#subgraphs) {
        const known = subgraph.types.get(name);
        if (!known) continue;
        known.fields.push({ ...field });
        this.#useType(subgraph, field);
      }
    }
    for (const home of homes) {
      const declared = this.#type(home, 'I0', 'interface');
      declared.fields.push({ ...field });
      this.#useType(home, field);
      for (const name of implementers) {
        this.#useType(home, { type: name, args: [] });
        const type = this.#type(home, name);
        type.implements.push('I0');
        if (!this.#values.has(name)) type.fields.push({ ...field, ...(isShared ? { shareable: true } : {}) });
      }
      this.#abstractFields(home, 'I0', entities);
    }
  }

  #union(entities: readonly string[]): void {
    const random = this.#random;
    const pool = random.shuffled([...entities, ...this.#values.keys()]);
    for (const home of random.shuffled(this.#subgraphs).slice(0, 1 + random.below(2))) {
      const members = random.some(pool, 0.7);
      if (members.length === 0) continue;
      const declared = this.#type(home, 'U0', 'union');
      declared.members = members;
      for (const name of members) this.#useType(home, { type: name, args: [] });
      this.#abstractFields(home, 'U0', entities);
    }
  }

  #abstractFields(home: DraftSubgraph, name: string, entities: readonly string[]): void {
    const random = this.#random;
    this.#type(home, 'Query').fields.push({
      name: this.#name('q'),
      type: this.#wrapped(name),
      args: this.#arguments(0.2),
    });
    const owner = home.types.get(random.pick(entities));
    if (owner?.keys.some(({ resolvable }) => resolvable))
      owner.fields.push({ name: this.#name('f'), type: this.#wrapped(name), args: [] });
  }

  #roots(): void {
    const random = this.#random;
    const add = (root: 'Query' | 'Mutation', subgraph: DraftSubgraph): void => {
      const composite = [...subgraph.types.values()].filter(
        ({ kind, name }) =>
          ['object', 'interface', 'union'].includes(kind) &&
          name !== 'Query' &&
          name !== 'Mutation' &&
          name !== 'Org',
      );
      const isLeaf = composite.length === 0 || random.chance(0.15);
      const field: DraftField = {
        name: this.#name(root === 'Query' ? 'q' : 'm'),
        type: this.#wrapped(isLeaf ? random.pick(SCALARS) : random.pick(composite).name),
        args: this.#arguments(0.35),
      };
      this.#type(subgraph, root).fields.push(field);
      this.#useType(subgraph, field);
      const name = field.type.replace(/[[\]!]/g, '');
      const others = this.#subgraphs.filter(
        (other) =>
          other !== subgraph && (isLeaf || other.types.get(name)?.kind === subgraph.types.get(name)?.kind),
      );
      if (root !== 'Query' || others.length === 0 || !random.chance(0.25)) return;
      field.shareable = true;
      const other = random.pick(others);
      this.#type(other, root).fields.push({ ...field });
      this.#useType(other, field);
    };
    for (const subgraph of this.#subgraphs) {
      const count = random.below(3);
      for (let index = 0; index < count; index++) add('Query', subgraph);
      if (random.chance(0.5)) add('Mutation', subgraph);
    }
    add('Query', random.pick(this.#subgraphs));
  }

  /** A new field that needs a field which only other subgraphs have. */
  #require(entity: string): void {
    const random = this.#random;
    const home = random.pick(this.#homesOf(entity));
    const foreign = this.#foreignFields(entity, home);
    if (foreign.length === 0) return;
    const wanted = random.shuffled(foreign).slice(0, 1 + random.below(2));
    const type = this.#type(home, entity);
    const parts: string[] = [];
    for (const field of wanted) {
      const part = this.#requiredPart(home, field);
      if (part === undefined) continue;
      parts.push(part);
      const { shareable: _s, requires: _r, provides: _p, overrides: _o, ...bare } = field;
      type.fields.push({ ...bare, external: true });
      this.#useType(home, field);
    }
    if (parts.length === 0) return;
    const dependent: DraftField = {
      name: this.#name('r'),
      type: this.#wrapped(random.pick(['String', 'Int', entity])),
      args: this.#arguments(0.25),
      requires: parts.join(' '),
    };
    type.fields.push(dependent);
    this.#useType(home, dependent);
  }

  #requiredPart(home: DraftSubgraph, field: DraftField): string | undefined {
    const random = this.#random;
    const head = `${field.name}${literalArguments(field.args, random)}`;
    const name = field.type.replace(/[[\]!]/g, '');
    if (isScalar(field.type)) return head;
    const value = this.#values.get(name);
    if (value) {
      const leaves = value.fields.filter(({ type, args }) => isScalar(type) && args.length === 0);
      return leaves.length > 0
        ? `${head} { ${
            random
              .some(leaves, 0.6)
              .map((leaf) => leaf.name)
              .join(' ') || leaves[0]!.name
          } }`
        : undefined;
    }
    if (!this.#keysOf.has(name)) return undefined;
    const inner = this.#foreignFields(name, home).filter(
      ({ type, args }) => isScalar(type) && args.length === 0,
    );
    if (inner.length === 0) return undefined;
    const leaf = random.pick(inner);
    this.#useType(home, { type: name, args: [] });
    this.#type(home, name).fields.push({ name: leaf.name, type: leaf.type, args: [], external: true });
    this.#useType(home, leaf);
    return `${head} { ${leaf.name} }`;
  }

  /** Fields that others resolve and `home` does not have at all. */
  #foreignFields(entity: string, home: DraftSubgraph): DraftField[] {
    const own = new Set(home.types.get(entity)?.fields.map(({ name }) => name));
    const found = new Map<string, DraftField>();
    for (const subgraph of this.#subgraphs) {
      if (subgraph === home) continue;
      const type = subgraph.types.get(entity);
      const keys = new Set(type?.keys.flatMap(({ fields }) => fields.split(' ')));
      for (const field of type?.fields ?? [])
        if (!field.external && !field.overridden && !own.has(field.name) && !keys.has(field.name))
          found.set(field.name, field);
    }
    return [...found.values()];
  }

  #provide(entity: string): void {
    const random = this.#random;
    const places = this.#subgraphs.flatMap((subgraph) =>
      [...subgraph.types.values()]
        .filter(({ kind, shareable }) => kind === 'object' && !shareable)
        .flatMap((type) =>
          type.fields
            .filter(
              ({ type: text, external, shareable }) =>
                text.replace(/[[\]!]/g, '') === entity && !external && !shareable,
            )
            .map((field) => ({ subgraph, field })),
        ),
    );
    if (places.length === 0) return;
    const { subgraph, field } = random.pick(places);
    const foreign = this.#foreignFields(entity, subgraph).filter(
      ({ type, requires, args }) => isScalar(type) && requires === undefined && args.length === 0,
    );
    if (foreign.length === 0) return;
    const wanted = random.pick(foreign);
    for (const other of this.#subgraphs)
      for (const each of other.types.get(entity)?.fields ?? [])
        if (each.name === wanted.name && !each.external) each.shareable = true;
    this.#type(subgraph, entity).fields.push({
      name: wanted.name,
      type: wanted.type,
      args: [],
      external: true,
    });
    this.#useType(subgraph, wanted);
    field.provides = wanted.name;
  }

  #override(entity: string): void {
    const random = this.#random;
    const [from, to] = random.shuffled(this.#homesOf(entity));
    if (!from || !to) return;
    const own = new Set(to.types.get(entity)?.fields.map(({ name }) => name));
    const candidates = this.#type(from, entity).fields.filter(
      ({ name, type, external, shareable, requires, provides }) =>
        name.startsWith('f') &&
        !/[IU]0/.test(type) &&
        !external &&
        !shareable &&
        requires === undefined &&
        provides === undefined &&
        !own.has(name),
    );
    if (candidates.length === 0) return;
    const field = random.pick(candidates);
    this.#type(to, entity).fields.push({ ...field, overrides: from.name });
    this.#useType(to, field);
    field.overridden = true;
  }
}

function isScalar(type: string): boolean {
  return (SCALARS as readonly string[]).includes(type.replace(/[[\]!]/g, ''));
}

function literalArguments(args: readonly ArgumentModel[], random: Random): string {
  const given = args.filter(({ type }) => type.endsWith('!') || random.chance(0.6));
  if (given.length === 0) return '';
  return `(${given.map(({ name, type }) => `${name}: ${literal(type.replace(/!$/, ''), random)}`).join(', ')})`;
}

function literal(type: string, random: Random): string {
  switch (type) {
    case 'Int':
      return String(random.below(5));
    case 'Color':
      return 'RED';
    case '[Int!]':
      return '[1, 2]';
    case '[[String]]':
      return '[["x"], null]';
    case 'In':
      return '{ s: "x", c: BLUE }';
    case '[In!]':
      return '[{ i: 1 }]';
    case 'Boolean':
      return 'true';
    default:
      return '"x"';
  }
}

import type {
  ArgumentModel,
  FederatedGraph,
  FieldModel,
  SubgraphModel,
  TypeModel,
} from './federated-graph.ts';
import type { Random } from './random-source.ts';

const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color'];
/** Entities that are reached only through objects that carry a context. */
const TAKER = 'X0';
const MIDDLE = 'X1';

/** The graph with, perhaps, contexts: types that carry one, and below them entities with fields that take values from it. */
export function withContexts(graph: FederatedGraph, random: Random): FederatedGraph {
  if (!random.chance(0.4)) return graph;
  return new ContextMaker(graph, random).make() ?? graph;
}

type Draft<Model> = { -readonly [Name in keyof Model]: Model[Name] };
interface DraftType extends Draft<Omit<TypeModel, 'fields' | 'contexts'>> {
  fields: FieldModel[];
  contexts?: string[];
}
interface DraftSubgraph {
  readonly name: string;
  readonly types: DraftType[];
}

/** A value of a type: where the selection starts, and what it gives. */
interface Wanted {
  readonly selection: string;
  readonly type: string;
}

class ContextMaker {
  readonly #random: Random;
  readonly #subgraphs: readonly DraftSubgraph[];
  readonly #home: DraftSubgraph;
  #serial = 0;

  constructor(graph: FederatedGraph, random: Random) {
    this.#random = random;
    this.#subgraphs = graph.subgraphs.map(({ name, types }) => ({
      name,
      types: types.map(({ contexts = [], ...type }) => ({
        ...type,
        fields: [...type.fields],
        ...(contexts.length > 0 ? { contexts: [...contexts] } : {}),
      })),
    }));
    this.#home = random.pick(this.#subgraphs);
  }

  make(): FederatedGraph | undefined {
    const random = this.#random;
    const carriers = this.#carriers();
    if (carriers.length === 0) return undefined;
    const hasRoot = random.chance(0.3);
    if (hasRoot) {
      const root = typeOf(this.#home, 'Query');
      root.contexts = ['ctx'];
      carriers.push(root);
    }
    const takers = this.#takers();
    const count = 1 + random.below(3);
    for (let index = 0; index < count; index++) takers.fields.push(this.#takingField(carriers));
    this.#ways(carriers, hasRoot);
    const uses = (type: DraftType): boolean => type.fields.length > 0 || type.members.length > 0;
    return {
      subgraphs: this.#subgraphs.map(({ name, types }): SubgraphModel => ({
        name,
        types: types.filter((type) => uses(type)),
      })),
    };
  }

  #name(prefix: string): string {
    return `${prefix}${this.#serial++}`;
  }

  /** Marked themselves, or all objects of an abstract type that is. */
  #carriers(): DraftType[] {
    const random = this.#random;
    const possible = this.#home.types.filter(
      ({ kind, keys, interfaceObject }) =>
        kind === 'object' && interfaceObject !== true && keys.some(({ resolvable }) => resolvable),
    );
    const abstract = this.#home.types.filter(({ kind, name }) => {
      const objects = kind === 'union' || kind === 'interface' ? this.#objectsOf(name) : [];
      return objects.length > 0 && objects.every((each) => possible.some((type) => type.name === each));
    });
    if (abstract.length > 0 && random.chance(0.5)) {
      const marked = random.pick(abstract);
      marked.contexts = ['ctx'];
      const objects = this.#objectsOf(marked.name);
      return possible.filter(({ name }) => objects.includes(name));
    }
    const carriers = random.shuffled(possible).slice(0, 1 + random.below(2));
    for (const type of carriers) type.contexts = ['ctx'];
    return carriers;
  }

  /** In all subgraphs together. */
  #objectsOf(name: string): readonly string[] {
    return this.#subgraphs.flatMap(({ types }) => [
      ...(types.find((type) => type.name === name)?.members ?? []),
      ...types.filter((type) => type.implements.includes(name)).map((type) => type.name),
    ]);
  }

  #takers(): DraftType {
    const random = this.#random;
    const takers = entity(this.#home, TAKER);
    takers.fields.push({ name: this.#name('y'), type: 'String', args: [] });
    takers.fields.push({ name: this.#name('y'), type: this.#wrapped(TAKER), args: [] });
    const hasMiddle = random.chance(0.6);
    const others = this.#subgraphs.filter((each) => each !== this.#home);
    const other = others.length > 0 && random.chance(0.7) ? random.pick(others) : undefined;
    if (hasMiddle) entity(this.#home, MIDDLE);
    if (other) {
      entity(other, TAKER).fields.push({ name: this.#name('y'), type: 'String', args: [] });
      if (random.chance(0.5)) this.#lead(other, TAKER);
    }
    if (hasMiddle) {
      const giving = other && random.chance(0.6) ? other : this.#home;
      if (giving === other) entity(other, MIDDLE);
      this.#lead(giving, MIDDLE);
    }
    return takers;
  }

  /** A field that leads from the type to takers. */
  #lead(subgraph: DraftSubgraph, name: string): void {
    typeOf(subgraph, name).fields.push({ name: this.#name('y'), type: this.#wrapped(TAKER), args: [] });
  }

  #takingField(carriers: readonly DraftType[]): FieldModel {
    const random = this.#random;
    const args: ArgumentModel[] = [];
    if (random.chance(0.3)) args.push({ name: 'a0', type: 'Int' });
    const count = random.chance(0.2) ? 2 : 1;
    for (let index = 0; index < count; index++) {
      const [first, ...others] = carriers;
      const wanted = this.#wanted(first!);
      const all = [wanted, ...others.map((type) => this.#wanted(type, wanted.type))];
      const isPlain = all.length === 1 && random.chance(0.5);
      const selection = isPlain
        ? `{ ${wanted.selection} }`
        : all.map((each, number) => `... on ${carriers[number]!.name} { ${each.selection} }`).join(' ');
      args.push({ name: `c${index}`, type: wanted.type, fromContext: { context: 'ctx', selection } });
    }
    const back = this.#home.types.filter(
      ({ kind, keys, name }) => kind === 'object' && keys.length > 0 && name !== MIDDLE,
    );
    const type = random.chance(0.6) ? random.pick(['String', 'Int']) : random.pick(back).name;
    return { name: this.#name('y'), type: this.#wrapped(type), args };
  }

  /** A value of the carrier that is there, here or elsewhere; or a new one. */
  #wanted(carrier: DraftType, ofType?: string): Wanted {
    const random = this.#random;
    const found = [...this.#local(carrier), ...this.#foreign(carrier)].filter(
      ({ type }) => ofType === undefined || type === ofType,
    );
    if (found.length > 0 && random.chance(0.85)) {
      const { declare, ...wanted } = random.pick(found);
      declare?.();
      return wanted;
    }
    const type = ofType ?? random.pick(['String', 'Int', '[String]']);
    const name = this.#name('k');
    carrier.fields.push({ name, type, args: [] });
    return { selection: name, type };
  }

  #local(carrier: DraftType): (Wanted & { declare?: () => void })[] {
    const own = carrier.fields.filter(
      ({ external, overridden, args, name }) =>
        external !== true && overridden !== true && args.length === 0 && !name.startsWith('y'),
    );
    return own.flatMap((field): Wanted[] => {
      const leaf = leafOf(field.type);
      if (leaf !== undefined) return [{ selection: field.name, type: nullable(field.type) }];
      const inner = this.#home.types.find(({ name }) => name === bare(field.type));
      if (inner?.kind !== 'object' || inner.interfaceObject === true || inner.name === TAKER) return [];
      return inner.fields
        .filter(
          ({ external, overridden, args, type }) =>
            external !== true && overridden !== true && args.length === 0 && leafOf(type) !== undefined,
        )
        .map((each) => ({
          selection: `${field.name} { ${each.name} }`,
          type: nullable(field.type).replace(bare(field.type), nullable(each.type)),
        }));
    });
  }

  /** Leaves that only others give: declared here as external. */
  #foreign(carrier: DraftType): (Wanted & { declare?: () => void })[] {
    const names = new Set(carrier.fields.map(({ name }) => name));
    const keys = new Set(carrier.keys.flatMap(({ fields }) => fields.split(' ')));
    return this.#subgraphs.flatMap((other) => {
      const type = other === this.#home ? undefined : other.types.find(({ name }) => name === carrier.name);
      return (type?.fields ?? [])
        .filter(
          (field) =>
            field.external !== true &&
            field.overridden !== true &&
            field.args.length === 0 &&
            leafOf(field.type) !== undefined &&
            !names.has(field.name) &&
            !keys.has(field.name),
        )
        .map((field) => ({
          selection: field.name,
          type: nullable(field.type),
          declare: () => {
            if (carrier.fields.some(({ name }) => name === field.name)) return;
            carrier.fields.push({ name: field.name, type: field.type, args: [], external: true });
            if (bare(field.type) === 'Color') this.#useColor();
          },
        }));
    });
  }

  #useColor(): void {
    const color = typeOf(this.#home, 'Color', 'enum');
    color.members = ['RED', 'GREEN', 'BLUE'];
  }

  /** Fields that lead from carriers to takers, here or in another subgraph that has both. */
  #ways(carriers: readonly DraftType[], hasRoot: boolean): void {
    const random = this.#random;
    const targets = this.#home.types.filter(({ name }) => name === TAKER || name === MIDDLE);
    for (const carrier of carriers) {
      for (const target of carrier === carriers[0] ? targets : random.some(targets, 0.6)) {
        const others = this.#subgraphs.filter(
          ({ types }) =>
            types.some(
              ({ name, keys, interfaceObject }) =>
                name === carrier.name && keys.some(({ resolvable }) => resolvable) && !interfaceObject,
            ) && types.some(({ name }) => name === target.name),
        );
        const giving =
          others.length > 0 && carrier.name !== 'Query' && random.chance(0.4)
            ? random.pick(others)
            : this.#home;
        typeOf(giving, carrier.name).fields.push({
          name: this.#name('y'),
          type: this.#wrapped(target.name),
          args: random.chance(0.2) ? [{ name: 'a0', type: 'Int' }] : [],
        });
      }
    }
    const holders = this.#subgraphs.filter(({ types }) => types.some(({ name }) => name === TAKER));
    if (hasRoot && random.chance(0.5))
      typeOf(random.pick(holders), 'Query').fields.push({
        name: this.#name('q_y'),
        type: this.#wrapped(TAKER),
        args: [],
      });
  }

  #wrapped(name: string): string {
    const random = this.#random;
    const inner = random.chance(0.3) ? `${name}!` : name;
    const draw = random.below(10);
    if (draw < 4) return inner;
    return draw < 8 ? `[${inner}]` : `[[${inner}]]`;
  }
}

function typeOf(subgraph: DraftSubgraph, name: string, kind: TypeModel['kind'] = 'object'): DraftType {
  let type = subgraph.types.find((each) => each.name === name);
  if (!type) subgraph.types.push((type = { kind, name, keys: [], implements: [], members: [], fields: [] }));
  return type;
}

function entity(subgraph: DraftSubgraph, name: string): DraftType {
  const type = typeOf(subgraph, name);
  type.keys = [{ fields: 'id', resolvable: true }];
  type.fields.push({ name: 'id', type: 'ID!', args: [] });
  return type;
}

function bare(type: string): string {
  return type.replace(/[[\]!]/g, '');
}

function nullable(type: string): string {
  return type.replaceAll('!', '');
}

function leafOf(type: string): string | undefined {
  return LEAVES.includes(bare(type)) ? bare(type) : undefined;
}

import type { GraphQLField, GraphQLObjectType, GraphQLOutputType } from 'graphql';
import { getNamedType, isAbstractType, isLeafType, isObjectType } from 'graphql';
import type { ReadArguments } from './arguments.ts';
import { compileArguments } from './arguments.ts';
import type { Available } from './available.ts';
import { availableFrom, availableIn, hasField, isPlain } from './available.ts';
import { compileAuto } from './auto.ts';
import { compileChoice, membersOf } from './choice.ts';
import type { Asked, CollectedField, Fragments } from './collect.ts';
import { collectFields } from './collect.ts';
import type { Condition } from './condition.ts';
import { anyOf } from './condition.ts';
import type { Dialect } from './mapping/mapping.ts';
import type { FieldResolver } from './model.ts';
import { askedFor } from './path-selection.ts';
import { hidden, leafOf, Place, takeOf, TYPE_KEY, viaOf } from './place.ts';
import { compileReadLeaf } from './scalars.ts';
import { absentValue, plainValueFault } from './stand-in.ts';
import type { CallStep, Child, KeyReader, LoadStep, Position, ResolveStep, Step } from './step.ts';
import { SIZE_ARGUMENTS } from './step.ts';
import type { SubgraphIndex } from './subgraph-index.ts';
import type { Target } from './target.ts';
import { listDepth as listDepthOf } from './list-depth.ts';

/** Where the objects of a place come from. */
export interface Origin {
  readonly available: Available;
  readonly service: string;
  readonly dialect: Dialect;
  /** Path of schema fields, for messages. */
  readonly at: string;
}

/** A field that the answer at hand does not bring. */
interface Missing {
  readonly name: string;
  readonly key: string;
  readonly sets: readonly Asked[];
  readonly condition: Condition;
}

/** A field with a connector or a resolver of its own. */
interface Direct {
  readonly key: string;
  readonly field: CollectedField;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly source: Target | FieldResolver;
  /** What it wants to know of the object. */
  readonly needs: readonly (readonly string[])[];
}

/** Compiles the selection of one operation against what is available at each place. */
export class PositionCompiler {
  readonly #index: SubgraphIndex;
  readonly #fragments: Fragments;

  constructor(index: SubgraphIndex, fragments: Fragments) {
    this.#index = index;
    this.#fragments = fragments;
  }

  compile(type: GraphQLOutputType, asked: readonly Asked[], origin: Origin): Position {
    const position = this.#compile(type, asked, origin);
    // XML has no way to say "no elements" but to have none.
    return origin.dialect === 'xml' && position.listDepth > 0
      ? { ...position, want: { ...position.want, emptyList: true } }
      : position;
  }

  #compile(type: GraphQLOutputType, asked: readonly Asked[], origin: Origin): Position {
    const named = getNamedType(type);
    const listDepth = listDepthOf(type);
    const { available, service, dialect, at } = origin;
    if (isLeafType(named)) {
      const { enumNames } = this.#index.model;
      const leaf = compileReadLeaf(named, dialect, service, at, this.#index.timeZone(service), enumNames);
      return { ...NO_WORK, want: { listDepth, leaf }, type: named, listDepth };
    }
    const mismatch = {
      expectObject: named.name,
      onMismatch: (expected: string, found: unknown) => plainValueFault(origin, expected, found),
    };
    if (isObjectType(named) && available.kind === 'map') {
      const entry: Available = { kind: 'message', message: available.entry };
      const position = this.#object(named, asked, { ...origin, available: entry });
      const take = takeOf(position.want, entry, dialect);
      const entries = (map: unknown) =>
        Object.entries(map as object).map(([key, value]) => take({ key, value }));
      return { ...position, want: leafOf(position.want, entries, 0, undefined), listDepth };
    }
    if (isObjectType(named)) {
      const settled = this.#settle(named, available, dialect);
      const position = this.#object(named, asked, { ...origin, available: settled });
      const want = { ...position.want, ...mismatch, listDepth };
      return {
        ...position,
        want: isPlain(available)
          ? leafOf(want, takeOf(want, settled, dialect), listDepth, viaOf(settled))
          : want,
        listDepth,
      };
    }
    if (!isAbstractType(named)) throw new TypeError(`${String(named)} is not an output type.`);
    const types = this.#index.possibleTypes(named);
    const members = isPlain(available)
      ? membersOf(
          types.map((t) => t.name),
          available,
          this.#index.model.typeMappings,
        )
      : [];
    const availables = types.map((t, i) =>
      isPlain(available) ? this.#settle(t, members[i]!.available, dialect) : available,
    );
    const byType = new Map(
      types.map((t, i) => [t.name, this.#object(t, asked, { ...origin, available: availables[i]! }, true)]),
    );
    const want = {
      ...mismatch,
      listDepth,
      byTypename: new Map([...byType].map(([name, p]) => [name, p.want])),
    };
    const choices = members.map((m, i) => ({
      ...m,
      take: takeOf(byType.get(m.typeName)!.want, availables[i]!, dialect),
    }));
    return {
      ...NO_WORK,
      // The children of one element are the items of a list, so the list is part of the choice.
      want: isPlain(available)
        ? leafOf(want, compileChoice(choices, listDepth > 0, dialect), 0, undefined)
        : want,
      type: named,
      listDepth,
      byType,
      hasWork: [...byType.values()].some((p) => p.hasWork),
    };
  }

  /** The type's own `@mapping` says what a plain value holds. */
  #settle(type: GraphQLObjectType, available: Available, dialect: Dialect): Available {
    if (available.kind !== 'message' && available.kind !== 'open') return available;
    const via = this.#index.model.typeMappings.get(type.name)?.byDialect.get(dialect);
    if (!via) return available;
    const shaped = availableFrom(via.shape, available.kind === 'message' ? available.message : undefined);
    return shaped.kind === 'mapped' ? { ...shaped, via } : available;
  }

  #object(type: GraphQLObjectType, asked: readonly Asked[], origin: Origin, isMember = false): Position {
    const { available } = origin;
    const place = new Place(available);
    if (isMember) place.constants.push(['__typename', type.name], [TYPE_KEY, type.name]);
    const children: Child[] = [];
    const missing: Missing[] = [];
    const direct: Direct[] = [];
    const collected = collectFields(asked, type, this.#fragments, (t, on) => this.#index.isA(t, on));
    for (const [key, field] of collected) {
      const name = field.node.name.value;
      if (name === '__typename') {
        if (!isMember || key !== '__typename') place.constants.push([key, type.name]);
        continue;
      }
      const definition = type.getFields()[name];
      if (!definition) continue;
      const target = this.#index.fieldTarget(type.name, name);
      const resolver = this.#index.resolver(type.name, name);
      if (target) direct.push({ key, field, definition, source: target, needs: this.#needs(type, target) });
      else if (resolver)
        direct.push({
          key,
          field,
          definition,
          source: resolver,
          needs: (resolver.requires ?? []).map((n) => [n]),
        });
      else if (hasField(available, name))
        this.#take(place, children, definition, { ...field, name, key }, origin);
      else missing.push({ name, key, sets: field.sets, condition: field.condition });
    }
    const loads = this.#loads(type, [...missing, ...missingKeys(direct, available)], place, origin.at);
    const steps: Step[] = [...loads, ...direct.map((d) => this.#direct(d, type, place, loads, origin))];
    return {
      want: place.want(),
      type,
      listDepth: 0,
      steps,
      children,
      byType: undefined,
      hasWork: steps.length > 0 || children.some((c) => c.position.hasWork),
    };
  }

  /** Takes a field from the answer that brings the object. */
  #take(
    place: Place,
    children: Child[],
    definition: GraphQLField<unknown, unknown>,
    { name, key, sets, node }: Pick<Missing, 'name' | 'key' | 'sets'> & { node?: CollectedField['node'] },
    origin: Origin,
  ): void {
    const position = this.compile(definition.type, sets, inside(origin, place.available, name));
    place.add(name, { key, want: position.want });
    if (position.hasWork || position.listDepth > 0)
      children.push({ key, position, sizeArguments: node && sizeArguments(definition, node) });
  }

  /** Covers fields that nobody has brought yet with as few connectors of the type as possible. */
  #loads(type: GraphQLObjectType, missing: readonly Missing[], place: Place, at: string): LoadStep[] {
    const loads: LoadStep[] = [];
    let left = [...missing];
    const candidates = this.#index
      .entityTargets(type.name)
      .filter((t) => t.keyPaths.every(([head]) => hasField(place.available, head!)))
      .map((target) => ({
        target,
        available: this.#settle(type, target.available, target.connector.dialect),
      }));
    while (left.length > 0) {
      const [best] = candidates
        .map((c) => ({ ...c, covered: left.filter((m) => hasField(c.available, m.name)) }))
        .sort((a, b) => b.covered.length - a.covered.length);
      if (!best || best.covered.length === 0) break;
      loads.push(this.#load(best.target, best.available, type, best.covered, place, at));
      left = left.filter((m) => !best.covered.includes(m));
    }
    return loads;
  }

  #load(
    target: Target,
    available: Available,
    type: GraphQLObjectType,
    fields: readonly Missing[],
    place: Place,
    at: string,
  ): LoadStep {
    const { dialect, upstream: service } = target.connector;
    const inner = new Place(available);
    const children: Child[] = [];
    for (const field of fields)
      this.#take(inner, children, type.getFields()[field.name]!, field, { available, service, dialect, at });
    const structure = inner.want();
    const want = isPlain(target.available)
      ? leafOf(structure, takeOf(structure, available, dialect), 0, viaOf(available))
      : structure;
    const hasWork = children.some((c) => c.position.hasWork);
    return {
      kind: 'load',
      target,
      reads: this.#reader(place, target.keyPaths, type, service, dialect, at),
      position: { ...NO_WORK, want, type, listDepth: 0, children, hasWork },
      outputs: fields.map(({ key, name }) => ({
        key,
        absent: absentValue(type.getFields()[name]!, type, service),
      })),
      condition: anyOf(fields.map((f) => f.condition)),
      mask: target.compileMask(want),
      take: target.compileTake(want),
      after: undefined,
    };
  }

  #direct(
    { key, field, definition, source, needs }: Direct,
    type: GraphQLObjectType,
    place: Place,
    loads: readonly LoadStep[],
    { service, dialect, at }: Origin,
  ): CallStep | ResolveStep {
    const path = pathOf(at, definition.name);
    const present = needs.filter(([head]) => hasField(place.available, head!));
    const reads = new Map(this.#reader(place, present, type, service, dialect, at));
    const keys = new Map(missingKeys([{ needs, field }], place.available).map((m) => [m.name, m.key]));
    for (const [name, key] of keys) reads.set(name, key);
    const after = loads.filter((load) => load.outputs.some((o) => [...keys.values()].includes(o.key)));
    const common = {
      output: { key, absent: absentValue(definition, type, service) },
      reads,
      args: compileArguments(definition.args, field.node.arguments ?? [], path, this.#index.model.enumNames),
      condition: field.condition,
      after: after.length > 0 ? after : undefined,
    };
    if (!('connector' in source)) {
      const available: Available = { kind: 'graphql' };
      const position = this.compile(definition.type, field.sets, {
        available,
        service,
        dialect: 'json',
        at: path,
      });
      const finish = compileAuto(position.want, available, 'json');
      return { ...common, kind: 'resolve', resolver: source, position, finish };
    }
    const { connector, available } = source;
    const position = this.compile(definition.type, field.sets, {
      available,
      service: connector.upstream,
      dialect: connector.dialect,
      at: path,
    });
    return {
      ...common,
      kind: 'call',
      output: { key, absent: absentValue(definition, type, connector.upstream) },
      target: source,
      isRoot: this.#index.isRoot(type),
      position,
      mask: source.compileMask(position.want),
      take: source.compileTake(position.want),
    };
  }

  #needs(type: GraphQLObjectType, target: Target): readonly (readonly string[])[] {
    return this.#index.isRoot(type) ? [] : target.keyPaths;
  }

  #reader(
    place: Place,
    paths: readonly (readonly string[])[],
    type: GraphQLObjectType,
    service: string,
    dialect: Dialect,
    at: string,
  ): KeyReader {
    return place.reader(paths, (head, below) => {
      const origin = { available: place.available, service, dialect, at };
      const field = type.getFields()[head]!;
      return this.compile(field.type, [askedFor(below)], inside(origin, place.available, head)).want;
    });
  }
}

const NO_WORK = { steps: [], children: [], byType: undefined, hasWork: false } as const;

/** What keys and resolvers want of an object that the answer at hand does not hold. */
function missingKeys(direct: readonly Pick<Direct, 'needs' | 'field'>[], available: Available): Missing[] {
  const found = new Map<string, Missing>();
  for (const { needs, field } of direct) {
    const absent = needs.filter(([head]) => !hasField(available, head!));
    for (const name of new Set(absent.map(([head]) => head!))) {
      const below = absent.filter((p) => p[0] === name && p.length > 1).map((p) => p.slice(1));
      const key = hidden(name, below);
      const known = found.get(key);
      found.set(key, {
        name,
        key,
        sets: below.length > 0 ? [askedFor(below)] : [],
        condition: known ? anyOf([known.condition, field.condition]) : field.condition,
      });
    }
  }
  return [...found.values()];
}

const pathOf = (at: string, name: string) => (at === '' ? name : `${at}.${name}`);

const inside = (origin: Origin, available: Available, name: string): Origin => ({
  ...origin,
  available: availableIn(available, name),
  at: pathOf(origin.at, name),
});

/** The arguments that bound a list, for estimates. */
function sizeArguments(
  field: GraphQLField<unknown, unknown>,
  node: CollectedField['node'],
): ReadArguments | undefined {
  return field.args.some((a) => SIZE_ARGUMENTS.has(a.name))
    ? compileArguments(field.args, node.arguments ?? [], field.name)
    : undefined;
}

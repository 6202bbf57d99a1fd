import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLOutputType,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import { FieldFault, UpstreamError } from '../errors.ts';
import type { ReadArguments } from './arguments.ts';
import { compileArguments } from './arguments.ts';
import type { Available } from './available.ts';
import { availableFrom, availableIn, hasField } from './available.ts';
import { compileAuto } from './auto.ts';
import { compileChoice, membersOf } from './choice.ts';
import type { Condition } from './condition.ts';
import { conditionOf } from './condition.ts';
import type { Dialect, Mapping, Variables } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { SubgraphIndex } from './subgraph-index.ts';
import type { FieldResolver } from './model.ts';
import { compileReadLeaf } from './scalars.ts';
import type { Target } from './target.ts';
import type { Output, Want } from './mapping/want.ts';

/** A place in a selection: what to take from the answer that brings its objects, and what to fetch for them after. */
export interface Position {
  readonly want: Want;
  readonly type: GraphQLNamedType;
  readonly listDepth: number;
  /** Argument that bounds the list, if one does (`first`, `limit` …). */
  readonly steps: readonly Step[];
  /** Places below whose objects came along in the same answer, and that have steps of their own (or places that do). */
  readonly children: readonly Child[];
  /** For an abstract type: the place by concrete type. */
  readonly byType: ReadonlyMap<string, Position> | undefined;
  /** Whether anything is left to do once the objects are there. */
  readonly hasWork: boolean;
}

export interface Child {
  readonly key: string;
  readonly position: Position;
  readonly sizeArguments: ReadArguments | undefined;
}

export type Step = LoadStep | CallStep | ResolveStep;

/** Fields of an object that a connector of its type brings, by the object's key. */
export interface LoadStep {
  readonly kind: 'load';
  readonly target: Target;
  readonly reads: KeyReader;
  readonly position: Position;
  readonly outputs: readonly StepOutput[];
  readonly condition: Condition;
  readonly mask: readonly string[] | undefined;
  readonly take: ReturnType<Target['compileTake']>;
  readonly after: Step | undefined;
}

/** One field that a connector of its own brings. */
export interface CallStep {
  readonly kind: 'call';
  readonly target: Target;
  readonly output: StepOutput;
  readonly reads: KeyReader;
  readonly args: ReadArguments;
  readonly position: Position;
  readonly condition: Condition;
  readonly mask: readonly string[] | undefined;
  readonly take: ReturnType<Target['compileTake']>;
  /** The load that has to end first, as it brings a part of the key. */
  readonly after: Step | undefined;
}

export interface ResolveStep {
  readonly kind: 'resolve';
  readonly resolver: FieldResolver;
  readonly at: string;
  readonly output: StepOutput;
  /** Parent's field → where the object holds it. */
  readonly reads: KeyReader;
  readonly args: ReadArguments;
  readonly position: Position;
  readonly condition: Condition;
  readonly finish: (value: unknown) => unknown;
  readonly after: Step | undefined;
}

export interface StepOutput {
  readonly key: string;
  /** What stands there when the backend knows nothing of the key: null, or a fault where null is not allowed. */
  readonly absent: unknown;
}

/** Parent's field → the key under which the object holds it. */
export type KeyReader = ReadonlyMap<string, string>;

/** Compiles the selection of one operation against what is available at each place. */
export class PositionCompiler {
  readonly #index: SubgraphIndex;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(index: SubgraphIndex, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#index = index;
    this.#fragments = fragments;
  }

  compile(
    type: GraphQLOutputType,
    sets: readonly SelectionSetNode[],
    available: Available,
    service: string,
    dialect: Dialect,
    at: string,
  ): Position {
    const named = getNamedType(type);
    const listDepth = depthOf(type);
    if (isLeafType(named)) {
      return {
        want: {
          listDepth,
          leaf: compileReadLeaf(named, dialect, service, at, this.#index.timeZone(service)),
        },
        type: named,
        listDepth,
        steps: [],
        children: [],
        byType: undefined,
        hasWork: false,
      };
    }
    const mismatch = {
      expectObject: named.name,
      onMismatch: (expected: string) =>
        new FieldFault(
          new UpstreamError(
            'UPSTREAM_BAD_RESPONSE',
            service,
            `The service "${service}" sent a plain value for ${at}, where ${expected} has fields.`,
          ),
        ),
    };
    // A plain value: no selection around it says what is in it.
    const isPlain = available.kind === 'message' || available.kind === 'open';
    if (isObjectType(named) && available.kind === 'map') {
      const entry: Available = { kind: 'message', message: available.entry };
      const position = this.#object(named, sets, entry, service, dialect, at);
      const take = takeOf(position.want, entry, dialect);
      const entries = (map: unknown) =>
        Object.entries(map as object).map(([key, value]) => take({ key, value }));
      return { ...position, want: leafOf(position.want, entries, 0, undefined), listDepth };
    }
    if (isObjectType(named)) {
      const settled = this.#settle(named, available, dialect);
      const position = this.#object(named, sets, settled, service, dialect, at);
      const want = { ...position.want, ...mismatch, listDepth };
      return {
        ...position,
        want: isPlain ? leafOf(want, takeOf(want, settled, dialect), listDepth, viaOf(settled)) : want,
        listDepth,
      };
    }
    if (!isAbstractType(named)) throw new TypeError(`${String(named)} is not an output type.`);
    const types = this.#index.possibleTypes(named);
    const members = isPlain
      ? membersOf(
          types.map((t) => t.name),
          available,
          this.#index.model.typeMappings,
        )
      : [];
    const availables = types.map((t, i) =>
      isPlain ? this.#settle(t, members[i]!.available, dialect) : available,
    );
    const byType = new Map(
      types.map((t, i) => [t.name, this.#object(t, sets, availables[i]!, service, dialect, at, true)]),
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
      // The children of one element are the items of a list, so the list is part of the choice.
      want: isPlain ? leafOf(want, compileChoice(choices, listDepth > 0), 0, undefined) : want,
      type: named,
      listDepth,
      steps: [],
      children: [],
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

  #object(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    available: Available,
    service: string,
    dialect: Dialect,
    at: string,
    withTypename = false,
  ): Position {
    const place = new Place(available);
    if (withTypename) place.constants.push(['__typename', type.name]);
    const children: Child[] = [];
    const steps: Step[] = [];
    const missing: { output: FieldNode[]; key: string }[] = [];
    const direct: (() => void)[] = [];
    const fields = type.getFields();
    for (const [key, nodes] of this.#collect(type, sets)) {
      const node = nodes[0]!;
      const name = node.name.value;
      if (name === '__typename') {
        if (!(withTypename && key === '__typename')) place.constants.push([key, type.name]);
        continue;
      }
      const field = fields[name];
      if (!field) continue;
      const path = at === '' ? name : `${at}.${name}`;
      const own = this.#index.fieldTarget(type.name, name);
      const resolver = this.#index.resolver(type.name, name);
      const output = { key, absent: absentValue(field, type, service) };
      if (own) direct.push(() => steps.push(this.#call(own, field, nodes, output, place, type, steps, path)));
      else if (resolver)
        direct.push(() =>
          steps.push(this.#resolve(resolver, field, nodes, output, place, type, steps, path, service)),
        );
      else if (hasField(available, name)) {
        const position = this.compile(
          field.type,
          setsOf(nodes),
          availableIn(available, name),
          service,
          dialect,
          path,
        );
        place.add(name, { key, want: position.want });
        if (position.hasWork || position.listDepth > 0)
          children.push({ key, position, sizeArguments: sizeArguments(field, node) });
      } else missing.push({ key, output: nodes });
    }
    this.#loads(type, missing, place, steps, at);
    for (const add of direct) add();
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

  /** Covers fields that nobody has brought yet with as few connectors of the type as possible. */
  #loads(
    type: GraphQLObjectType,
    missing: readonly { key: string; output: FieldNode[] }[],
    place: Place,
    steps: Step[],
    at: string,
  ): void {
    let left = [...missing];
    const candidates = this.#index
      .entityTargets(type.name)
      .filter((t) => t.keyPaths.every(([head]) => hasField(place.available, head!)));
    while (left.length > 0) {
      const ranked = candidates
        .map((target) => ({
          target,
          covered: left.filter((m) =>
            hasField(this.#settle(type, target.available, target.connector.dialect), m.output[0]!.name.value),
          ),
        }))
        .sort((a, b) => b.covered.length - a.covered.length);
      const best = ranked[0];
      if (!best || best.covered.length === 0) return;
      steps.push(this.#load(best.target, type, best.covered, place, at));
      left = left.filter((m) => !best.covered.includes(m));
    }
  }

  #load(
    target: Target,
    type: GraphQLObjectType,
    fields: readonly { key: string; output: FieldNode[] }[],
    place: Place,
    at: string,
  ): LoadStep {
    const { dialect, upstream: service } = target.connector;
    const isPlain = target.available.kind === 'message' || target.available.kind === 'open';
    const settled = this.#settle(type, target.available, dialect);
    const inner = new Place(settled);
    const children: Child[] = [];
    const outputs: StepOutput[] = [];
    const conditions: Condition[] = [];
    for (const { key, output: nodes } of fields) {
      const name = nodes[0]!.name.value;
      const field = type.getFields()[name]!;
      const position = this.compile(
        field.type,
        setsOf(nodes),
        availableIn(settled, name),
        service,
        dialect,
        at === '' ? name : `${at}.${name}`,
      );
      inner.add(name, { key, want: position.want });
      if (position.hasWork || position.listDepth > 0)
        children.push({ key, position, sizeArguments: sizeArguments(field, nodes[0]!) });
      outputs.push({ key, absent: absentValue(field, type, service) });
      conditions.push(conditionOf(nodes));
    }
    const structure = inner.want();
    const want = isPlain
      ? leafOf(structure, takeOf(structure, settled, dialect), 0, viaOf(settled))
      : structure;
    const step: LoadStep = {
      kind: 'load',
      target,
      reads: place.reader(target.keyPaths),
      position: {
        want,
        type,
        listDepth: 0,
        steps: [],
        children,
        byType: undefined,
        hasWork: children.some((c) => c.position.hasWork),
      },
      outputs,
      condition: conditions.every((c) => c !== undefined)
        ? (variables) => conditions.some((c) => c!(variables))
        : undefined,
      mask: target.compileMask(want),
      take: target.compileTake(want),
      after: undefined,
    };
    return step;
  }

  #call(
    target: Target,
    field: GraphQLField<unknown, unknown>,
    nodes: FieldNode[],
    output: StepOutput,
    place: Place,
    type: GraphQLObjectType,
    steps: Step[],
    at: string,
  ): CallStep {
    const position = this.compile(
      field.type,
      setsOf(nodes),
      target.available,
      target.connector.upstream,
      target.connector.dialect,
      at,
    );
    const isRoot = this.#index.isRoot(type);
    return {
      kind: 'call',
      target,
      output,
      reads: isRoot
        ? new Map()
        : this.#need(
            target.keyPaths.map((p) => p[0]!),
            place,
            type,
            steps,
            at,
          ),
      args: compileArguments(field.args, nodes[0]!.arguments ?? [], at),
      position,
      condition: conditionOf(nodes),
      mask: target.compileMask(position.want),
      take: target.compileTake(position.want),
      after: isRoot
        ? undefined
        : steps.find(
            (s) =>
              s.kind === 'load' &&
              target.keyPaths.some(([head]) => s.outputs.some((o) => o.key === hidden(head!))),
          ),
    };
  }

  #resolve(
    resolver: FieldResolver,
    field: GraphQLField<unknown, unknown>,
    nodes: FieldNode[],
    output: StepOutput,
    place: Place,
    type: GraphQLObjectType,
    steps: Step[],
    at: string,
    service: string,
  ): ResolveStep {
    const requires = resolver.requires ?? [];
    const reads = this.#need(requires, place, type, steps, at);
    const position = this.compile(field.type, setsOf(nodes), { kind: 'open' }, service, 'json', at);
    return {
      kind: 'resolve',
      resolver,
      at,
      output,
      reads,
      args: compileArguments(field.args, nodes[0]!.arguments ?? [], at),
      position,
      condition: conditionOf(nodes),
      finish: compileAuto(position.want, { kind: 'open' }, 'json'),
      after: steps.find(
        (s) => s.kind === 'load' && requires.some((name) => s.outputs.some((o) => o.key === hidden(name))),
      ),
    };
  }

  /** Makes sure that the objects hold these fields: from the answer that brings them, or from a load that comes first. */
  #need(
    names: readonly string[],
    place: Place,
    type: GraphQLObjectType,
    steps: Step[],
    at: string,
  ): KeyReader {
    const absent = names.filter((name) => !hasField(place.available, name));
    if (absent.length > 0) {
      const nodes = absent.map((name) => ({
        key: hidden(name),
        output: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } } as FieldNode],
      }));
      const known = new Set(steps.flatMap((s) => (s.kind === 'load' ? s.outputs.map((o) => o.key) : [])));
      this.#loads(
        type,
        nodes.filter((n) => !known.has(n.key)),
        place,
        steps,
        at,
      );
    }
    const reader = new Map(place.reader(names.filter((n) => !absent.includes(n)).map((n) => [n])));
    for (const name of absent) reader.set(name, hidden(name));
    return reader;
  }

  /** Response key → its field nodes, for objects of this type (GraphQL spec, CollectFields). */
  #collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const fields = new Map<string, FieldNode[]>();
    const visit = (selections: readonly SelectionNode[]) => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const known = fields.get(key);
          if (known) known.push(selection);
          else fields.set(key, [selection]);
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)!;
        const on = fragment.typeCondition?.name.value;
        if (on === undefined || this.#index.isA(type, on)) visit(fragment.selectionSet.selections);
      }
    };
    for (const set of sets) visit(set.selections);
    return fields;
  }
}

/** Collects what a place takes from the answer that brings its objects. */
class Place {
  readonly available: Available;
  readonly constants: [string, unknown][] = [];
  readonly #outputs = new Map<string, Output[]>();

  constructor(available: Available) {
    this.available = available;
  }

  add(name: string, output: Output): void {
    const known = this.#outputs.get(name);
    if (known) known.push(output);
    else this.#outputs.set(name, [output]);
  }

  /** Where the objects hold the heads of these paths; what nobody selected is taken along under a name that no client can use. */
  reader(paths: readonly (readonly string[])[]): KeyReader {
    const reader = new Map<string, string>();
    for (const head of new Set(paths.map((p) => p[0]!))) {
      const below = paths.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1));
      const key = hidden(head);
      if (!this.#outputs.get(head)?.some((o) => o.key === key)) this.add(head, { key, want: rawWant(below) });
      reader.set(head, key);
    }
    return reader;
  }

  want(): Want {
    const fields = new Map<string, Want>();
    for (const [name, outputs] of this.#outputs) {
      const [only] = outputs;
      fields.set(name, outputs.length === 1 && only!.key === name ? only!.want : { listDepth: 0, outputs });
    }
    return { fields, listDepth: 0, ...(this.constants.length > 0 && { constants: this.constants }) };
  }
}

function rawWant(below: readonly (readonly string[])[]): Want {
  if (below.length === 0) return { listDepth: 0 };
  const heads = new Set(below.map((p) => p[0]!));
  return {
    listDepth: 0,
    fields: new Map(
      [...heads].map((head) => [
        head,
        rawWant(below.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1))),
      ]),
    ),
  };
}

/** Takes an object out of a plain value: by the type's own mapping, or by the names of its fields. */
function takeOf(want: Want, available: Available, dialect: Dialect): (value: unknown) => unknown {
  const single = { ...want, listDepth: 0 };
  if (available.kind !== 'mapped' || !available.via) return compileAuto(single, available, dialect);
  const take = compileMapping(available.via, single);
  return (value) => take(value, NO_VARIABLES);
}

const viaOf = (available: Available) => (available.kind === 'mapped' ? available.via : undefined);

const NO_VARIABLES: Variables = Object.freeze({});

function leafOf(
  want: Want,
  leaf: (value: unknown) => unknown,
  listDepth: number,
  via: Mapping | undefined,
): Want {
  return { listDepth, whole: true, structure: { want, shape: via?.shape }, leaf };
}

/** `$` cannot start a GraphQL name: no alias of a client collides. */
const hidden = (name: string) => `$${name}`;

const setsOf = (nodes: readonly FieldNode[]) =>
  nodes.flatMap((n) => (n.selectionSet ? [n.selectionSet] : []));

function depthOf(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return depthOf(type.ofType as GraphQLOutputType);
  return isListType(type) ? 1 + depthOf(type.ofType as GraphQLOutputType) : 0;
}

function absentValue(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
  service: string,
): unknown {
  if (!isNonNullType(field.type)) return null;
  return new FieldFault(
    new UpstreamError(
      'NOT_FOUND',
      service,
      `The service "${service}" knows no such ${type.name}, so ${type.name}.${field.name} has no value.`,
    ),
  );
}

/** The arguments that bound a list, for estimates. */
function sizeArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments | undefined {
  return field.args.some((a) => SIZE_ARGUMENTS.has(a.name))
    ? compileArguments(field.args, node.arguments ?? [], field.name)
    : undefined;
}

export const SIZE_ARGUMENTS: ReadonlySet<string> = new Set([
  'first',
  'last',
  'limit',
  'pageSize',
  'size',
  'take',
]);

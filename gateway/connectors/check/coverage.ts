import type { GraphQLField, GraphQLObjectType, GraphQLOutputType } from 'graphql';
import { getNamedType, isAbstractType, isListType, isNonNullType, isObjectType } from 'graphql';
import type { Problem } from '../../problem.ts';
import type { Available } from '../available.ts';
import { availableFrom, availableIn, hasField, isPlain } from '../available.ts';
import { membersOf } from '../choice.ts';
import { problemAt } from '../location.ts';
import { SIZE_ARGUMENTS } from '../step.ts';
import { keyHeads } from '../subgraph.ts';
import type { SubgraphIndex } from '../subgraph-index.ts';
import type { Target } from '../target.ts';
import type { CheckOptions } from './check.ts';

/** How deep lists are followed; recursive types have no end. */
const MAX_DEPTH = 12;

/**
 * Walks the schema the way queries can: is every field of every type given by somebody, wherever it is reached,
 * and what does it cost at worst?
 */
export function checkCoverage(index: SubgraphIndex, options: CheckOptions): Problem[] {
  const walk = new Walk(index, options);
  const { schema, keys } = index.model;
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) walk.object(root, { kind: 'names', names: new Set() }, 1, root.name, 0);
  for (const typeName of keys.keys()) {
    const type = schema.getType(typeName);
    // Other subgraphs ask for entities by the list.
    if (isObjectType(type))
      walk.object(
        type,
        { kind: 'names', names: keyHeads(index.model, typeName) },
        options.assumedListSize,
        typeName,
        0,
      );
  }
  return walk.problems();
}

class Walk {
  readonly #index: SubgraphIndex;
  readonly #options: CheckOptions;
  readonly #unresolvable = new Map<string, Problem>();
  readonly #single = new Map<Target, { calls: number; at: string }>();
  readonly #seen = new Map<unknown, Map<string, number>>();

  constructor(index: SubgraphIndex, options: CheckOptions) {
    this.#index = index;
    this.#options = options;
  }

  problems(): Problem[] {
    const list = [...this.#unresolvable.values()];
    const { nPlusOne } = this.#options;
    if (nPlusOne === 'allow') return list;
    for (const [target, { calls, at }] of this.#single)
      list.push(
        problemAt(target.connector.node, {
          severity: nPlusOne === 'error' ? 'error' : 'warning',
          code: 'N_PLUS_ONE',
          message: `${target.connector.name} has no batch form: a query through ${at} makes ${describeCalls(calls)} calls to "${target.connector.upstream}".`,
          fix:
            target.connector.wire === 'grpc'
              ? 'Use a batch method (BatchGet…), or ask with $batch.'
              : "Ask for many at once: a path such as /x?ids={$batch.id->joinNotNull(',')}.",
        }),
      );
    return list;
  }

  object(type: GraphQLObjectType, unsettled: Available, count: number, at: string, depth: number): void {
    const available = this.#settle(type, unsettled);
    const place =
      available.kind === 'message'
        ? available.message
        : available.kind === 'mapped'
          ? available.fields
          : available.kind;
    const counts = this.#seen.get(place) ?? new Map<string, number>();
    this.#seen.set(place, counts);
    if (depth > MAX_DEPTH || (counts.get(type.name) ?? 0) >= count) return;
    counts.set(type.name, count);
    for (const field of Object.values(type.getFields()))
      this.#field(type, field, available, count, `${at}.${field.name}`, depth);
  }

  #field(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    available: Available,
    count: number,
    at: string,
    depth: number,
  ): void {
    const { name } = field;
    const own = this.#index.fieldTarget(type.name, name);
    if (own) {
      const isRoot = this.#index.isRoot(type);
      this.#asked(own, isRoot || own.keyPaths.length === 0 ? 1 : count, at);
      for (const [head] of isRoot ? [] : own.keyPaths) this.#mustHave(type, head!, available, at, own);
      this.#below(field, own.available, count, at, depth);
      return;
    }
    const resolver = this.#index.resolver(type.name, name);
    if (resolver) {
      for (const required of resolver.requires ?? [])
        this.#mustHave(type, required, available, at, undefined);
      this.#below(field, { kind: 'graphql' }, count, at, depth);
      return;
    }
    if (hasField(available, name)) return this.#below(field, availableIn(available, name), count, at, depth);
    const loader = this.#loaderOf(type, name, available);
    if (loader) {
      this.#asked(loader, count, at);
      this.#below(field, availableIn(this.#settle(type, loader.available), name), count, at, depth);
      return;
    }
    if (!this.#index.model.externals.has(`${type.name}.${name}`)) this.#cannot(type, name, at);
  }

  #below(
    field: GraphQLField<unknown, unknown>,
    available: Available,
    count: number,
    at: string,
    depth: number,
  ): void {
    const named = getNamedType(field.type);
    const types = isObjectType(named)
      ? [named]
      : isAbstractType(named)
        ? this.#index.possibleTypes(named)
        : [];
    const size = field.args.find((a) => SIZE_ARGUMENTS.has(a.name))?.defaultValue;
    const below = isList(field.type)
      ? count * (typeof size === 'number' ? size : this.#options.assumedListSize)
      : count;
    const members =
      isAbstractType(named) && isPlain(available)
        ? membersOf(
            types.map((t) => t.name),
            available,
            this.#index.model.typeMappings,
          )
        : undefined;
    for (const [i, type] of types.entries())
      this.object(type, members?.[i]!.available ?? available, below, at, depth + 1);
  }

  /** Which wire reads the type's own mapping does not matter here: the fields are the same. */
  #settle(type: GraphQLObjectType, available: Available): Available {
    if (available.kind !== 'message' && available.kind !== 'open') return available;
    const [via] = this.#index.model.typeMappings.get(type.name)?.byDialect.values() ?? [];
    return via
      ? availableFrom(via.shape, available.kind === 'message' ? available.message : undefined)
      : available;
  }

  #loaderOf(type: GraphQLObjectType, name: string, available: Available): Target | undefined {
    return this.#index
      .entityTargets(type.name)
      .find(
        (t) =>
          hasField(this.#settle(type, t.available), name) &&
          t.keyPaths.every(([head]) => hasField(available, head!)),
      );
  }

  #mustHave(
    type: GraphQLObjectType,
    name: string,
    available: Available,
    at: string,
    by: Target | undefined,
  ): void {
    if (hasField(available, name) || this.#loaderOf(type, name, available)) return;
    this.#cannot(type, name, by ? `${at}, which needs it` : at);
  }

  #asked(target: Target, count: number, at: string): void {
    if (target.batch || count <= 1) return;
    const known = this.#single.get(target);
    if (!known || known.calls < count) this.#single.set(target, { calls: count, at });
  }

  #cannot(type: GraphQLObjectType, name: string, at: string): void {
    const place = `${type.name}.${name}`;
    if (this.#unresolvable.has(place)) return;
    const node = type.getFields()[name]?.astNode;
    this.#unresolvable.set(
      place,
      problemAt(node ?? undefined, {
        code: 'FIELD_UNRESOLVABLE',
        message: `Nothing gives ${place} when it is reached through ${at}.`,
        fix: `Add ${name} to the selection that brings the ${type.name}, put a connector on the field, or one on the type that finds a ${type.name} by its key.`,
      }),
    );
  }
}

/** Lists of lists of recursive types have no end: the number says enough before. */
const MANY_CALLS = 1_000_000;

const describeCalls = (calls: number) =>
  calls > MANY_CALLS ? `more than ${MANY_CALLS.toLocaleString('en')}` : `up to ${calls.toLocaleString('en')}`;

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

import {
  getArgumentValues,
  getNullableType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { GraphIndex } from './federated-graph.ts';
import { hash } from './random-source.ts';

/** An object of the data: its fields follow from `uid` alone. */
export interface Thing {
  readonly uid: string;
  /** The concrete type. */
  readonly typename: string;
}

export type Arguments = Readonly<Record<string, unknown>>;

export const INSTANCES = 3;

/** Events of every subscription. */
export const EVENTS = 2;

/** The root of a subscription's event: what it tells follows from its number. */
export function eventOf(number: number): Thing {
  return { uid: `Subscription-${number}`, typename: 'Subscription' };
}

/** Which fields fail, decided by the field's own identity so that every subgraph and the judge agree. */
export interface Faults {
  readonly seed: number;
  /** Share of the fields that fail. */
  readonly rate: number;
}

export class InjectedFault extends Error {}

/** The value of a field: the same for whoever asks. Entities are those of `entity()`, values are made up on the way. */
export class GraphData {
  readonly index: GraphIndex;
  readonly #faults: Faults | undefined;

  constructor(index: GraphIndex, faults?: Faults) {
    this.index = index;
    this.#faults = faults;
  }

  static entities(typename: string): Thing[] {
    return Array.from({ length: INSTANCES }, (_, number) => ({ uid: `${typename}-${number}`, typename }));
  }

  /** @throws InjectedFault where the field is to fail */
  value(
    schema: GraphQLSchema,
    owner: Thing,
    field: string,
    type: GraphQLOutputType,
    args: Arguments,
  ): unknown {
    const key = keyValue(owner, field);
    if (key !== undefined) return key;
    const identity = `${owner.uid}.${field}(${stable(args)})`;
    if (this.fails(owner, field, args)) {
      // A null where none may be is a failure too.
      if (isNonNullType(type) && hash(`null ${identity}`) % 3 === 0) return null;
      throw new InjectedFault(`injected at ${owner.typename}.${field}`);
    }
    if (this.index.isNonNullSomewhere(owner.typename, field))
      return this.#present(schema, owner, field, getNullableType(type) as GraphQLOutputType, identity);
    return this.#made(schema, owner, field, type, identity);
  }

  fails(owner: Thing, field: string, args: Arguments): boolean {
    if (!this.#faults || keyValue(owner, field) !== undefined) return false;
    // Where a null is wrong in some subgraphs only, each of them would rightly answer something else.
    if (this.index.isNullabilityMixed(owner.typename, field)) return false;
    const draw = hash(`fault ${this.#faults.seed} ${owner.uid}.${field}(${stable(args)})`);
    return draw % 10_000 < this.#faults.rate * 10_000;
  }

  #made(
    schema: GraphQLSchema,
    owner: Thing,
    field: string,
    type: GraphQLOutputType,
    identity: string,
  ): unknown {
    if (isNonNullType(type)) return this.#present(schema, owner, field, type.ofType, identity);
    if (hash(`nullable ${identity}`) % 6 === 0) return null;
    return this.#present(schema, owner, field, type, identity);
  }

  #present(
    schema: GraphQLSchema,
    owner: Thing,
    field: string,
    type: GraphQLOutputType,
    identity: string,
  ): unknown {
    const draw = hash(identity);
    if (isListType(type)) {
      return Array.from({ length: draw % 4 }, (_, index) =>
        this.#made(schema, owner, field, type.ofType as GraphQLOutputType, `${identity}[${index}]`),
      );
    }
    if (isEnumType(type)) {
      const values = this.index.enumValues(owner.typename, field, type.name);
      return values[draw % values.length];
    }
    const { name } = type as { name: string };
    const { index } = this;
    if (isAbstractType(type) || (isObjectType(type) && index.implementers.has(name))) {
      const names = index.candidates(owner.typename, field, name);
      if (names.length === 0) return null;
      return this.#thing(names[draw % names.length]!, hash(`which ${identity}`), identity);
    }
    if (isObjectType(type)) return this.#thing(name, draw, identity);
    switch (name) {
      case 'Int':
        return (draw % 2001) - 1000;
      case 'Float':
        return ((draw % 4001) - 2000) / 4;
      case 'Boolean':
        return draw % 2 === 0;
      default:
        return `${field}#${(draw % 46_656).toString(36)}`;
    }
  }

  #thing(typename: string, draw: number, identity: string): Thing {
    if (this.index.entities.has(typename)) return { uid: `${typename}-${draw % INSTANCES}`, typename };
    return { uid: `${typename}:${hash(identity).toString(36)}`, typename };
  }

  /** Whether something that the field `@requires` fails: then the field cannot be had either. */
  requirementFails(schema: GraphQLSchema, owner: Thing, field: string): boolean {
    const requires = this.#faults && this.index.requirement(owner.typename, field);
    return requires !== undefined && this.#selectionFails(schema, owner, selectionOf(requires));
  }

  #selectionFails(schema: GraphQLSchema, owner: Thing, set: SelectionSetNode): boolean {
    return set.selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return (
          isOfType(schema, owner, selection.typeCondition?.name.value) &&
          this.#selectionFails(schema, owner, selection.selectionSet)
        );
      const name = selection.name.value;
      const type = schema.getType(owner.typename);
      const definition = isObjectType(type) ? type.getFields()[name] : undefined;
      if (!definition) return false;
      const args = getArgumentValues(definition, selection);
      if (this.fails(owner, name, args) || this.requirementFails(schema, owner, name)) return true;
      const below = selection.selectionSet;
      if (!below) return false;
      const anyFails = (value: unknown): boolean =>
        Array.isArray(value)
          ? value.some(anyFails)
          : isThing(value) && this.#selectionFails(schema, value, below);
      return anyFails(this.value(schema, owner, name, definition.type, args));
    });
  }
}

/** Whether `... on condition` holds for the object. */
export function isOfType(schema: GraphQLSchema, { typename }: Thing, condition: string | undefined): boolean {
  if (condition === undefined || condition === typename) return true;
  const [type, object] = [schema.getType(condition), schema.getType(typename)];
  return isAbstractType(type) && isObjectType(object) && schema.isSubType(type, object);
}

export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && 'uid' in value && 'typename' in value;
}

const selections = new Map<string, SelectionSetNode>();

/** A field set of `@key`, `@requires` or `@provides`. */
export function selectionOf(fieldSet: string): SelectionSetNode {
  let set = selections.get(fieldSet);
  if (!set) {
    const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a field set was expected');
    set = definition.selectionSet;
    selections.set(fieldSet, set);
  }
  return set;
}

/** Key fields by name: each combination that a graph uses as a key is different for each entity. */
function keyValue({ uid, typename }: Thing, field: string): unknown {
  const number = Number(uid.slice(uid.lastIndexOf('-') + 1));
  switch (field) {
    case 'id':
      return uid;
    case 'sku':
      return `sku of ${uid}`;
    case 'ka':
      return `a${number % 2}`;
    case 'kb':
      return number;
    case 'org':
      return { uid: `Org:${uid}`, typename: 'Org' };
    case 'oid':
      return typename === 'Org' ? `oid of ${uid}` : undefined;
    case 'dept':
      return { uid: `Dept:${uid}`, typename: 'Dept' };
    case 'did':
      return typename === 'Dept' ? `did of ${uid}` : undefined;
    case 'tags':
      return [1, 2].map((each) => ({ uid: `Tag:${uid}:${each}`, typename: 'Tag' }));
    case 'tid':
      return typename === 'Tag' ? `tid of ${uid}` : undefined;
    case 'codes':
      return [`code of ${uid}`, 'common'];
    default:
      return undefined;
  }
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${name}:${stable(entry)}`).join(',')}}`;
}

import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import { isWithin } from '../delivery-name.ts';
import type { EntityFetchNode, PathSegment, RequiredField } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';

/**
 * What one operation may know about entities: steps that ask one subgraph for the same fields by the same
 * representations share a table, so that an entity is asked for once, on whatever path it stands.
 */
export interface EntityTable {
  readonly id: number;
  /** What representations are made of, sorted; `undefined` if they are no plain list of fields of one type. */
  readonly names: readonly string[] | undefined;
  /** Tables of the same subgraph whose entities have these fields and more, and whose representations have these names and perhaps more. */
  readonly wider: readonly EntityTable[];
  /** Other places where the same subgraph gives all the fields of such entities anyway. */
  readonly sites: readonly EntitySite[];
}

export interface EntitySite {
  /** The step that fills the place. */
  readonly index: number;
  readonly path: readonly PathSegment[];
  readonly typename: string;
  /** What an object must have to be the entity. */
  readonly keys: readonly string[];
}

interface Draft extends EntityTable {
  readonly wider: Draft[];
  readonly sites: EntitySite[];
  readonly step: Step;
  readonly type: KeyedType | undefined;
}

/**
 * The table of each step. Steps of a mutation share none, because what they ask for may change in between;
 * nor do those whose entities others merge into, at their own places.
 *
 * @param isAlone whether a step's entities must be its own
 */
export function entityTablesOf(
  steps: readonly Step[],
  joined: ReadonlySet<number>,
  isAlone: (step: Step) => boolean,
  types: TypeTable,
): ReadonlyMap<number, EntityTable> {
  const tables = new Map<number, Draft>();
  const bySignature = new Map<string, Draft>();
  for (const index of joined) {
    const step = steps[index]!;
    const alone = isAlone(step);
    const signature = alone ? String(index) : signatureOf(step);
    let table = bySignature.get(signature);
    if (!table) {
      const type = alone ? undefined : keyedType(step);
      const names = type?.fields.map(({ name }) => name).sort();
      table = { id: bySignature.size, names, wider: [], sites: [], step, type };
      bySignature.set(signature, table);
    }
    tables.set(index, table);
  }
  const all = [...bySignature.values()];
  for (const table of all) {
    for (const other of all) if (other !== table && isWider(other, table)) table.wider.push(other);
    if (table.type) table.sites.push(...sitesOf(table.step, table.type, steps, types));
  }
  return tables;
}

/** One object type, asked for by fields of its own that have no selections. */
interface KeyedType {
  readonly typename: string;
  readonly fields: readonly RequiredField[];
}

function keyedType({ fetch }: Step): KeyedType | undefined {
  if (fetch.node !== 'entityFetch' || fetch.requires.length !== 1) return undefined;
  if (fetch.inputRewrites.length > 0 || fetch.outputRewrites.length > 0) return undefined;
  const [required] = fetch.requires;
  if (!required || 'from' in required || required.onType === undefined) return undefined;
  const fields: RequiredField[] = [];
  for (const field of required.selections) {
    if (!('from' in field) || field.selections) return undefined;
    fields.push(field);
  }
  return { typename: required.onType, fields };
}

function signatureOf({ fetch, guards }: Step): string {
  const { requires, inputRewrites } = fetch as EntityFetchNode;
  const { subgraph, operation, operationName = '', outputRewrites, deliveries } = fetch;
  const anonymous = operation.replace(operationName, '');
  // What is asked for later must not hold up what is asked for now.
  return JSON.stringify([subgraph, anonymous, requires, inputRewrites, outputRewrites, guards, deliveries]);
}

function isWider(wide: Draft, narrow: Draft): boolean {
  if (!wide.type || !narrow.type || wide.step.fetch.subgraph !== narrow.step.fetch.subgraph) return false;
  if (wide.type.typename !== narrow.type.typename) return false;
  if (!isNoLater(wide.step, narrow.step)) return false;
  if (!narrow.names?.every((name) => wide.names?.includes(name))) return false;
  return covers(wide.step.fields, narrow.step.fields, wide.type.typename);
}

/** Whether the one is asked for with the initial result, or for all of the other's deliveries. */
function isNoLater({ fetch: { deliveries } }: Step, other: Step): boolean {
  return (
    deliveries === undefined ||
    (other.fetch.deliveries?.every((name) => deliveries.some((each) => isWithin(name, each))) ?? false)
  );
}

function sitesOf(
  step: Step,
  { typename, fields }: KeyedType,
  steps: readonly Step[],
  types: TypeTable,
): EntitySite[] {
  const keys = new Set([...step.fields.fields.keys(), ...fields.map(({ from }) => from), '__typename']);
  const sites: EntitySite[] = [];
  const search = (tree: FieldTree, path: readonly PathSegment[], index: number): void => {
    for (const [field, branch] of tree.fields) {
      if (branch.fields.size === 0) continue;
      const below = [...path, { field }];
      if ([...keys].every((key) => branch.fields.has(key)) && covers(branch, step.fields, typename))
        sites.push({ index, path: below, typename, keys: [...keys] });
      search(branch, below, index);
    }
  };
  for (const [index, other] of steps.entries()) {
    if (other === step || other.fetch.subgraph !== step.fetch.subgraph) continue;
    if (other.fetch.outputRewrites.length > 0) continue;
    search(other.fields, other.fetch.at, index);
  }
  return types.isObjectType(typename) ? sites : [];
}

/** Whether objects of the type that have the fields of `wide` have those of `narrow`, whatever the variables are. */
function covers(wide: FieldTree, narrow: FieldTree, typename: string | undefined): boolean {
  for (const [key, wanted] of narrow.fields) {
    const there = wide.fields.get(key);
    if (!there?.occurrences.some((guards) => guards.length === 0)) return false;
    const isOnType =
      there.onTypes.has(undefined) ||
      (typename !== undefined && there.onTypes.has(typename)) ||
      [...wanted.onTypes].every((type) => there.onTypes.has(type));
    if (!isOnType || !covers(there, wanted, undefined)) return false;
  }
  return true;
}

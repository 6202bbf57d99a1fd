import type { FieldTree } from '../compile/field-tree.ts';
import type { TypeTable } from '../compile/type-table.ts';
import { FieldFault } from '../errors.ts';
import { type DataObject, isDataObject, MAX_LIST_DEPTH, read, write } from './merge.ts';
import { NOTHING_OWNED, type OwnedTree } from './owned-tree.ts';

/**
 * Puts a fault where a failed fetch would have put its fields: into an owned object, wherever nothing
 * is known yet. The fault's own sub-path goes to the field that it names.
 */
export function plantFault(
  target: DataObject,
  fields: FieldTree,
  fault: FieldFault,
  owned: OwnedTree,
  types: TypeTable,
): void {
  const typename = read(target, '__typename');
  const [failedKey, ...subPath] = fault.subPath;
  const elsewhere = fault.subPath.length === 0 ? fault : new FieldFault(fault.error);
  for (const [key, branch] of fields.fields) {
    if (!isAskedOn(typename, branch.onTypes, types)) continue;
    const here = key === failedKey ? new FieldFault(fault.error, subPath) : elsewhere;
    const known = read(target, key);
    if (known === undefined) write(target, key, here);
    else if (key === '__typename') {
      // The fetch was to find out which type an @interfaceObject is: without it the object is not known.
      if (typeof known === 'string' && !types.isObjectType(known)) write(target, key, here);
    } else if (branch.fields.size > 0) {
      write(target, key, plantBelow(known, branch, here, owned.fields.get(key), types));
    }
  }
}

export function isAskedOn(
  typename: unknown,
  onTypes: ReadonlySet<string | undefined>,
  types: TypeTable,
): boolean {
  if (typeof typename !== 'string' || onTypes.has(undefined)) return true;
  for (const type of onTypes) if (type !== undefined && types.satisfies(typename, type)) return true;
  return false;
}

function plantBelow(
  value: unknown,
  fields: FieldTree,
  fault: FieldFault,
  owned: OwnedTree | undefined,
  types: TypeTable,
  listDepth = 0,
): unknown {
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return value;
    const list: unknown[] = owned ? value : [...value];
    for (const [index, item] of list.entries())
      list[index] = plantBelow(item, fields, fault, owned, types, listDepth + 1);
    return list;
  }
  if (!isDataObject(value)) return value;
  const target = owned ? value : { ...value };
  plantFault(target, fields, fault, owned ?? NOTHING_OWNED, types);
  return target;
}

import type { FieldFault } from '../errors.ts';
import type { EntityPart } from './entity-request.ts';
import type { DataObject } from './merge.ts';

/**
 * One entity as one fetch knows it, for the life of one run. Objects of the data are joined to a slot
 * when the entity is asked for; the answer fills it.
 */
export class Slot {
  /** `undefined` = not yet known, `null` = the subgraph does not know the entity. */
  value: DataObject | FieldFault | null | undefined = undefined;
  /** What asked for it; `undefined` = it was known from another answer. */
  askedBy: EntityPart | undefined = undefined;
  /** What the projection made of the objects that are joined here, and which projection it was. */
  projectedBy: unknown = undefined;
  projected: unknown = undefined;
}

/** Per step of the operation: the objects that its entities are joined to. */
export type Joins = (Map<DataObject, Slot> | undefined)[];

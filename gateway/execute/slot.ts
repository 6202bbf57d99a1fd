import type { FieldFault } from '../errors.ts';
import type { Cohort } from './cohort.ts';
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
}

/** What the objects of a place are joined to by one step. */
export interface Join {
  readonly cohort: Cohort;
  /** By member of the cohort; `undefined` = the step has no entity for it. */
  readonly slots: readonly (Slot | undefined)[];
}

/** Per step of the operation. */
export type Joins = (Join | undefined)[];

import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import type { Cohort } from './cohort.ts';
import type { ErrorLog } from './error-log.ts';
import type { DataObject } from './merge.ts';
import type { Readable } from './read-field.ts';
import type { TableState } from './table-state.ts';

/** What one run of an operation collects. */
export interface RunState extends Readable {
  readonly variables: Variables;
  readonly context: RequestContext;
  /** The data, by canonical response keys. */
  readonly root: DataObject;
  readonly errors: ErrorLog;
  /** Per entity table of the operation: what is known, or being asked for, by the entity's key. */
  readonly tables: (TableState | undefined)[];
  /** Per place where something is joined, its objects. */
  readonly cohorts: (Cohort | undefined)[];
  /** Steps whose answers are there. */
  readonly done: Set<number>;
  /** When the run began, as `performance.now()`. */
  readonly startedAtMs: number;
}

import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import type { ErrorLog } from './error-log.ts';
import type { Interning } from './interning.ts';
import type { DataObject } from './merge.ts';

/** What one run of an operation collects. */
export interface RunState {
  readonly variables: Variables;
  readonly context: RequestContext;
  /** The merged data, by canonical response keys. */
  readonly root: DataObject;
  readonly errors: ErrorLog;
  readonly interning: Interning;
}

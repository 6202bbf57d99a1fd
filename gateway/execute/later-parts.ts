import { SluiceError } from '../errors.ts';
import type { Group } from './delivery-group.ts';
import type { ErrorPath } from './error-log.ts';
import type { Project, ProjectionState } from './projection-place.ts';

/** Fields of one object that come later, compiled. */
export interface LaterFields {
  /** Every one of them wants the fields; whichever comes first brings them. */
  readonly groups: readonly Group[];
  /** What must be done before they can be read. */
  readonly steps: readonly number[];
  readonly project: Project;
}

/** Items of a list that come later, compiled. */
export interface LaterItems {
  readonly label?: string;
  /** Index in the path of an item's number. */
  readonly depth: number;
  readonly steps: readonly number[];
  /** One item. */
  readonly project: Project;
}

/** A deferred fragment of one object, or the rest of one list. */
export interface Part {
  readonly path: ErrorPath;
  readonly label: string | undefined;
  /** For the rest of a list: how many items came before. */
  readonly itemsFrom: number | undefined;
  /** The deferred fragment around it. */
  readonly around: Part | undefined;
  /** What brought the object; `undefined` = the initial result. */
  readonly broughtBy: Fragment | undefined;
  readonly fragments: Fragment[];
}

/** Fields of one object, or items of one list, that come at once. */
export interface Fragment {
  readonly parts: readonly Part[];
  readonly path: ErrorPath;
  readonly steps: readonly number[];
  /** `undefined` = null that has no nullable place to be at. */
  readonly project: (state: ProjectionState) => unknown;
  /** The deferred fragments that are open where it stands. */
  readonly open: readonly (Part | undefined)[];
}

/** What the projections of one answer leave for later. */
export class LaterParts {
  readonly #maxParts: number;
  #open: (Part | undefined)[] = [];
  #broughtBy: Fragment | undefined;
  #noted: Fragment[] = [];
  #parts = 0;
  #count = 0;

  constructor(maxParts: number) {
    this.#maxParts = maxParts;
  }

  /** Grows with everything that is left for later. */
  get count(): number {
    return this.#count;
  }

  /** Deferred fragments begin at an object. @returns what `close` needs */
  open(groups: readonly Group[], path: ErrorPath): readonly (Part | undefined)[] {
    const around = this.#open;
    if (groups.length === 0) return around;
    this.#open = [...around];
    for (const { index, parent, label } of groups) {
      const outer = parent?.parent === undefined ? undefined : this.#open[parent.index];
      this.#open[index] = this.#part({ path, label, itemsFrom: undefined, around: outer });
    }
    return around;
  }

  close(around: readonly (Part | undefined)[]): void {
    this.#open = around as (Part | undefined)[];
  }

  defer({ groups, steps, project }: LaterFields, value: unknown, path: ErrorPath): void {
    const parts = groups.flatMap(({ index }) => this.#open[index] ?? []);
    this.#note({ parts, path, steps, project: (state) => project(value, state), open: this.#open });
  }

  /** @param path of the list */
  stream(items: LaterItems, rest: readonly unknown[], itemsFrom: number, path: ErrorPath): void {
    const part = this.#part({ path, label: items.label, itemsFrom, around: undefined });
    const project = (state: ProjectionState): unknown => projectItems(items, rest, itemsFrom, state);
    this.#note({ parts: [part], path, steps: items.steps, project, open: this.#open });
  }

  /** Runs a projection. @returns its result, and what it has left for later */
  during(
    brought: Fragment | undefined,
    project: () => unknown,
  ): { readonly result: unknown; readonly noted: readonly Fragment[] } {
    this.#open = (brought?.open ?? []) as (Part | undefined)[];
    this.#broughtBy = brought;
    this.#noted = [];
    const result = project();
    return { result, noted: this.#noted };
  }

  #part(part: Omit<Part, 'fragments' | 'broughtBy'>): Part {
    return { ...part, broughtBy: this.#broughtBy, fragments: [] };
  }

  #note(fragment: Fragment): void {
    this.#parts += 1;
    this.#count += 1;
    if (this.#parts > this.#maxParts)
      throw new SluiceError(
        'OPERATION_TOO_LARGE',
        `The answer has more than ${this.#maxParts} deferred parts, the limit of this gateway (limits.deferredParts). Defer a fragment around a list instead of one in each of its items, or ask for shorter lists.`,
        { extensions: { limit: 'deferredParts', maximum: this.#maxParts } },
      );
    this.#noted.push(fragment);
  }
}

function projectItems(
  { depth, project }: LaterItems,
  rest: readonly unknown[],
  itemsFrom: number,
  state: ProjectionState,
): unknown[] | undefined {
  const items: unknown[] = [];
  for (let index = 0; index < rest.length; index++) {
    state.path[depth] = itemsFrom + index;
    const item = project(rest[index], state);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** Whether the result has something else than null at the path. Null that went up has taken what was below. */
export function isThere(result: unknown, path: ErrorPath): boolean {
  let value = result;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value !== undefined && value !== null;
}

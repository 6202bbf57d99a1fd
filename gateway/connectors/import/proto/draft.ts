import type { Problem } from '../../../problem.ts';
import { UniqueNames } from '../unique-names.ts';
import type { SdlType } from '../sdl/model.ts';
import { RESERVED_TYPE_NAMES, scalarTypes } from '../sdl/scalars.ts';
import { SAID_OF_SCALARS } from './scalars.ts';
import type { ScalarName } from './scalars.ts';

/** The schema while it is made: types in the order in which they were needed, and what is to be said about them. */
export class Draft {
  readonly names = new UniqueNames([...RESERVED_TYPE_NAMES, 'PageInfo']);
  readonly problems: Problem[] = [];
  readonly #types: SdlType[] = [];
  readonly #scalars = new Set<ScalarName>();
  #hasPages = false;

  /** The scalar's name; it will be declared. */
  scalar(name: ScalarName): string {
    this.#scalars.add(name);
    return name;
  }

  add(type: SdlType): void {
    this.#types.push(type);
  }

  pageInfo(): string {
    this.#hasPages = true;
    return 'PageInfo';
  }

  /** Scalars, then what services are about, then what lists and maps are wrapped in, then inputs. */
  types(): readonly SdlType[] {
    const scalars = scalarTypes(this.#scalars, SAID_OF_SCALARS);
    const ranked = this.#types.toSorted((a, b) => rankOf(a) - rankOf(b));
    const firstInput = ranked.findIndex((type) => type.kind === 'input');
    const at = firstInput < 0 ? ranked.length : firstInput;
    return [...scalars, ...ranked.toSpliced(at, 0, ...(this.#hasPages ? [PAGE_INFO] : []))];
  }
}

function rankOf({ kind, name }: SdlType): number {
  if (kind !== 'type') return kind === 'union' || kind === 'enum' ? 1 : 4;
  return name.endsWith('Connection') ? 3 : name.endsWith('Entry') ? 2 : 0;
}

const PAGE_INFO: SdlType = {
  kind: 'type',
  name: 'PageInfo',
  directives: [{ name: 'shareable' }],
  fields: [
    { name: 'hasNextPage', type: 'Boolean!' },
    { name: 'endCursor', type: 'String', description: 'Give it as `after` to get the next page.' },
  ],
};

import type { Problem } from '../../../problem.ts';
import { UniqueNames } from '../unique-names.ts';
import type { SdlType } from '../print-sdl.ts';
import { CUSTOM_SCALARS } from './scalars.ts';
import type { CustomScalar, ScalarName } from './scalars.ts';

/** Names that mean something in GraphQL, in federation or in this gateway. */
const RESERVED = [
  'Query',
  'Mutation',
  'Subscription',
  'Int',
  'Float',
  'String',
  'Boolean',
  'ID',
  'PageInfo',
  'FieldSet',
  'Decimal',
  'Date',
  'LocalDateTime',
  'link__Import',
  'link__Purpose',
  ...Object.keys(CUSTOM_SCALARS),
];

/** The schema while it is made: types in the order in which they were needed, and what is to be said about them. */
export class Draft {
  readonly names = new UniqueNames(RESERVED);
  readonly problems: Problem[] = [];
  readonly #types: SdlType[] = [];
  readonly #scalars = new Set<CustomScalar>();
  #hasPages = false;

  /** The scalar's name; it will be declared. */
  scalar(name: ScalarName): string {
    if (name in CUSTOM_SCALARS) this.#scalars.add(name as CustomScalar);
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
    const scalars = [...this.#scalars].sort().map((name): SdlType => {
      const { description, ...more } = CUSTOM_SCALARS[name];
      const url = 'specifiedBy' in more ? more.specifiedBy : undefined;
      const directives = url === undefined ? [] : [{ name: 'specifiedBy', args: { url } }];
      return { kind: 'scalar', name, description, directives };
    });
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

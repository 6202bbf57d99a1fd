import { posix } from 'node:path';
import { RESERVED_TYPE_NAMES } from '../sdl/scalars.ts';
import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { keysOf } from './pointer.ts';
import { idOf, refOf } from './part.ts';
import { UniqueNames } from '../unique-names.ts';
import { pascalCase } from '../names.ts';

/** Names of GraphQL types: those of the components first, as short as they can be told apart, then by place. */
export class TypeNames {
  readonly #names = new UniqueNames(RESERVED_TYPE_NAMES);
  readonly #components = new Map<string, string>();

  constructor(library: Library) {
    const components = library.get(library.root, 'components');
    const schemas = library.entries(components && library.get(components, 'schemas'));
    const parts = new Map(schemas);
    const keys = new Set(parts.keys());
    for (const [key, short] of shortest(schemas.map(([key]) => [key, segments(key, keys)]))) {
      const part = parts.get(key);
      // What is only sent gets its name when it is used; a component that is only a reference is no type of its own.
      if (!part || key.endsWith('Input') || refOf(part.value) !== undefined) continue;
      this.#components.set(idOf(part), this.#names.take(short, `${short}Type`));
    }
  }

  /** The name of a schema's object, union or enum; `place` is where it is used. */
  output(spot: Part, place: string): string {
    const id = idOf(spot);
    const known = this.#components.get(id);
    if (known !== undefined) return known;
    const name = this.#take(this.#foreign(spot), pascalCase(place));
    this.#components.set(id, name);
    return name;
  }

  input(spot: Part, place: string): string {
    const known = this.#components.get(idOf(spot)) ?? this.#foreign(spot) ?? pascalCase(place);
    return this.#names.take(
      `${known.replace(/(?<=.)(?:Input|Request|Body|Payload|Dto|DTO|Model)$/, '')}Input`,
    );
  }

  /** A name for what has no schema of its own. */
  place(best: string, ...others: readonly string[]): string {
    return this.#names.take(pascalCase(best), ...others.map(pascalCase));
  }

  #take(best: string | undefined, other: string): string {
    return best === undefined ? this.#names.take(other) : this.#names.take(best, other);
  }

  /** A schema in another file is called like its key there, or like the file. */
  #foreign({ document, pointer }: Part): string | undefined {
    if (pointer === '') return pascalCase(posix.basename(document.location).replace(/\.[^.]*$/, ''));
    const keys = keysOf(pointer);
    const isNamed =
      keys.length === 1 || (keys.length <= 3 && /^(?:schemas|definitions|\$defs)$/.test(keys.at(-2)!));
    return isNamed ? pascalCase(keys.at(-1)!) : undefined;
  }
}

/** `io.k8s.api.core.v1.Pod` in parts; what generators add is taken off. */
function segments(key: string, keys: ReadonlySet<string>): string[] {
  let name = key;
  // FastAPI splits a model in two where reading and writing differ.
  if (name.endsWith('-Output') && keys.has(name.replace(/-Output$/, '-Input'))) name = name.slice(0, -7);
  // .NET writes generic types with the assembly of each argument.
  const generic = /^([^`]+)`\d+\[\[([^,\]]+)/.exec(name);
  if (generic) name = `${generic[1]!.split('.').at(-1)}${generic[2]!.split('.').at(-1)}`;
  const parts = name.split(/[.+]/).filter((part) => /^[\w-]+$/.test(part));
  return parts.length > 0 && parts.join('').length === name.replace(/[.+]/g, '').length ? parts : [name];
}

/** As many of the last parts as it takes to tell the names apart. */
function shortest(
  entries: readonly (readonly [key: string, parts: readonly string[]])[],
): Map<string, string> {
  const nameOf = (parts: readonly string[], count: number) =>
    pascalCase(parts.slice(-count).map(pascalCase).join(''));
  const names = new Map<string, string>();
  let open = [...entries];
  for (let count = 1; open.length > 0; count++) {
    const groups = Map.groupBy(open, ([, parts]) => nameOf(parts, count));
    open = [];
    for (const [name, group] of groups)
      for (const entry of group) {
        const [key, parts] = entry;
        if (group.length === 1 || parts.length <= count) names.set(key, name);
        else open.push(entry);
      }
  }
  return new Map(entries.map(([key]) => [key, names.get(key)!]));
}

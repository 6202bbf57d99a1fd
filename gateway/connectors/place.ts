import type { Available } from './available.ts';
import { compileAuto } from './auto.ts';
import type { Dialect, Mapping, Output, Variables, Want } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { KeyReader } from './step.ts';

/** `$` cannot start a GraphQL name: no alias of a client collides. `below`: the parts that are wanted of an object. */
export const hidden = (name: string, below: readonly (readonly string[])[] = []) =>
  below.length === 0 ? `$${name}` : `$${name}(${below.map((path) => path.join('.')).join(' ')})`;

/** Under which key an object of an abstract type holds the name of its type; `__typename` may be a client's alias. */
export const TYPE_KEY = '$$type';

/** Collects what a place takes from the answer that brings its objects. */
export class Place {
  readonly available: Available;
  readonly constants: [string, unknown][] = [];
  readonly #outputs = new Map<string, Output[]>();

  constructor(available: Available) {
    this.available = available;
  }

  add(name: string, output: Output): void {
    const known = this.#outputs.get(name);
    if (known) known.push(output);
    else this.#outputs.set(name, [output]);
  }

  /**
   * Where the objects hold the heads of these paths; each is taken along under a name that no client can use.
   * `compile` says what is wanted of an object that holds a part of the key.
   */
  reader(
    paths: readonly (readonly string[])[],
    compile: (head: string, below: readonly (readonly string[])[]) => Want,
  ): KeyReader {
    const reader = new Map<string, string>();
    for (const head of new Set(paths.map((p) => p[0]!))) {
      const below = paths.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1));
      const key = hidden(head, below);
      if (!this.#outputs.get(head)?.some((o) => o.key === key))
        this.add(head, { key, want: below.length > 0 ? compile(head, below) : { listDepth: 0 } });
      reader.set(head, key);
    }
    return reader;
  }

  want(): Want {
    const fields = new Map<string, Want>();
    for (const [name, outputs] of this.#outputs) {
      const [only] = outputs;
      fields.set(name, outputs.length === 1 && only!.key === name ? only!.want : { listDepth: 0, outputs });
    }
    return { fields, listDepth: 0, ...(this.constants.length > 0 && { constants: this.constants }) };
  }
}

/** Takes an object out of a plain value: by the type's own mapping, or by the names of its fields. */
export function takeOf(want: Want, available: Available, dialect: Dialect): (value: unknown) => unknown {
  const single = { ...want, listDepth: 0 };
  if (available.kind !== 'mapped' || !available.via) return compileAuto(single, available, dialect);
  const take = compileMapping(available.via, single);
  return (value) => take(value, NO_VARIABLES);
}

export const viaOf = (available: Available) => (available.kind === 'mapped' ? available.via : undefined);

const NO_VARIABLES: Variables = Object.freeze({});

/** A want that hands the value over as it is, to be taken apart by `leaf`. */
export function leafOf(
  want: Want,
  leaf: (value: unknown) => unknown,
  listDepth: number,
  via: Mapping | undefined,
): Want {
  return { listDepth, whole: true, structure: { want, shape: via?.shape }, leaf };
}

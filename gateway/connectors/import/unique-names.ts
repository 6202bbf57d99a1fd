/**
 * Hands out each name once: the first candidate that is free, else the first of them with a number, `v1` as `v1_2`.
 * Ten thousand of one name cost ten thousand steps, not fifty million.
 */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** How far the numbers of a name have been given out. */
  readonly #counts = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  take(name: string, ...alternatives: readonly string[]): string {
    const free = [name, ...alternatives].find((candidate) => !this.#taken.has(candidate));
    return this.#give(free ?? this.#numbered(name));
  }

  #numbered(name: string): string {
    const stem = /\d$/.test(name) ? `${name}_` : name;
    let count = this.#counts.get(name) ?? 2;
    while (this.#taken.has(`${stem}${count}`)) count++;
    this.#counts.set(name, count + 1);
    return `${stem}${count}`;
  }

  #give(name: string): string {
    this.#taken.add(name);
    return name;
  }
}

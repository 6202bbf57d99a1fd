/** Partial covers looked at before the best so far is taken: some 0.2 ms. */
const MAX_NODES = 600;

/**
 * Few names such that each item has one of its ways among them: a minimum set cover, found by branch and bound from
 * a greedy start, and within `MAX_NODES` the smallest there is.
 * @param items of each its ways, none without any
 */
export function smallCover(items: readonly (readonly string[])[]): string[] {
  const search = new CoverSearch(items);
  search.run();
  return search.best;
}

class CoverSearch {
  best: string[];
  /** Items by way, as indices. */
  readonly #given = new Map<string, number[]>();
  readonly #items: readonly (readonly string[])[];
  /** How many of the chosen ways give an item. */
  readonly #covered: number[];
  readonly #chosen: string[] = [];
  #open: number;
  #nodes = 0;

  constructor(items: readonly (readonly string[])[]) {
    this.#items = items;
    this.#covered = items.map(() => 0);
    this.#open = items.length;
    for (const [index, ways] of items.entries())
      for (const way of ways) {
        const given = this.#given.get(way);
        if (given) given.push(index);
        else this.#given.set(way, [index]);
      }
    this.best = this.#greedy();
  }

  run(): void {
    if (this.best.length > 1) this.#branch();
  }

  /** The way that gives most of what is open, again and again; then without those that others make needless. */
  #greedy(): string[] {
    while (this.#open > 0) this.#choose(this.#richest().way);
    const kept = this.#chosen.filter((way) => {
      const given = this.#given.get(way) ?? [];
      if (given.some((index) => this.#covered[index] === 1)) return true;
      for (const index of given) this.#covered[index]! -= 1;
      return false;
    });
    this.#chosen.length = 0;
    this.#covered.fill(0);
    this.#open = this.#items.length;
    return kept;
  }

  #branch(): void {
    this.#nodes += 1;
    if (this.#open === 0) {
      if (this.#chosen.length < this.best.length) this.best = [...this.#chosen];
      return;
    }
    const least = Math.ceil(this.#open / this.#richest().gain);
    if (this.#chosen.length + least >= this.best.length) return;
    // Of an item some way must be chosen: that with the fewest ways leaves least to try.
    let narrowest: readonly string[] = [];
    for (const [index, ways] of this.#items.entries())
      if (this.#covered[index] === 0 && (narrowest.length === 0 || ways.length < narrowest.length))
        narrowest = ways;
    const ordered = narrowest.toSorted((a, b) => this.#gain(b) - this.#gain(a));
    for (const way of ordered) {
      if (this.#nodes >= MAX_NODES) return;
      this.#choose(way);
      this.#branch();
      this.#unchoose(way);
    }
  }

  #richest(): { readonly way: string; readonly gain: number } {
    let [way, gain] = ['', 0];
    for (const each of this.#given.keys()) {
      const own = this.#gain(each);
      if (own > gain) [way, gain] = [each, own];
    }
    return { way, gain };
  }

  #gain(way: string): number {
    let gain = 0;
    for (const index of this.#given.get(way) ?? []) if (this.#covered[index] === 0) gain += 1;
    return gain;
  }

  #choose(way: string): void {
    this.#chosen.push(way);
    for (const index of this.#given.get(way) ?? []) {
      if (this.#covered[index] === 0) this.#open -= 1;
      this.#covered[index]! += 1;
    }
  }

  #unchoose(way: string): void {
    this.#chosen.pop();
    for (const index of this.#given.get(way) ?? []) {
      this.#covered[index]! -= 1;
      if (this.#covered[index] === 0) this.#open += 1;
    }
  }
}

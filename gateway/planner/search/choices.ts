import type { SelectionList } from '../selection.ts';
import type { Need } from './cover.ts';
import type { CoverOptions, Option } from './options.ts';
import type { Entry } from './scope.ts';
import { compareCosts, type Cost, type Solution } from './solution.ts';

/** How one field is had: by one option, or by several that each give a part of what is below it. */
export interface Choice {
  readonly picks: readonly Chosen[];
  readonly left: readonly Entry[];
  /** When the field, all that is below included, is there: 0 = with the place's own fetch. */
  readonly level: number;
}

export interface Chosen {
  readonly option: Option;
  readonly entry: Entry;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Chooses for single fields, given the subgraphs that may be hopped to and what is chosen already. */
export class Choices {
  readonly #options: CoverOptions;
  readonly #allowed: readonly string[];
  /** When a hop's answer is there at the earliest, and by which key. */
  readonly #levels = new Map<string, { readonly level: number; readonly key?: SelectionList }>();
  readonly #used = new Set<string>();
  /** Whom a field is asked of, by response key; '' = the place's own fetch. */
  readonly #asked = new Map<string, string>();

  constructor(options: CoverOptions, allowed: readonly string[]) {
    this.#options = options;
    this.#allowed = allowed;
    this.#findLevels();
  }

  /** The key by which the subgraph is reached first. */
  keyTo(subgraph: string): SelectionList | undefined {
    return this.#levels.get(subgraph)?.key;
  }

  /** Later choices prefer what is asked for anyhow. */
  note({ option, entry }: Chosen): void {
    this.#asked.set(entry.field.key, option.hop ?? '');
    if (option.hop !== undefined) this.#used.add(option.hop);
  }

  /** Chains of keys: a subgraph is reached when the fields of one of its keys are there. */
  #findLevels(): void {
    if (this.#options.isQuery) {
      for (const subgraph of this.#allowed) this.#levels.set(subgraph, { level: 1 });
      return;
    }
    for (let changed = true; changed;) {
      changed = false;
      const levels = new Map<SelectionList, number>();
      for (const subgraph of this.#allowed) {
        for (const { fields } of this.#options.keysOf(subgraph)) {
          const known = levels.get(fields) ?? this.levelOf(fields, NOBODY);
          levels.set(fields, known);
          const level = 1 + known;
          if (level >= (this.#levels.get(subgraph)?.level ?? Infinity)) continue;
          this.#levels.set(subgraph, { level, key: fields });
          changed = true;
        }
      }
    }
  }

  /** When all fields of a key or of `@requires` are there. */
  levelOf(list: SelectionList, visiting = NOBODY): number {
    let level = 0;
    for (const entry of this.#options.internal(list, this.#options.scope.conditions.always)) {
      const choice = this.choose({ entry }, visiting);
      if (!choice || choice.left.length > 0) return Infinity;
      level = Math.max(level, choice.level);
    }
    return level;
  }

  /** The best option, with further ones for what it leaves; `undefined` = there is none. */
  choose(need: Need, visiting = NOBODY, taken: readonly Option[] = []): Choice | undefined {
    const { entry } = need;
    let best: { option: Option; cost: Cost } | undefined;
    for (const option of this.#options.of(need)) {
      if (taken.some((each) => each.hop === option.hop)) continue;
      const { below, hop } = option;
      const level = this.#levelOfOption(option, entry, visiting);
      if (level === Infinity) continue;
      const isNew = hop !== undefined && !this.#used.has(hop);
      // Who is asked for the field anyhow is asked for more of it.
      const isAsked = this.#asked.get(entry.field.key) === (hop ?? '');
      const cost = {
        missing: below?.cost.missing ?? 0,
        held: (option.isHeld ? 1 : 0) + (below?.cost.held ?? 0),
        depth: level + (below?.cost.depth ?? 0),
        fetches: (below?.cost.fetches ?? 0) + (isNew ? 1 : 0) - (isAsked ? 1 : 0),
        later: laterOf(this.#options, hop !== undefined, below),
        fields: below?.cost.fields ?? 0,
      };
      if (!best || compareCosts(cost, best.cost) < 0) best = { option, cost };
      // It comes with the place: nothing is better.
      if (cost.missing === 0 && cost.held === 0 && cost.depth === 0) break;
    }
    if (!best) return undefined;
    const { option, cost } = best;
    const choice = { picks: [{ option, entry }], left: [], level: cost.depth };
    const { below } = option;
    if (!below || below.left.length === 0) return choice;
    const leftover = this.#options.leftover(entry, below);
    if (this.#options.isSplit(below)) return { ...choice, left: [leftover] };
    const rest = this.choose({ ...need, entry: leftover }, visiting, [...taken, option]);
    if (!rest) return { ...choice, left: [leftover] };
    return {
      picks: [...choice.picks, ...rest.picks],
      left: rest.left,
      level: Math.max(choice.level, rest.level),
    };
  }

  #levelOfOption({ hop, requires }: Option, entry: Entry, visiting: ReadonlySet<string>): number {
    if (hop === undefined) return 0;
    const level = this.#levels.get(hop)?.level ?? Infinity;
    if (!requires || level === Infinity) return level;
    const identity = `${hop} ${entry.field.key}`;
    if (visiting.has(identity)) return Infinity;
    return Math.max(level, 1 + this.levelOf(requires, new Set([...visiting, identity])));
  }
}

/** Fields that wait for another fetch: of a hop all, save at the root, where a hop is the first fetch. */
export function laterOf({ place }: CoverOptions, isHop: boolean, below: Solution | undefined): number {
  const isLater = isHop && place.subgraph !== undefined;
  return isLater ? 1 + (below?.cost.fields ?? 0) : (below?.cost.later ?? 0);
}

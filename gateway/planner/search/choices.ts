import { contextIdentity } from '../model/contexts.ts';
import type { SelectionList } from '../selection.ts';
import type { Need } from './cover.ts';
import type { CoverOptions, Option } from './options.ts';
import type { Entry } from './scope.ts';
import { compareCosts, type Cost, type Solution } from './solution.ts';
import type { Source } from './split.ts';

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
  /** Fetches that are made anyhow, by subgraph and what they require. */
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

  /**
   * Later choices prefer what is asked for anyhow.
   * @param level when the hop's answer is there, where one is made
   */
  note({ option, entry }: Chosen, level?: number): void {
    const { hop, requires, contexts } = option;
    this.#asked.set(entry.field.key, hop ?? '');
    if (hop === undefined) return;
    this.#used.add(fetchOf(option));
    // What is there with the key goes into the fetch that needs nothing else.
    if (requires && !contexts && level === this.#levels.get(hop)?.level) this.#used.add(fetchOf({ hop }));
  }

  /** Chains of keys: a subgraph is reached when the fields of one of its keys are there. */
  #findLevels(): void {
    if (this.#options.isQuery) {
      for (const subgraph of this.#allowed) this.#levels.set(subgraph, { level: 1 });
      return;
    }
    const holders = new Map<SelectionList, string[]>();
    for (const subgraph of this.#allowed)
      for (const { fields } of this.#options.keysOf(subgraph)) {
        const known = holders.get(fields);
        if (known) known.push(subgraph);
        else holders.set(fields, [subgraph]);
      }
    const late = new Set<SelectionList>();
    for (const [fields, subgraphs] of holders) {
      if (this.levelOf(fields) > 0) late.add(fields);
      else for (const subgraph of subgraphs) this.#reach(subgraph, 1, fields);
    }
    // Any other key is looked at again when somebody who gives fields of it is reached, or reached sooner.
    const waiting = new Set(late);
    for (const fields of waiting) {
      waiting.delete(fields);
      const level = 1 + this.levelOf(fields);
      for (const subgraph of holders.get(fields) ?? []) {
        if (!this.#reach(subgraph, level, fields)) continue;
        for (const dependent of this.#options.keysWith(subgraph))
          if (late.has(dependent)) waiting.add(dependent);
      }
    }
  }

  /** Whether that is sooner than what was known. */
  #reach(subgraph: string, level: number, key: SelectionList): boolean {
    if (level >= (this.#levels.get(subgraph)?.level ?? Infinity)) return false;
    this.#levels.set(subgraph, { level, key });
    return true;
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
      const isNew = hop !== undefined && !this.#used.has(fetchOf(option));
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
    if (!below || below.left.length === 0) return this.#splitSooner(need, choice, visiting) ?? choice;
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

  /** Several subgraphs asked for a field at once, where that is sooner than one of them and further fetches by key. */
  #splitSooner({ entry }: Need, { picks, level }: Choice, visiting: ReadonlySet<string>): Choice | undefined {
    const depth = picks[0]?.option.below?.cost.depth ?? 0;
    if (depth === 0 || visiting !== NOBODY || this.#options.place.isSingle === true) return undefined;
    const sources: Source[] = [];
    for (const option of this.#options.of({ entry })) {
      const own = this.#levelOfOption(option, entry, visiting);
      if (own < level) sources.push({ option, level: own });
    }
    const parts = sources.length > 1 ? this.#options.split(entry, sources, level) : undefined;
    if (!parts) return undefined;
    return { picks: parts, left: [], level: parts.reduce((latest, part) => Math.max(latest, part.depth), 0) };
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

/** A field that requires something is mostly had by a fetch of its own, which comes later; one with values from a context always. */
function fetchOf({ hop = '', requires, contexts }: Pick<Option, 'hop' | 'requires' | 'contexts'>): string {
  const taken = contexts ? `$${contextIdentity(contexts)}` : '';
  return requires ? `${hop} ${requires.id} ${taken}` : `${hop}${taken}`;
}

/** Fields that wait for another fetch: of a hop all, save at the root, where a hop is the first fetch. */
export function laterOf({ place }: CoverOptions, isHop: boolean, below: Solution | undefined): number {
  const isLater = isHop && place.subgraph !== undefined;
  return isLater ? 1 + (below?.cost.fields ?? 0) : (below?.cost.later ?? 0);
}

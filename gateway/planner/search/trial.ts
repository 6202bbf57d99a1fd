import type { Condition } from '../condition.ts';
import { contextIdentity } from '../model/contexts.ts';
import type { ContextArgument } from '../model/supergraph-model.ts';
import type { SelectionList } from '../selection.ts';
import { Choices, laterOf, type Chosen } from './choices.ts';
import { clashes } from './clashes.ts';
import type { CoverResult, Need } from './cover.ts';
import type { CoverOptions, Option } from './options.ts';
import type { Entry } from './scope.ts';
import type { Assigned, Cost, Hop, HopInput, HopPart } from './solution.ts';

/** What comes of allowing hops to some subgraphs. */
export interface Trial extends CoverResult {
  /** Subgraphs that are hopped to. */
  readonly used: readonly string[];
  readonly cost: Cost;
}

/** Gives each need to the best of the allowed hops, with the hops that these need in turn. */
export function tryHops(options: CoverOptions, needs: readonly Need[], allowed: readonly string[]): Trial {
  const attempt = new Attempt(options, allowed);
  // Those with the least choice first: the others then prefer the hops that are there already.
  const ordered = needs
    .map((need, index) => ({ need, index, choice: options.of(need).length }))
    .toSorted((a, b) => a.choice - b.choice || a.index - b.index);
  for (const { need } of ordered) attempt.take(need);
  return attempt.result();
}

interface DraftHop {
  readonly key: string;
  readonly subgraph: string;
  readonly level: number;
  readonly contexts: ContextArgument[];
  readonly inputs: HopInput[];
  /** Input fields that other hops give; they are asked for where the hop is. */
  readonly suppliers: Assigned[];
  readonly representation: SelectionList[];
  readonly assigned: Assigned[];
  continued: HopPart['continued'];
}

class Attempt {
  readonly #options: CoverOptions;
  readonly #choices: Choices;
  readonly #locals: Assigned[] = [];
  readonly #hops = new Map<string, DraftHop>();
  readonly #hopOf = new Map<string, DraftHop>();
  readonly #left: Entry[] = [];
  readonly #internal = new Map<string, Assigned>();

  constructor(options: CoverOptions, allowed: readonly string[]) {
    this.#options = options;
    this.#choices = new Choices(options, allowed);
  }

  take(need: Need): void {
    const choice = this.#choices.choose(need);
    if (!choice || (choice.left.length > 0 && this.#options.place.isSingle === true)) {
      this.#left.push(need.entry);
      return;
    }
    this.#left.push(...choice.left);
    for (const pick of choice.picks) this.#assign(pick);
  }

  #assign(pick: Chosen): void {
    const { option, entry } = pick;
    const { typeName } = this.#options;
    const { hop: subgraph, type, below, isContinued, contexts } = option;
    const assigned: Assigned = {
      entry,
      types: [typeName],
      condition: entry.condition,
      type,
      ...(below ? { below } : {}),
      ...(option.isHeld ? { isHeld: true } : {}),
      ...(contexts ? { contexts } : {}),
    };
    if (subgraph === undefined) {
      this.#choices.note(pick);
      this.#locals.push(assigned);
      return;
    }
    const hop = this.#hopFor(subgraph, option, entry.condition);
    this.#choices.note(pick, hop.level);
    if (isContinued) {
      hop.continued = below;
      const { field, types, condition, delivery } = entry;
      hop.assigned.push({ entry: { field, types, condition, delivery }, types: [typeName], condition, type });
    } else hop.assigned.push(assigned);
  }

  /** The hop by which fields with these requirements are had; found once. */
  #hopFor(subgraph: string, { requires, contexts }: Option, condition: Condition): DraftHop {
    // A field that takes values from further up is asked for apart: what it needs comes and varies with them.
    const taken = contexts ? `$${contextIdentity(contexts)}?${condition.id}` : '';
    const identity = `${subgraph} ${requires ? `${requires.id} ${condition.id}` : ''} ${taken}`;
    let hop = this.#hopOf.get(identity);
    if (!hop) this.#hopOf.set(identity, (hop = this.#findHop(subgraph, requires, condition, taken)));
    for (const each of contexts ?? []) if (!hop.contexts.includes(each)) hop.contexts.push(each);
    return hop;
  }

  #findHop(
    subgraph: string,
    requires: SelectionList | undefined,
    condition: Condition,
    taken: string,
  ): DraftHop {
    const { always } = this.#options.scope.conditions;
    const inputs: HopInput[] = [];
    const suppliers: Assigned[] = [];
    const lists: SelectionList[] = [];
    let isConditional = false;
    const key = this.#choices.keyTo(subgraph);
    if (key) {
      lists.push(key);
      for (const entry of this.#options.internal(key, always)) this.#supply(entry, inputs, suppliers);
    }
    if (requires) {
      lists.push(requires);
      const before = inputs.length;
      const isFarther = this.#choices.levelOf(requires) > 0;
      const entries = this.#options.internal(requires, isFarther ? condition : always);
      for (const entry of entries) this.#supply(entry, inputs, suppliers);
      isConditional = condition !== always && inputs.slice(before).some(isFromElsewhere);
    }
    const waits = new Set(
      inputs.map(
        ({ provider, below }) => `${provider ?? ''}/${below && below.cost.depth > 0 ? below.id : ''}`,
      ),
    );
    // By that name the subgraph cannot tell the types apart: what is asked of one is asked of all.
    const target = this.#options.target(subgraph);
    const onType = target?.isInterfaceObject === true ? `@${this.#options.typeName}` : '';
    const later = this.#isLater ? `!${this.#options.delivery.id}` : '';
    const base = `${subgraph}${onType}[${[...waits].sort().join('|')}]${later}${isConditional ? `?${condition.id}` : ''}${taken}`;
    let identity = base;
    // One representation cannot have a field twice, with different arguments.
    for (let number = 2; this.#isClashing(identity, lists); number++) identity = `${base}#${number}`;
    let hop = this.#hops.get(identity);
    if (!hop) {
      const level =
        1 +
        inputs.reduce(
          (latest, { provider, below }) => Math.max(latest, this.#levelOfInput(provider, below)),
          0,
        );
      hop = {
        key: identity,
        subgraph,
        level,
        contexts: [],
        inputs: [],
        suppliers: [],
        representation: [],
        assigned: [],
        continued: undefined,
      };
      this.#hops.set(identity, hop);
    }
    hop.inputs.push(...inputs);
    hop.suppliers.push(...suppliers);
    for (const list of lists) if (!hop.representation.includes(list)) hop.representation.push(list);
    return hop;
  }

  get #isLater(): boolean {
    return this.#options.delivery !== this.#options.place.delivery;
  }

  #isClashing(identity: string, lists: readonly SelectionList[]): boolean {
    const hop = this.#hops.get(identity);
    return hop !== undefined && clashes([...hop.representation, ...lists]);
  }

  #levelOfInput(provider: string | undefined, below: HopInput['below']): number {
    const level = provider === undefined ? 0 : (this.#hops.get(provider)?.level ?? 0);
    return level + (below?.cost.depth ?? 0);
  }

  /** Has a field of a representation asked for. */
  #supply(entry: Entry, inputs: HopInput[], suppliers: Assigned[]): void {
    const choice = this.#choices.choose({ entry });
    if (!choice) throw new Error(`no way to "${entry.field.name}", which was found before`);
    for (const pick of choice.picks) {
      const { option, entry: part } = pick;
      const { hop: subgraph, below, type } = option;
      const hop = subgraph === undefined ? undefined : this.#hopFor(subgraph, option, part.condition);
      this.#choices.note(pick, hop?.level);
      inputs.push({
        fieldKey: part.field.key,
        ...(hop ? { provider: hop.key } : {}),
        ...(below ? { below } : {}),
      });
      const identity = `${hop?.key ?? ''} ${part.field.key} ${below?.id}`;
      let assigned = this.#internal.get(identity);
      if (!assigned) {
        const { contexts } = option;
        assigned = {
          entry: part,
          types: [this.#options.typeName],
          type,
          ...(below ? { below } : {}),
          ...(contexts ? { contexts } : {}),
        };
        this.#internal.set(identity, assigned);
        if (hop) {
          assigned.condition = this.#options.scope.conditions.never;
          hop.assigned.push(assigned);
        } else this.#locals.push(assigned);
      }
      if (hop) suppliers.push(assigned);
    }
  }

  result(): Trial {
    this.#spreadConditions();
    const { isQuery, typeName } = this.#options;
    const hops: Hop[] = [];
    let [held, depth, fetches, later, fields] = [0, 0, 0, 0, 0];
    const count = (level: number, { below, isHeld }: Pick<Assigned, 'below' | 'isHeld'>): void => {
      held += (isHeld ? 1 : 0) + (below?.cost.held ?? 0);
      later += laterOf(this.#options, level > 0, below);
      fields += 1 + (below?.cost.fields ?? 0);
      fetches += below?.cost.fetches ?? 0;
      depth = Math.max(depth, level + (below?.cost.depth ?? 0));
    };
    for (const assigned of this.#locals) count(0, assigned);
    for (const { key, subgraph, level, contexts, inputs, ...hop } of this.#hops.values()) {
      const { representation, assigned, continued } = hop;
      const entity = this.#options.target(subgraph);
      if (!entity) throw new Error(`no way into the subgraph "${subgraph}", which was found before`);
      const part = { typeName, entity, representation, assigned, ...(continued ? { continued } : {}) };
      const delivery = this.#isLater ? { delivery: this.#options.delivery } : {};
      const kind = isQuery ? 'query' : 'entity';
      hops.push({ key, kind, subgraph, ...delivery, level, contexts, inputs, parts: [part] });
      fetches += 1;
      depth = Math.max(depth, level);
      for (const each of assigned) count(level, each);
      if (continued) count(level, { below: continued });
    }
    const used = [...new Set(hops.map(({ subgraph }) => subgraph))];
    const cost = { missing: this.#left.length, held, depth, fetches, later, fields };
    return { locals: this.#locals, hops, left: this.#left, used, cost };
  }

  /** A hop is made where one of its fields is wanted, and then what it needs is wanted. */
  #spreadConditions(): void {
    const { conditions } = this.#options.scope;
    for (const { assigned, suppliers } of [...this.#hops.values()].toSorted((a, b) => b.level - a.level)) {
      const wanted = assigned.reduce(
        (all, { condition }) => conditions.orWider(all, condition ?? conditions.always),
        conditions.never,
      );
      for (const supplier of suppliers)
        supplier.condition = conditions.orWider(supplier.condition ?? conditions.never, wanted);
    }
  }
}

function isFromElsewhere({ provider, below }: HopInput): boolean {
  return provider !== undefined || (below !== undefined && below.cost.depth > 0);
}

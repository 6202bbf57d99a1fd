exec(open('bench/.tmp/edit.py').read().split("P='gateway")[0])
P='gateway/planner/'
sub(P+'model/resolution.ts',[
("import type { SelectionList } from '../selection.ts';\n","import type { SelectionList } from '../selection.ts';\nimport { Contexts } from './contexts.ts';\n"),
("""  readonly model: SupergraphModel;
  readonly #provided""","""  readonly model: SupergraphModel;
  readonly contexts: Contexts;
  readonly #provided"""),
("""    this.model = model;
  }
""","""    this.model = model;
    this.contexts = new Contexts(model);
  }
"""),
])
sub(P+'search/options.ts',[
("import { type LocalEntity, NOTHING_PROVIDED } from '../model/resolution.ts';\nimport type { Key, TypeReference }","import { type LocalEntity, NOTHING_PROVIDED } from '../model/resolution.ts';\nimport type { ContextArgument, Key, TypeReference }"),
("""  readonly requires?: SelectionList;
  readonly below?: Solution;
""","""  readonly requires?: SelectionList;
  /** Need values of objects further up. */
  readonly contexts?: readonly ContextArgument[];
  readonly below?: Solution;
"""),
("""      if (!resolution || resolution.fromContext) continue;
      const isLocal = isHere && !resolution.requires;
      if (!isLocal && !this.target(subgraph)) continue;
      const { type, requires } = resolution;
""","""      if (!resolution) continue;
      const { type, requires, contextArguments: contexts } = resolution;
      if (contexts && (this.isQuery || !resolutions.contexts.has(place.above, contexts))) continue;
      const isLocal = isHere && isBare(resolution);
      if (!isLocal && !this.target(subgraph)) continue;
"""),
("import { type LocalEntity, NOTHING_PROVIDED }","import { isBare, type LocalEntity, NOTHING_PROVIDED }"),
("""        entry.below && this.#solver.solve(entry.below, subgraph, type.name, resolution.provided, rivals);
""","""        entry.below &&
        this.#solver.solve(entry.below, subgraph, type.name, resolution.provided, rivals, above);
"""),
("""    const found: Option[] = [];
    for (const subgraph""","""    const found: Option[] = [];
    const above = resolutions.contexts.below(place.above, typeName);
    for (const subgraph"""),
("""        ...(requires ? { requires } : {}),
        ...(below""","""        ...(requires ? { requires } : {}),
        ...(contexts ? { contexts } : {}),
        ...(below"""),
("""    const { typeName } = this;
    const { resolutions } = this.scope;
    const type: TypeReference""","""    const { typeName } = this;
    const { resolutions } = this.scope;
    const { above } = this.place;
    const type: TypeReference"""),
("const below = this.#solver.solve(entry.below, hop, typeName, NOTHING_PROVIDED, []);","const below = this.#solver.solve(entry.below, hop, typeName, NOTHING_PROVIDED, [], above);"),
])
sub(P+'search/place.ts',[
("import { NOTHING_PROVIDED, type Provided } from '../model/resolution.ts';","import { type ContextSet, NO_CONTEXTS } from '../model/contexts.ts';\nimport { isBare, NOTHING_PROVIDED, type Provided } from '../model/resolution.ts';"),
("""   * @param rivals other subgraphs that could give the objects along the same path
   */""","""   * @param rivals other subgraphs that could give the objects along the same path
   * @param above contexts that objects above the place carry
   */"""),
("""    rivals: readonly string[],
  ): Solution {
    if (rivals.length > 0) {
      const alone = this.solve(wanted, subgraph, typeName, provided, []);""","""    rivals: readonly string[],
    above: ContextSet,
  ): Solution {
    if (rivals.length > 0) {
      const alone = this.solve(wanted, subgraph, typeName, provided, [], above);"""),
("${provided.id} ${rivals.join()}`","${provided.id} ${rivals.join()} ${above.id}`"),
("this.#solvePlace(wanted, { subgraph, provided, rivals }, typeName)","this.#solvePlace(wanted, { subgraph, provided, rivals, above }, typeName)"),
("const isHarmless = resolution !== undefined && !resolution.requires && !resolution.type.nonNull;","const isHarmless = resolution !== undefined && isBare(resolution) && !resolution.type.nonNull;"),
("if (!resolution || resolution.requires || resolution.fromContext) return false;","if (!resolution || !isBare(resolution)) return false;"),
("""    const below = this.solve(entry.below, place.subgraph, type.name, resolution.provided, rivals);
    const isBest""","""    const above = resolutions.contexts.below(place.above, typeName);
    const below = this.solve(entry.below, place.subgraph, type.name, resolution.provided, rivals, above);
    const isBest"""),
("""      provided: NOTHING_PROVIDED,
      rivals: scope.resolutions.model.subgraphs,
    };""","""      provided: NOTHING_PROVIDED,
      rivals: scope.resolutions.model.subgraphs,
      above: NO_CONTEXTS,
    };"""),
("""  readonly rivals: readonly string[];
  /** Nothing may""","""  readonly rivals: readonly string[];
  /** Contexts that objects above the place carry. */
  readonly above: ContextSet;
  /** Nothing may"""),
])
sub(P+'search/trial.ts',[
("import type { Condition } from '../condition.ts';\nimport type { SelectionList }","import type { Condition } from '../condition.ts';\nimport { contextIdentity } from '../model/contexts.ts';\nimport type { ContextArgument } from '../model/supergraph-model.ts';\nimport type { SelectionList }"),
("""  readonly level: number;
  readonly inputs: HopInput[];""","""  readonly level: number;
  readonly contexts: ContextArgument[];
  readonly inputs: HopInput[];"""),
("const { hop: subgraph, type, below, isContinued } = option;","const { hop: subgraph, type, below, isContinued, contexts } = option;"),
("""      type,
      ...(below ? { below } : {}),
    };
    if (subgraph === undefined) {""","""      type,
      ...(below ? { below } : {}),
      ...(contexts ? { contexts } : {}),
    };
    if (subgraph === undefined) {"""),
("const hop = this.#hopFor(subgraph, option.requires, entry.condition);","const hop = this.#hopFor(subgraph, option, entry.condition);"),
("""  #hopFor(subgraph: string, requires: SelectionList | undefined, condition: Condition): DraftHop {
    const identity = `${subgraph} ${requires ? `${requires.id} ${condition.id}` : ''}`;
    let hop = this.#hopOf.get(identity);
    if (!hop) this.#hopOf.set(identity, (hop = this.#findHop(subgraph, requires, condition)));
    return hop;
  }

  #findHop(subgraph: string, requires: SelectionList | undefined, condition: Condition): DraftHop {
""","""  #hopFor(subgraph: string, { requires, contexts }: Option, condition: Condition): DraftHop {
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
"""),
("${isConditional ? `?${condition.id}` : ''}`;","${isConditional ? `?${condition.id}` : ''}${taken}`;"),
("""        level,
        inputs: [],
        suppliers""","""        level,
        contexts: [],
        inputs: [],
        suppliers"""),
("this.#hopFor(subgraph, option.requires, part.condition);","this.#hopFor(subgraph, option, part.condition);"),
("""        assigned = { entry: part, types: [this.#options.typeName], type, ...(below ? { below } : {}) };""","""        const { contexts } = option;
        assigned = {
          entry: part,
          types: [this.#options.typeName],
          type,
          ...(below ? { below } : {}),
          ...(contexts ? { contexts } : {}),
        };"""),
("""    for (const { key, subgraph, level, inputs, representation, assigned, continued } of this.#hops.values()) {""","""    for (const { key, subgraph, level, contexts, inputs, ...hop } of this.#hops.values()) {
      const { representation, assigned, continued } = hop;"""),
("""      hops.push({ key, kind: isQuery ? 'query' : 'entity', subgraph, level, inputs, parts: [part] });""","""      const kind = isQuery ? 'query' : 'entity';
      hops.push({ key, kind, subgraph, level, contexts, inputs, parts: [part] });"""),
("import type { CoverOptions } from './options.ts';","import type { CoverOptions, Option } from './options.ts';"),
])
sub(P+'search/solution.ts',[
("import type { TypeReference } from '../model/supergraph-model.ts';","import type { ContextArgument, TypeReference } from '../model/supergraph-model.ts';"),
("""  readonly type: TypeReference;
  readonly below?: Solution;
}

/** A further""","""  readonly type: TypeReference;
  readonly below?: Solution;
  /** Arguments that take their values from objects further up. */
  readonly contexts?: readonly ContextArgument[];
}

/** A further"""),
("""  readonly level: number;
  readonly inputs: readonly HopInput[];""","""  readonly level: number;
  /** Arguments of its fields that take their values from objects further up; those of equal keys want the same values. */
  readonly contexts: readonly ContextArgument[];
  readonly inputs: readonly HopInput[];"""),
])
sub(P+'search/merge.ts',[
("""    const identity = `${number} ${assigned.below?.id} ${assigned.condition?.id} ${assigned.type.text}`;""","""    const taken = assigned.contexts?.map((each) => `${each.name} ${valueIdentity(each)}`).join() ?? '';
    const identity = `${number} ${assigned.below?.id} ${assigned.condition?.id} ${assigned.type.text} ${taken}`;"""),
("import type { Entry, Scope } from './scope.ts';","import { valueIdentity } from '../model/contexts.ts';\nimport type { Entry, Scope } from './scope.ts';"),
("""    inputs: [...known.inputs, ...hop.inputs],""","""    contexts: [...known.contexts, ...hop.contexts],
    inputs: [...known.inputs, ...hop.inputs],"""),
("""hops.map(({ key }) => key.replace(/@[^[]*/, ''))""","""hops.map(({ key }) => key.replace(/@[^[]*/, ''))"""),
])

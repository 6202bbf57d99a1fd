exec(open('bench/.tmp/edit.py').read().split("P='gateway")[0])
P='gateway/planner/'
sub('gateway/compile/plan.ts',[
("""  /** Applied to each representation before it is sent. */
  readonly inputRewrites: readonly Rewrite[];
}
""","""  /** Applied to each representation before it is sent. */
  readonly inputRewrites: readonly Rewrite[];
  /** Variables of the operation whose values stand further up in the data (`@fromContext`); absent = none. */
  readonly contextInputs?: readonly ContextInput[];
}

/**
 * A variable that has its value from an object around each entity. Entities with different values cannot be asked
 * for by one list of representations.
 */
export interface ContextInput {
  /** None of the client's; declared in the operation. */
  readonly variable: string;
  /** As it is declared: `[String]`. */
  readonly type: string;
  /** As the supergraph names it, for messages: `users__userContext`. */
  readonly context: string;
  /** Nearest object first: the first that the entity stands in decides, also if its value is null. */
  readonly sources: readonly ContextSource[];
}

/** Where a value from further up stands. */
export interface ContextSource {
  /** How many segments of the fetch's `at` lead to the object; 0 = the root of the data. */
  readonly level: number;
  /** Only objects of these concrete types are meant; absent = any. */
  readonly types?: readonly string[];
  /** Response keys from the object to the value; lists on the way make lists. Empty = the object has none: null. */
  readonly path: readonly string[];
}
"""),
])
sub('gateway/compile/dataflow.ts',[
("""  if (fetch.node === 'entityFetch') addRequired(reads, path, fetch.requires);
  return reads;""","""  if (fetch.node === 'entityFetch') {
    addRequired(reads, path, fetch.requires);
    for (const source of fetch.contextInputs?.flatMap(({ sources }) => sources) ?? []) {
      path = pathKey(fetch.at.slice(0, source.level));
      for (const key of source.path) reads.push((path = `${path}.${key}`));
    }
  }
  return reads;"""),
])
sub('gateway/compile/print-plan.ts',[
("import type { FetchStep, PathSegment, Plan, PlanNode, RequiredSelection } from './plan.ts';","import type { ContextInput, FetchStep, PathSegment, Plan, PlanNode, RequiredSelection } from './plan.ts';"),
("""    for (const rewrite of node.inputRewrites) lines.push(`${inner}input ${JSON.stringify(rewrite)}`);
""","""    for (const rewrite of node.inputRewrites) lines.push(`${inner}input ${JSON.stringify(rewrite)}`);
    for (const input of node.contextInputs ?? []) lines.push(`${inner}${printContext(input, node.at)}`);
"""),
("""export function printPath(""","""/** `$fromContext_0 from t<A>.name, else name`: nearest object first. */
function printContext({ variable, sources }: ContextInput, at: readonly PathSegment[]): string {
  const places = sources.map(({ level, types, path }) => {
    const way = at.slice(0, level).map(({ field }) => field);
    const object = `${way.join('.')}${types ? `<${types.join('|')}>` : ''}`;
    return path.length === 0 ? `${object} null` : [...(object === '' ? [] : [object]), ...path].join('.');
  });
  return `$${variable} from ${places.join(', else ')}`;
}

export function printPath("""),
])
sub(P+'limits.ts',[
("""/** Requests of one plan. */""","""/** How often an operation is solved again because values from `@fromContext` turn out to be wanted further up. */
export const MAX_CONTEXT_ROUNDS = 20;

/** Requests of one plan. */"""),
])
sub(P+'emit/fetch-draft.ts',[
("import type { PathSegment } from '../../compile/plan.ts';","import type { PathSegment } from '../../compile/plan.ts';\nimport type { TakenValue } from './context-sources.ts';"),
("  readonly waitsFor: ReadonlySet<FetchDraft>;","  readonly waitsFor: Set<FetchDraft>;\n  /** Values that its fields take from further up. */\n  readonly taken: readonly TakenValue[];"),
("""  for (const known of object.fields) {
    if (known.key !== key) continue;
""","""  for (const known of object.fields) {
    if (known.key !== key || known.field.argumentText !== field.argumentText) continue;
"""),
])
sub(P+'emit/emit.ts',[
("import type { Conditions } from '../condition.ts';","import type { Condition, Conditions } from '../condition.ts';"),
("import { type FetchDraft, type Representing, select, type SelectedObject } from './fetch-draft.ts';","import type { ContextDemands } from './context-demands.ts';\nimport { type TakenValue, takenValues, type TrailStep, withTaken } from './context-sources.ts';\nimport { type FetchDraft, type Representing, select, type SelectedObject } from './fetch-draft.ts';"),
("""  readonly isOpaque: boolean;
}

/** Puts""","""  readonly isOpaque: boolean;
  /** The way there. */
  readonly trail: readonly TrailStep[];
}

/** Puts"""),
("""  readonly #known = new Map<string, FetchDraft[]>();

  constructor(resolutions: Resolutions, conditions: Conditions) {
    this.#resolutions = resolutions;
    this.#conditions = conditions;
  }
""","""  readonly #demands: ContextDemands;
  readonly #known = new Map<string, FetchDraft[]>();

  /** @param demands told which values are wanted further up */
  constructor(resolutions: Resolutions, conditions: Conditions, demands: ContextDemands) {
    this.#resolutions = resolutions;
    this.#conditions = conditions;
    this.#demands = demands;
  }
"""),
("this.#emitHops(hops, { path: [], types: [typeName], isOpaque: false }, undefined, new Map());","this.#emitHops(hops, { path: [], types: [typeName], isOpaque: false, trail: [] }, undefined, new Map());"),
("""    object: SelectedObject,
    path: readonly PathSegment[],
  ): FetchDraft[] {
    const { locals, hops, types, isOpaque } = solution;
    const position = { path, types: types.names, isOpaque };""","""    object: SelectedObject,
    path: readonly PathSegment[],
    trail: readonly TrailStep[],
  ): FetchDraft[] {
    const { locals, hops, types, isOpaque } = solution;
    const position = { path, types: types.names, isOpaque, trail };"""),
("""    { entry, types, condition, type, below }: Assigned,
    names""","""    { entry, types, condition, type, below, contexts }: Assigned,
    names"""),
("""    const selected = select(
      object,
      { key: field.key, field, types: names, condition, type },
      this.#conditions,
    );
    if (!below || !selected.below) return [];
    return this.#emit(below, draft, selected.below, [...restricted(position, types), { field: field.key }]);""","""    const asked = contexts ? withTaken(field, contexts, draft.taken) : field;
    const selected = select(
      object,
      { key: field.key, field: asked, types: names, condition, type },
      this.#conditions,
    );
    if (!below || !selected.below) return [];
    const path = [...restricted(position, types), { field: field.key }];
    const step = { field, wantedOn: entry.types.names, types, isOpaque: position.isOpaque };
    return this.#emit(below, draft, selected.below, path, [...position.trail, step]);"""),
("const draft = this.#draftOf(hop, position.path, origin, byKey, below);","const draft = this.#draftOf(hop, position, origin, byKey, below);"),
("""    hop: Hop,
    path: readonly PathSegment[],
    origin""","""    hop: Hop,
    { path, trail }: Position,
    origin"""),
("""    return this.#draftFor(hop, path, waitsFor);
  }
""","""    return this.#draftFor(hop, path, waitsFor, this.#take(hop, trail));
  }

  /** The values that the hop's fields take from further up, which are wanted there from now on. */
  #take({ contexts, parts }: Hop, trail: readonly TrailStep[]): readonly TakenValue[] {
    if (contexts.length === 0) return NOTHING_TAKEN;
    const { always, never } = this.#conditions;
    const taken = takenValues(this.#resolutions.model, trail, contexts, this.#demands.prefix);
    const condition = parts
      .flatMap(({ assigned }) => assigned)
      .reduce<Condition>((all, each) => this.#conditions.orWider(all, each.condition ?? always), never);
    this.#demands.add(trail, taken, condition);
    return taken;
  }
"""),
("made.push(...this.#emit(continued, draft, draft.top, position.path));","made.push(...this.#emit(continued, draft, draft.top, position.path, position.trail));"),
("""  #draftFor(hop: Hop, path: readonly PathSegment[], waitsFor: ReadonlySet<FetchDraft>): FetchDraft {""","""  #draftFor(
    hop: Hop,
    path: readonly PathSegment[],
    waitsFor: Set<FetchDraft>,
    taken: readonly TakenValue[],
  ): FetchDraft {"""),
("""${inputs.join()} ${JSON.stringify(path)}`;
    const known""","""${inputs.join()} ${JSON.stringify(path)} ${takenIdentity(taken)}`;
    const known"""),
("""        waitsFor,
        top""","""        waitsFor,
        taken,
        top"""),
("""/**
 * One representation cannot""","""const NOTHING_TAKEN: readonly TakenValue[] = [];

/** Empty for the common case. */
function takenIdentity(taken: readonly TakenValue[]): string {
  return taken.length === 0
    ? ''
    : JSON.stringify(taken.map(({ argument, input }) => [valueIdentity(argument), input]));
}

/**
 * One representation cannot"""),
("import type { Resolutions } from '../model/resolution.ts';","import { valueIdentity } from '../model/contexts.ts';\nimport type { Resolutions } from '../model/resolution.ts';"),
])
sub(P+'emit/finish-fetch.ts',[
("""    const all = isEntity ? ['$representations:[_Any!]!', ...definitions] : definitions;
""","""    const contextInputs = draft.taken.map(({ input }) => input);
    const taken = contextInputs.map(({ variable, type }) => `$${variable}:${type}`);
    const all = isEntity ? ['$representations:[_Any!]!', ...definitions, ...taken] : definitions;
"""),
("""      inputRewrites: inputRewritesOf(draft),
""","""      inputRewrites: inputRewritesOf(draft),
      ...(contextInputs.length === 0 ? {} : { contextInputs }),
"""),
])
sub(P+'planner.ts',[
("""  const finisher = new FetchFinisher(model, conditions, operation.variableDefinitions ?? []);
""","""  const variables = operation.variableDefinitions ?? [];
  const finisher = new FetchFinisher(model, conditions, variables);
  const demands = new ContextDemands(
    scope,
    variables.map(({ variable }) => variable.name.value),
    kind === OperationTypeNode.QUERY,
  );
"""),
("planRoot(kind, { solver, finisher, wanted, typeName });","planRoot(kind, { solver, finisher, demands, wanted, typeName });"),
("""  readonly finisher: FetchFinisher;
  readonly wanted""","""  readonly finisher: FetchFinisher;
  readonly demands: ContextDemands;
  readonly wanted"""),
("""  const { solver, finisher, wanted, typeName } = planning;
  if (kind === OperationTypeNode.MUTATION) return planMutation(solver, finisher, wanted, typeName);
  const { resolutions, conditions } = solver.scope;
  const { hops, left } = solver.solveRoot(wanted, typeName, kind === OperationTypeNode.SUBSCRIPTION);
  refuseLeft(resolutions, typeName, left);
  const emitter = new Emitter(resolutions, conditions);
  emitter.emitRoot(hops, typeName);
  const [source, ...others] = emitter.drafts;
  const asQuery = (): OperationTypeNode => OperationTypeNode.QUERY;
  if (kind === OperationTypeNode.QUERY || !source) return stagesOf(emitter.drafts, finisher, asQuery);
""","""  const { solver, finisher, typeName } = planning;
  if (kind === OperationTypeNode.MUTATION) return planMutation(planning);
  const drafts = draftsOf(kind, planning);
  const [source, ...others] = drafts;
  const asQuery = (): OperationTypeNode => OperationTypeNode.QUERY;
  if (kind === OperationTypeNode.QUERY || !source) return stagesOf(drafts, finisher, asQuery);
"""),
])
s=open(P+'planner.ts').read()
s=s.replace("  const { solver, finisher, typeName } = planning;\n  if","  const { finisher } = planning;\n  if")
s+="""
/** The fetches, once all values are wanted that some of them take from further up. */
function draftsOf(
  kind: OperationTypeNode,
  { solver, demands, wanted, typeName }: OperationPlanning,
): readonly FetchDraft[] {
  const { scope } = solver;
  for (;;) {
    const all = scope.wanted([...wanted.parts, ...demands.parts()]);
    const { hops, left } = solver.solveRoot(all, typeName, kind === OperationTypeNode.SUBSCRIPTION);
    refuseLeft(scope.resolutions, typeName, left);
    const emitter = new Emitter(scope.resolutions, scope.conditions, demands);
    emitter.emitRoot(hops, typeName);
    if (!demands.endRound()) return inOrder(emitter.drafts);
  }
}
"""
s=s.replace("""interface RootPlanning {""","""/** What planning the fields of a root type needs. */
export interface OperationPlanning {""").replace("planning: RootPlanning","planning: OperationPlanning")
s=s.replace("import { Emitter } from './emit/emit.ts';","import { ContextDemands } from './emit/context-demands.ts';\nimport { Emitter } from './emit/emit.ts';\nimport type { FetchDraft } from './emit/fetch-draft.ts';").replace("import { stagesOf } from './emit/stages.ts';","import { inOrder } from './emit/order.ts';\nimport { stagesOf } from './emit/stages.ts';")
open(P+'planner.ts','w').write(s)

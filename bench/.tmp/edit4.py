exec(open('bench/.tmp/edit.py').read().split("P='gateway")[0])
P='gateway/planner/'
s=open(P+'planner.ts').read()
i=s.index("/** What planning the fields of a root type needs. */"); j=s.index("}\n",i)+2
iface=s[i:j]; s=s[:i]+s[j:].lstrip('\n')
s=s.replace("import { planMutation } from './mutation.ts';","import { type OperationPlanning, planMutation } from './mutation.ts';")
s=s.replace("import { Scope, type Wanted } from './search/scope.ts';","import { Scope } from './search/scope.ts';")
open(P+'planner.ts','w').write(s)
sub(P+'emit/context-demands.ts',[("    this.#rounds += 1;\n","    this.#rounds = isNew ? this.#rounds + 1 : 0;\n"),
("    if (isNew && this.#rounds > MAX","    if (this.#rounds > MAX")])
m=open(P+'mutation.ts').read()
m=m.replace("""/**
 * Root fields of a mutation""",iface+"""
/**
 * Root fields of a mutation""",1)
m=m.replace("""export function planMutation(
  solver: PlaceSolver,
  finisher: FetchFinisher,
  wanted: Wanted,
  typeName: string,
): PlanNode | undefined {
  return planOrdered(solver, finisher, wanted, typeName, []);
}

function planOrdered(
  solver: PlaceSolver,
  finisher: FetchFinisher,
  wanted: Wanted,
  typeName: string,
  decided: readonly Guard[],
): PlanNode | undefined {
  const { scope } = solver;
""","""export function planMutation(planning: OperationPlanning): PlanNode | undefined {
  return planOrdered(planning, []);
}

function planOrdered(planning: OperationPlanning, decided: readonly Guard[]): PlanNode | undefined {
  const { wanted, typeName } = planning;
  const { scope } = planning.solver;
""")
m=m.replace("return inOrder(solver, finisher, entries, typeName, decided);","return inTurn(planning, entries, decided);")
m=m.replace("planOrdered(solver, finisher, wanted, typeName, [...decided, { variable, value }]);","planOrdered(planning, [...decided, { variable, value }]);")
i=m.index("function inOrder(")
m=m[:i]+"""function inTurn(
  { solver, finisher, demands, typeName }: OperationPlanning,
  entries: readonly Entry[],
  given: readonly Guard[],
): PlanNode | undefined {
  const { scope } = solver;
  for (;;) {
    const emitters = groupsOf(solver, demands, entries, typeName).map((hop) => {
      const emitter = new Emitter(scope.resolutions, scope.conditions, demands);
      emitter.emitRoot([hop], typeName);
      return emitter;
    });
    // Values that are wanted further up are wanted below the same root field: the order stays.
    if (demands.endRound()) continue;
    const nodes = emitters.flatMap((emitter) => {
      const kindOf = ({ waitsFor }: FetchDraft): OperationTypeNode =>
        waitsFor.size === 0 ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY;
      const node = stagesOf(inOrder(emitter.drafts), finisher, kindOf, given);
      return node ? [node] : [];
    });
    return inSequence(nodes);
  }
}

/** The root fields, neighbours of one subgraph together. */
function groupsOf(
  solver: PlaceSolver,
  demands: ContextDemands,
  entries: readonly Entry[],
  typeName: string,
): readonly Hop[] {
  const { scope } = solver;
  const groups: Hop[] = [];
  for (const entry of entries) {
    const wanted = scope.wanted([...scope.wantedOf([entry]).parts, ...demands.parts(entry.field.key)]);
    const { hops, left } = solver.solveRoot(wanted, typeName, true);
    refuseLeft(scope.resolutions, typeName, left);
    for (const hop of hops) {
      const last = groups.at(-1);
      if (last?.subgraph === hop.subgraph)
        groups[groups.length - 1] = { ...last, parts: [...last.parts, ...hop.parts] };
      else groups.push(hop);
    }
  }
  return groups;
}
"""
m=m.replace("import { Emitter } from './emit/emit.ts';","import type { ContextDemands } from './emit/context-demands.ts';\nimport { Emitter } from './emit/emit.ts';").replace("import { inSequence, stagesOf } from './emit/stages.ts';","import { inOrder } from './emit/order.ts';\nimport { inSequence, stagesOf } from './emit/stages.ts';")
open(P+'mutation.ts','w').write(m)

exec(open('bench/.tmp/edit.py').read().split("P='gateway")[0])
P='gateway/planner/'
sub(P+'validate-plan.ts',[
(""" * - what a fetch reads was asked for by fetches that it waits for;
""",""" * - what a fetch reads was asked for by fetches that it waits for;
 * - an argument from a context has its value from a variable that is no client's, and that is read at an object around;
"""),
("""      ...ambiguous(steps),
""","""      ...contextProblems(steps),
      ...ambiguous(steps),
"""),
("""  if (step.fetch.node === 'entityFetch') read(step.fetch.requires, at);
  return missing;
}
""","""  if (step.fetch.node !== 'entityFetch') return missing;
  read(step.fetch.requires, at);
  for (const { level, path } of step.fetch.contextInputs?.flatMap(({ sources }) => sources) ?? [])
    for (let length = 1; length <= path.length; length++) {
      const below = [...at.slice(0, level), ...path.slice(0, length)];
      if (!isGiven(below)) missing.push(below.join('.'));
    }
  return missing;
}

/** Variables that could be mistaken for others, and values that are not looked for around the entity. */
function contextProblems(steps: readonly Step[]): string[] {
  const clients = new Set(
    steps.flatMap(({ fetch, guards }) => [...fetch.variableNames, ...guards.map(({ variable }) => variable)]),
  );
  return steps.flatMap((step): string[] => {
    const { fetch } = step;
    if (fetch.node !== 'entityFetch' || !fetch.contextInputs) return [];
    const names = fetch.contextInputs.map(({ variable }) => variable);
    const problems: string[] = [];
    for (const { variable, context, sources } of fetch.contextInputs) {
      if (clients.has(variable) || variable === 'representations' || names.indexOf(variable) !== names.lastIndexOf(variable))
        problems.push(`the variable $${variable} for "${context}" is another one's, too`);
      if (sources.length === 0) problems.push(`nothing around the entities has the context "${context}"`);
      const levels = sources.map(({ level }) => level);
      if (levels.some((level, index) => level >= fetch.at.length || level > (levels[index - 1] ?? level)))
        problems.push(`the context "${context}" is not looked for from the nearest object on`);
    }
    return problems.map((problem) => `fetch ${nameOf(step)}: ${problem}`);
  });
}
"""),
])
sub(P+'validate-fetch.ts',[
("import type { RequiredSelection } from '../compile/plan.ts';","import type { ContextInput, RequiredSelection } from '../compile/plan.ts';"),
("import { satisfies } from './model/supergraph-model.ts';","import { type ContextArgument, satisfies } from './model/supergraph-model.ts';"),
("  const check = new FetchCheck(resolutions, fetch.subgraph, problems);\n","  const inputs = (fetch.node === 'entityFetch' && fetch.contextInputs) || [];\n  const check = new FetchCheck(resolutions, fetch.subgraph, problems, inputs);\n"),
("""  for (const name of fetch.variableNames)
    if""","""  for (const name of [...fetch.variableNames, ...inputs.map(({ variable }) => variable)])
    if"""),
("""  constructor(resolutions: Resolutions, subgraph: string, problems: string[]) {
    this.#resolutions = resolutions;""","""  constructor(
    resolutions: Resolutions,
    subgraph: string,
    problems: string[],
    inputs: readonly ContextInput[],
  ) {
    this.#inputs = inputs;
    this.#resolutions = resolutions;"""),
("""  readonly #problems: string[];

""","""  readonly #problems: string[];
  readonly #inputs: readonly ContextInput[];

"""),
("const resolution = this.#resolve(spot, name, below);","const resolution = this.#resolve(spot, selection, below);"),
("""  #resolve(spot: Spot, name: string, path: string): Resolution | undefined {
    let found""","""  #resolve(spot: Spot, node: FieldNode, path: string): Resolution | undefined {
    const name = node.name.value;
    let found"""),
("""      found ??= resolution;
""","""      found ??= resolution;
      const { contextArguments = [] } = resolution;
      if (!contextArguments.every((argument) => spot.represented && this.#isTaken(node, argument)))
        this.#problems.push(`${objectType}.${name} at "${path}" is asked for without its values from contexts`);
"""),
("""  /** Types of objects that can be at the place,""","""  /** Whether the argument has its value from a variable for it. */
  #isTaken({ arguments: given }: FieldNode, { name, context, type }: ContextArgument): boolean {
    const value = given?.find((each) => each.name.value === name)?.value;
    const variable = value?.kind === Kind.VARIABLE ? value.name.value : undefined;
    return this.#inputs.some(
      (input) => input.variable === variable && input.context === context && input.type === type,
    );
  }

  /** Types of objects that can be at the place,"""),
("""import {
  type FragmentDefinitionNode,""","""import {
  type FieldNode,
  type FragmentDefinitionNode,"""),
("""/** `name(arguments)` of each response path of a document, type conditions left out. */
export function meanings(set: SelectionSetNode, path: string, found: Map<string, string>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) meanings(selection.selectionSet, path, found);""","""/**
 * `name(arguments)` of each response path of a document, type conditions left out.
 * @param taken variables of arguments that are no client's: they belong to the field
 */
export function meanings(
  set: SelectionSetNode,
  path: string,
  found: Map<string, string>,
  taken: readonly string[] = [],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) meanings(selection.selectionSet, path, found, taken);"""),
("""    const args = (selection.arguments ?? []).map((each) => print(each)).sort();""","""    const args = (selection.arguments ?? [])
      .filter(({ value }) => value.kind !== Kind.VARIABLE || !taken.includes(value.name.value))
      .map((each) => print(each))
      .sort();"""),
("if (selection.selectionSet) meanings(selection.selectionSet, below, found);","if (selection.selectionSet) meanings(selection.selectionSet, below, found, taken);"),
])
sub(P+'validate-plan.ts',[
("""        prefix,
        own,
      );""","""        prefix,
        own,
        fetch.node === 'entityFetch' ? fetch.contextInputs?.map(({ variable }) => variable) : undefined,
      );"""),
])

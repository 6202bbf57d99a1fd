import type { Dialect, Expression, Path, Selection, VariableUse } from './syntax.ts';

/** Visits every path below an expression, those inside trailing selections included. */
function walk(expression: Expression, visit: (path: Path) => void): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'object':
      for (const item of expression.selection.items) walk(item.value, visit);
      return;
    case 'array':
      for (const item of expression.items) walk(item, visit);
      return;
    case 'coalesce':
      for (const operand of expression.operands) walk(operand, visit);
      return;
    case 'path':
      visit(expression);
      if (expression.root.kind === 'expression') walk(expression.root.expression, visit);
      for (const step of expression.steps) {
        if (step.kind === 'method') for (const arg of step.args) walk(arg, visit);
      }
      if (expression.selection !== undefined) {
        for (const item of expression.selection.items) walk(item.value, visit);
      }
  }
}

/** Whether a selection uses its `$` as a whole (`friends: ids { id: $ }`), so that a scalar is a proper input. */
export function readsWhole(selection: Selection, dialect: Dialect): boolean {
  return selection.items.some((item) => expressionReadsWhole(item.value, dialect));
}

function expressionReadsWhole(expression: Expression, dialect: Dialect): boolean {
  switch (expression.kind) {
    case 'literal':
      return false;
    case 'object':
      return readsWhole(expression.selection, dialect);
    case 'array':
      return expression.items.some((item) => expressionReadsWhole(item, dialect));
    case 'coalesce':
      return expression.operands.some((operand) => expressionReadsWhole(operand, dialect));
    case 'path':
      break;
  }
  const { root, steps } = expression;
  if (root.kind === 'expression') return expressionReadsWhole(root.expression, dialect);
  if (root.kind === 'variable') return false;
  const first = steps.find((step) => step.kind !== 'optional');
  return first?.kind !== 'key' || (dialect === 'xml' && first.key === '#text');
}

/** Whether anything of the data is read, or everything comes from variables and literals. */
export function readsData(selection: Selection): boolean {
  let reads = false;
  const visit = (path: Path): void => {
    reads ||= path.root.kind === 'dollar' || path.root.kind === 'at';
  };
  for (const item of selection.items) walk(item.value, visit);
  return reads;
}

/** Every use of a variable; within `$this { id name }` also the keys of its selection. */
export function variableUses(ast: Selection | Expression): VariableUse[] {
  const uses: VariableUse[] = [];
  if (ast.kind === 'selection') for (const item of ast.items) collectUses(item.value, undefined, uses);
  else collectUses(ast, undefined, uses);
  return uses;
}

/** `dollar` is the variable and path that `$` stands for, inside the selection of a path of a variable. */
function collectUses(expression: Expression, dollar: VariableUse | undefined, uses: VariableUse[]): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'object':
      for (const item of expression.selection.items) collectUses(item.value, dollar, uses);
      return;
    case 'array':
      for (const item of expression.items) collectUses(item, dollar, uses);
      return;
    case 'coalesce':
      for (const operand of expression.operands) collectUses(operand, dollar, uses);
      return;
    case 'path':
      collectPathUses(expression, dollar, uses);
  }
}

function collectPathUses(path: Path, dollar: VariableUse | undefined, uses: VariableUse[]): void {
  const { root, selection } = path;
  const keys = leadingKeys(path);
  let use: VariableUse | undefined;
  if (root.kind === 'variable' && !root.local) {
    use = { variable: root.name, path: keys.path, offset: root.offset };
  } else if (root.kind === 'dollar' && dollar !== undefined) {
    use = { variable: dollar.variable, path: [...dollar.path, ...keys.path], offset: path.offset };
  }
  const isNarrowed = keys.isWhole && selection !== undefined && selection.items.length > 0;
  if (use !== undefined && !isNarrowed) uses.push(use);
  if (root.kind === 'expression') collectUses(root.expression, dollar, uses);
  for (const step of path.steps) {
    // The first argument of ->as is the name of a local, which is used nowhere yet.
    if (step.kind !== 'method') continue;
    for (const arg of step.name === 'as' ? step.args.slice(1) : step.args) collectUses(arg, dollar, uses);
  }
  for (const item of selection?.items ?? []) collectUses(item.value, isNarrowed ? use : undefined, uses);
}

/** The keys up to the first method; `isWhole` if there is none. */
export function leadingKeys(path: Path): { path: string[]; isWhole: boolean } {
  const keys: string[] = [];
  for (const step of path.steps) {
    if (step.kind === 'method') return { path: keys, isWhole: false };
    if (step.kind === 'key') keys.push(step.key);
  }
  return { path: keys, isWhole: true };
}

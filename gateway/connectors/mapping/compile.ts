import { compileSelection } from './select.ts';
import { METHODS } from './methods/table.ts';
import { compileKey, equal } from './values.ts';
import { compileProjection } from './want.ts';
import type { Context } from './context.ts';
import type { Call, Evaluate } from './methods/method.ts';
import type { Dialect, Expression, MethodStep, Path, Selection, Step, Variables } from './syntax.ts';
import type { CompiledSelection } from './select.ts';
import type { Want } from './want.ts';

/** The rest of a path: takes the value so far. */
type Tail = (value: unknown, dollar: unknown, variables: Variables) => unknown;

/** Builds the closure of an expression whose value is shaped by `want`, or left as it is without one. */
export function compileExpression(
  expression: Expression,
  want: Want | undefined,
  dialect: Dialect,
): Evaluate {
  switch (expression.kind) {
    case 'literal':
      return compileLiteral(expression.value, want, dialect);
    case 'object': {
      if (want !== undefined && isLeaf(want)) break;
      const select = compileBraces(expression.selection, want, dialect);
      if (want === undefined || want.listDepth === 0) return select.build;
      break;
    }
    case 'array':
      if (want === undefined || want.listDepth > 0) return compileArray(expression.items, want, dialect);
      break;
    case 'coalesce':
      return compileCoalesce(expression.operator, expression.operands, want, dialect);
    case 'path':
      return compilePath(expression, want, dialect);
  }
  const raw = compileExpression(expression, undefined, dialect);
  const project = compileProjection(want, dialect);
  return (at, dollar, variables) => project(raw(at, dollar, variables));
}

function isLeaf(want: Want): boolean {
  return want.fields === undefined && want.byTypename === undefined;
}

function compileLiteral(value: unknown, want: Want | undefined, dialect: Dialect): Evaluate {
  if (want === undefined) return () => value;
  const project = compileProjection(want, dialect);
  return () => project(value);
}

function compileArray(items: readonly Expression[], want: Want | undefined, dialect: Dialect): Evaluate {
  const element = want === undefined ? undefined : { ...want, listDepth: want.listDepth - 1 };
  const evaluates = items.map((item) => compileExpression(item, element, dialect));
  return (at, dollar, variables) => {
    const output: unknown[] = [];
    for (const evaluate of evaluates) output.push(evaluate(at, dollar, variables) ?? null);
    return output;
  };
}

function compileCoalesce(
  operator: '??' | '?!',
  operands: readonly Expression[],
  want: Want | undefined,
  dialect: Dialect,
): Evaluate {
  // A leaf is converted after the choice: what a conversion makes of a value must not decide whether it is there.
  const isConverted = want !== undefined && isLeaf(want);
  const inner = isConverted ? undefined : want;
  const evaluates = operands.map((operand) => compileExpression(operand, inner, dialect));
  const choose: Evaluate = (at, dollar, variables) => {
    let value: unknown;
    for (const evaluate of evaluates) {
      value = evaluate(at, dollar, variables);
      if (value !== undefined && (value !== null || operator === '?!')) return value;
    }
    return value;
  };
  if (!isConverted) return choose;
  const project = compileProjection(want, dialect);
  return (at, dollar, variables) => project(choose(at, dollar, variables));
}

/** The closures of a selection: as a value, and applied to a value. */
export function compileBraces(
  selection: Selection,
  want: Want | undefined,
  dialect: Dialect,
): CompiledSelection {
  const context: Context = {
    dialect,
    compileExpression: (expression, wanted) => compileExpression(expression, wanted, dialect),
    compileBarePath: ({ selection: _selection, ...bare }) => compilePath(bare, undefined, dialect),
  };
  return compileSelection(selection, want, context);
}

function compilePath(path: Path, want: Want | undefined, dialect: Dialect): Evaluate {
  const { root, steps } = path;
  const direct = root.kind === 'dollar' ? compileDirect(path, want, dialect) : undefined;
  if (direct !== undefined) return direct;
  const tail = compileTail(path, 0, want, dialect);
  switch (root.kind) {
    case 'dollar':
      return (_at, dollar, variables) => (dollar === undefined ? undefined : tail(dollar, dollar, variables));
    case 'at':
      return (at, dollar, variables) => (at === undefined ? undefined : tail(at, dollar, variables));
    case 'variable': {
      const { name } = root;
      return (_at, dollar, variables) => {
        const value = variables[name];
        return value === undefined ? undefined : tail(value, dollar, variables);
      };
    }
    case 'expression':
      break;
  }
  if (steps.length === 0 && path.selection === undefined) {
    return compileExpression(root.expression, want, dialect);
  }
  const start = compileExpression(root.expression, undefined, dialect);
  return (at, dollar, variables) => {
    const value = start(at, dollar, variables);
    return value === undefined ? undefined : tail(value, dollar, variables);
  };
}

/** The most common path, one key of `$`, as a single closure. */
function compileDirect(path: Path, want: Want | undefined, dialect: Dialect): Evaluate | undefined {
  const [step] = path.steps;
  if (path.steps.length !== 1 || step?.kind !== 'key') return undefined;
  const read = compileKey(step.key, dialect);
  if (path.selection !== undefined) {
    const { each } = compileBraces(path.selection, want, dialect);
    return (_at, dollar, variables) => each(read(dollar), variables);
  }
  if (want === undefined) return (_at, dollar) => read(dollar);
  const { leaf } = want;
  if (isLeaf(want) && want.listDepth === 0 && leaf !== undefined && dialect !== 'xml') {
    return (_at, dollar) => {
      const value = read(dollar);
      return value === null || value === undefined ? value : leaf(value);
    };
  }
  const project = compileProjection(want, dialect);
  return (_at, dollar) => project(read(dollar));
}

function compileTail(path: Path, from: number, want: Want | undefined, dialect: Dialect): Tail {
  const step = path.steps[from];
  if (step === undefined) {
    if (path.selection !== undefined) {
      const { each } = compileBraces(path.selection, want, dialect);
      return (value, _dollar, variables) => each(value, variables);
    }
    if (want === undefined) return (value) => value;
    return compileProjection(want, dialect);
  }
  const isLast = from === path.steps.length - 1 && path.selection === undefined;
  if (isLast && want !== undefined && step.kind === 'method') {
    const shaped = compileShapedMethod(step, want, dialect);
    if (shaped !== undefined) return shaped;
  }
  const rest = compileTail(path, from + 1, want, dialect);
  return compileStep(step, rest, dialect);
}

function compileStep(step: Step, rest: Tail, dialect: Dialect): Tail {
  if (step.kind === 'key') {
    const read = compileKey(step.key, dialect);
    return (value, dollar, variables) => {
      const next = read(value);
      return next === undefined ? undefined : rest(next, dollar, variables);
    };
  }
  if (step.kind === 'optional') {
    return (value, dollar, variables) => (value === null ? undefined : rest(value, dollar, variables));
  }
  if (step.name === 'as') return compileBinding(step, rest, dialect);
  const apply = compileMethod(step, undefined, dialect);
  return (value, dollar, variables) => {
    const next = apply(value, dollar, variables);
    return next === undefined ? undefined : rest(next, dollar, variables);
  };
}

/** `->as($name)` and `->as($name, expression)`: the value passes through, and the rest of the path sees the local. */
function compileBinding(step: MethodStep, rest: Tail, dialect: Dialect): Tail {
  const [target, expression] = step.args;
  const name = target?.kind === 'path' && target.root.kind === 'variable' ? target.root.name : '$';
  const evaluate = expression === undefined ? undefined : compileExpression(expression, undefined, dialect);
  return (value, dollar, variables) => {
    const bound = evaluate === undefined ? value : evaluate(value, dollar, variables);
    return rest(value, dollar, { ...variables, [name]: bound });
  };
}

function compileMethod(step: MethodStep, want: Want | undefined, dialect: Dialect): Tail {
  if (step.name === 'match' || step.name === 'matchIf') return compileMatch(step, want, dialect);
  const method = METHODS.get(step.name)!;
  const args = step.args.map((arg) => compileExpression(arg, want, dialect));
  return (value, dollar, variables) => {
    const call: Call = { args, dollar, variables, dialect };
    return method.apply(value, call);
  };
}

/** Methods whose argument is their result: what is wanted of the result is wanted of the argument. */
function compileShapedMethod(step: MethodStep, want: Want, dialect: Dialect): Tail | undefined {
  if (step.name === 'match' || step.name === 'matchIf' || step.name === 'echo') {
    return compileMethod(step, want, dialect);
  }
  if (step.name === 'map' && want.listDepth > 0) {
    return compileMethod(step, { ...want, listDepth: want.listDepth - 1 }, dialect);
  }
  return undefined;
}

/** `->match([candidate, value], …)` and `->matchIf([condition, value], …)`: the value of the first pair that fits. */
function compileMatch(step: MethodStep, want: Want | undefined, dialect: Dialect): Tail {
  const pairs = step.args.map((pair) => {
    const [first, second] = pair.kind === 'array' ? pair.items : [];
    return {
      candidate: compileExpression(first!, undefined, dialect),
      result: compileExpression(second!, want, dialect),
    };
  });
  const isCondition = step.name === 'matchIf';
  return (value, dollar, variables) => {
    for (const { candidate, result } of pairs) {
      const found = candidate(value, dollar, variables);
      const fits = isCondition ? found === true : found !== undefined && equal(value, found, dialect);
      if (fits) return result(value, dollar, variables);
    }
    return undefined;
  };
}

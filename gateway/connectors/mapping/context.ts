import type { Evaluate } from './methods/method.ts';
import type { Dialect, Expression, Path } from './syntax.ts';
import type { Want } from './want.ts';

/** What the compilers of expressions and of selections, which contain each other, share. */
export interface Context {
  readonly dialect: Dialect;
  /** The closure of an expression whose value is shaped by `want`, or left as it is without one. */
  readonly compileExpression: (expression: Expression, want: Want | undefined) => Evaluate;
  /** A path without its trailing selection, unshaped. */
  readonly compileBarePath: (path: Path) => Evaluate;
}

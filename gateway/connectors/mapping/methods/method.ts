import type { ConnectVersion, Dialect, Variables } from '../syntax.ts';

/** An expression as a closure: `at` is `@`, `dollar` is `$`. `undefined` means missing. */
export type Evaluate = (at: unknown, dollar: unknown, variables: Variables) => unknown;

export interface Call {
  readonly args: readonly Evaluate[];
  readonly dollar: unknown;
  readonly variables: Variables;
  readonly dialect: Dialect;
}

/** A `->method`: its arguments are given unevaluated, because some are evaluated per element or not at all. */
export interface Method {
  /** The version of the connect spec from which on it may be used. */
  readonly since: ConnectVersion;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** Never called with a missing input. Returns `undefined` (missing) for an input that it cannot take. */
  readonly apply: (input: unknown, call: Call) => unknown;
}

export function argument(call: Call, index: number, at: unknown): unknown {
  return call.args[index]?.(at, call.dollar, call.variables);
}

/** The input of a list method: in XML one element cannot be told from a list of one, so it is one. */
export function listInput(input: unknown, dialect: Dialect): unknown {
  return dialect === 'xml' && input !== null && !Array.isArray(input) ? [input] : input;
}

/** The characters of a text as people count them: a pair of surrogates is one. */
export function characters(text: string): string[] | string {
  return /[\uD800-\uDFFF]/.test(text) ? Array.from(text) : text;
}

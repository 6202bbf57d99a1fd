import { compileBraces, compileExpression } from './compile.ts';
import { Parser } from './parse.ts';
import { readsData, variableUses } from './reads.ts';
import { shapeOf } from './shape.ts';
import { MAX_TEXT_BYTES } from './syntax.ts';
import type { OutputShape } from './shape.ts';
import type {
  Expression,
  MappingOptions,
  MappingProblem,
  Selection,
  Variables,
  VariableUse,
} from './syntax.ts';
import type { Want } from './want.ts';

export type { OutputShape } from './shape.ts';
export type {
  ConnectVersion,
  Dialect,
  MappingOptions,
  MappingProblem,
  Variables,
  VariableUse,
} from './syntax.ts';
export type { Output, Want } from './want.ts';

/** A mapping that has been read and found correct. */
export interface Mapping {
  readonly text: string;
  readonly options: MappingOptions;
  /** A selection (`id name`), or a single value (`$.items { id }`, `$args.id`). */
  readonly ast: Selection | Expression;
  readonly variables: readonly VariableUse[];
  readonly shape: OutputShape;
}

/** Reads a mapping; never throws. With any problem there is no mapping, and all problems found are told. */
export function parseMapping(
  text: string,
  options: MappingOptions,
): { mapping: Mapping | undefined; problems: MappingProblem[] } {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    const message = `The mapping is longer than ${MAX_TEXT_BYTES / 1024} KiB.`;
    const fix = 'Select less, or split the connector.';
    return { mapping: undefined, problems: [{ message, offset: 0, length: text.length, fix }] };
  }
  const parser = new Parser(text, options);
  const ast = parser.parse();
  const problems = parser.problems.toSorted((left, right) => left.offset - right.offset);
  if (ast === undefined || problems.length > 0) return { mapping: undefined, problems };
  const mapping = { text, options, ast, variables: variableUses(ast), shape: shapeOf(ast) };
  return { mapping, problems };
}

/**
 * Builds the function that applies a mapping to data; done once, so that a call walks no tree. `undefined` means
 * missing, both in what it is given and in what it returns; it changes none of its inputs.
 *
 * Data that is null gives null, unless the mapping reads no data at all; `undefined` as data is for mappings that
 * build requests out of variables.
 */
export function compileMapping(
  mapping: Mapping,
  want?: Want,
): (data: unknown, variables: Variables) => unknown {
  const { ast } = mapping;
  const { dialect } = mapping.options;
  if (ast.kind !== 'selection') {
    const evaluate = compileExpression(ast, want, dialect);
    return (data, variables) => evaluate(data, data, variables);
  }
  const { build, each } = compileBraces(ast, want, dialect);
  const needsData = readsData(ast);
  return (data, variables) => {
    if (data === undefined) return build(undefined, undefined, variables);
    if (data === null) return needsData ? null : build(null, null, variables);
    return each(data, variables);
  };
}

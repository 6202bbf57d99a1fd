import { readsWhole } from './reads.ts';
import { merge, isObject, ownProperty, setOwnProperty } from './values.ts';
import { compileProjection, mismatch, outputsOf } from './want.ts';
import type { Context } from './context.ts';
import type { Evaluate } from './methods/method.ts';
import type { PlainObject } from './values.ts';
import type { Expression, Item, Selection, Variables } from './syntax.ts';
import type { Output, Want } from './want.ts';

export interface CompiledSelection {
  /** The object, with `$` as it is around the braces: `{ … }` as a value. */
  readonly build: Evaluate;
  /** Applied to a value, which becomes `$`, or to each element of a list: `path { … }`. */
  readonly each: (value: unknown, variables: Variables) => unknown;
}

/** The wanted names with what is wanted of each; `undefined` in place of the map: all names, unshaped. */
type Fields = ReadonlyMap<string, Want | undefined> | undefined;

/** Writes properties into `output`; false if the object as a whole is null, because a null was spread into it. */
type Fill = (output: PlainObject, at: unknown, dollar: unknown, variables: Variables) => boolean;

export function compileSelection(
  selection: Selection,
  want: Want | undefined,
  context: Context,
): CompiledSelection {
  const build = compileBuild(selection, want, context);
  const acceptsScalars = readsWhole(selection, context.dialect);

  const one = (value: unknown, variables: Variables): unknown => {
    if (typeof value === 'object' && value !== null) return build(value, value, variables);
    if (value === null || value === undefined) return value;
    // In XML an element without content is an empty text, whichever type it has.
    if (acceptsScalars || (context.dialect === 'xml' && value === '')) return build(value, value, variables);
    if (want !== undefined) return mismatch(want, value);
    const output = build(value, value, variables);
    return isObject(output) && Object.keys(output).length === 0 ? value : output;
  };
  return { build, each: compileEach(one, want, context) };
}

const MAX_LIST_DEPTH = 64;

function compileEach(
  one: (value: unknown, variables: Variables) => unknown,
  want: Want | undefined,
  context: Context,
): CompiledSelection['each'] {
  const each = (value: unknown, variables: Variables, depth: number, wraps: number): unknown => {
    if (!Array.isArray(value)) {
      if (wraps > 0 && context.dialect === 'xml' && value !== null && value !== undefined) {
        return [each(value, variables, depth, wraps - 1)];
      }
      return one(value, variables);
    }
    if (want !== undefined && wraps === 0 && want.expectObject !== undefined) return mismatch(want, value);
    if (depth > MAX_LIST_DEPTH) return null;
    const output: unknown[] = [];
    for (const element of value) output.push(each(element, variables, depth + 1, wraps - 1) ?? null);
    return output;
  };
  const listDepth = want?.listDepth ?? 0;
  return (value, variables) => each(value, variables, 0, listDepth);
}

function compileBuild(selection: Selection, want: Want | undefined, context: Context): Evaluate {
  const { items } = selection;
  const [only] = items;
  if (items.length === 1 && only?.kind === 'anonymous') {
    return context.compileExpression(only.value, want === undefined ? undefined : { ...want, listDepth: 0 });
  }
  if (want === undefined) return compileObject(selection, undefined, context);
  if (want.byTypename !== undefined) return compileAbstract(selection, want, want.byTypename, context);
  if (want.fields !== undefined) return withConstants(compileObject(selection, want.fields, context), want);
  // A leaf, such as a JSON scalar, takes the object whole.
  const object = compileObject(selection, undefined, context);
  const project = compileProjection({ ...want, listDepth: 0 }, context.dialect);
  return (at, dollar, variables) => project(object(at, dollar, variables));
}

function compileObject(selection: Selection, fields: Fields, context: Context): Evaluate {
  const fill = compileFill(selection.items, fields, hasClashes(selection.items), context);
  return (at, dollar, variables) => {
    const output: PlainObject = {};
    return fill(output, at, dollar, variables) ? output : null;
  };
}

function withConstants(build: Evaluate, want: Want | undefined): Evaluate {
  const constants = want?.constants;
  if (constants === undefined) return build;
  return (at, dollar, variables) => {
    const output = build(at, dollar, variables);
    if (isObject(output)) for (const [key, constant] of constants) output[key] = constant;
    return output;
  };
}

/**
 * An object of an abstract type. If the mapping says the type in so many words, it is pruned as that type; otherwise
 * the fields of all types are evaluated and then shaped by the `__typename` that comes out.
 */
function compileAbstract(
  selection: Selection,
  want: Want,
  byTypename: ReadonlyMap<string, Want>,
  context: Context,
): Evaluate {
  const typename = literalTypename(selection.items);
  if (typename !== undefined) {
    const fields = new Map<string, Want | undefined>(byTypename.get(typename)?.fields ?? want.fields);
    if (!fields.has('__typename')) fields.set('__typename', undefined);
    return withConstants(compileObject(selection, fields, context), byTypename.get(typename));
  }
  const union = new Map<string, Want | undefined>([['__typename', undefined]]);
  for (const type of [want, ...byTypename.values()]) {
    for (const name of type.fields?.keys() ?? []) union.set(name, undefined);
  }
  const object = compileObject(selection, union, context);
  const project = compileProjection({ ...want, listDepth: 0 }, context.dialect);
  return (at, dollar, variables) => project(object(at, dollar, variables));
}

function literalTypename(items: readonly Item[]): string | undefined {
  let typename: string | undefined;
  for (const item of items) {
    if (item.kind === 'spread') return undefined;
    if (item.kind !== 'field' || item.name !== '__typename') continue;
    const value = literalText(item.value);
    if (value === undefined || typename !== undefined) return undefined;
    typename = value;
  }
  return typename;
}

/** The text of `"Book"` and `$("Book")`. */
function literalText(expression: Expression): string | undefined {
  if (expression.kind === 'literal') {
    return typeof expression.value === 'string' ? expression.value : undefined;
  }
  const isWrapped =
    expression.kind === 'path' &&
    expression.root.kind === 'expression' &&
    expression.steps.length === 0 &&
    expression.selection === undefined;
  return isWrapped && expression.root.kind === 'expression'
    ? literalText(expression.root.expression)
    : undefined;
}

/** Whether two items may write the same property, which then are merged instead of written. */
function hasClashes(items: readonly Item[], names = new Set<string>()): boolean {
  for (const item of items) {
    if (item.kind === 'field') {
      if (names.has(item.name)) return true;
      names.add(item.name);
    } else if (item.kind === 'spread') {
      const { value } = item;
      if (value.kind !== 'path' || value.selection === undefined) return true;
      if (hasClashes(value.selection.items, names)) return true;
    }
  }
  return false;
}

function compileFill(items: readonly Item[], fields: Fields, merges: boolean, context: Context): Fill {
  // Where properties meet, the later item has the last word, so that each item is a step of its own.
  if (merges) return inOrder(items.map((item) => compileItem(item, fields, context)));
  const names: string[] = [];
  const values: Evaluate[] = [];
  const spreads: Fill[] = [];
  for (const item of items) {
    if (item.kind === 'spread') {
      spreads.push(compileSpread(item.value, fields, merges, context));
    } else if (item.kind === 'field' && (fields === undefined || fields.has(item.name))) {
      for (const { key, want } of wantedOutputs(item.name, fields)) {
        names.push(key);
        values.push(orEmptyList(context.compileExpression(item.value, want), want));
      }
    }
  }
  const fill = names.includes('__proto__') ? fillSafely(names, values) : fillDirectly(names, values);
  return spreads.length === 0 ? fill : inOrder([fill, ...spreads]);
}

function orEmptyList(evaluate: Evaluate, want: Want | undefined): Evaluate {
  if (want?.emptyList !== true) return evaluate;
  return (at, dollar, variables) => {
    const value = evaluate(at, dollar, variables);
    return value === undefined ? [] : value;
  };
}

function inOrder(fills: readonly Fill[]): Fill {
  return (output, at, dollar, variables) => {
    for (const fill of fills) if (!fill(output, at, dollar, variables)) return false;
    return true;
  };
}

/** The hot path: none of the names needs care, and none is written twice. */
function fillDirectly(names: readonly string[], values: readonly Evaluate[]): Fill {
  const count = names.length;
  return (output, at, dollar, variables) => {
    for (let index = 0; index < count; index += 1) {
      const value = values[index]!(at, dollar, variables);
      if (value !== undefined) output[names[index]!] = value;
    }
    return true;
  };
}

function fillSafely(names: readonly string[], values: readonly Evaluate[]): Fill {
  return (output, at, dollar, variables) => {
    for (const [index, name] of names.entries()) {
      const value = values[index]!(at, dollar, variables);
      if (value !== undefined) setOwnProperty(output, name, value);
    }
    return true;
  };
}

function compileItem(item: Item, fields: Fields, context: Context): Fill {
  if (item.kind === 'spread') return compileSpread(item.value, fields, true, context);
  if (item.kind !== 'field' || (fields !== undefined && !fields.has(item.name))) return () => true;
  return inOrder(
    wantedOutputs(item.name, fields).map(({ key, want }): Fill => {
      const evaluate = context.compileExpression(item.value, want);
      return (output, at, dollar, variables) => {
        const value = evaluate(at, dollar, variables);
        if (value !== undefined) mergeProperty(output, key, value);
        return true;
      };
    }),
  );
}

/** A field without a want is taken as it is. */
function wantedOutputs(name: string, fields: Fields): readonly (Output | { key: string; want: undefined })[] {
  const want = fields?.get(name);
  return want === undefined ? [{ key: name, want }] : outputsOf(name, want);
}

function mergeProperty(output: PlainObject, name: string, value: unknown): void {
  setOwnProperty(output, name, merge(ownProperty(output, name), value));
}

/** A null makes the object around it null; what is missing or no object adds nothing. */
function compileSpread(value: Expression, fields: Fields, merges: boolean, context: Context): Fill {
  if (value.kind === 'path' && value.selection !== undefined && !isLoneValue(value.selection)) {
    const evaluate = context.compileBarePath(value);
    const fill = compileFill(value.selection.items, fields, merges, context);
    const acceptsScalars = readsWhole(value.selection, context.dialect);
    return (output, at, dollar, variables) => {
      const inner = evaluate(at, dollar, variables);
      if (inner === null) return false;
      if (inner === undefined || Array.isArray(inner)) return true;
      return typeof inner === 'object' || acceptsScalars ? fill(output, inner, inner, variables) : true;
    };
  }
  const wanted =
    fields && [...fields.keys()].flatMap((name) => wantedOutputs(name, fields).map(({ key }) => key));
  const evaluate = context.compileExpression(value, spreadWant(fields));
  return (output, at, dollar, variables) => {
    const inner = evaluate(at, dollar, variables);
    if (inner === null) return false;
    if (!isObject(inner)) return true;
    for (const key of wanted ?? Object.keys(inner)) {
      const property = ownProperty(inner, key);
      if (property !== undefined) mergeProperty(output, key, property);
    }
    return true;
  };
}

function isLoneValue(selection: Selection): boolean {
  return selection.items.length === 1 && selection.items[0]!.kind === 'anonymous';
}

/** The spread value is shaped like the object that it joins, unless that one is shaped afterwards. */
function spreadWant(fields: Fields): Want | undefined {
  if (fields === undefined) return undefined;
  const shaped = new Map<string, Want>();
  for (const [name, want] of fields) {
    if (want === undefined) return undefined;
    shaped.set(name, want);
  }
  return { fields: shaped, listDepth: 0 };
}

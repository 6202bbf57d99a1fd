import { leadingKeys } from './reads.ts';
import type { Expression, Item, Path, Selection } from './syntax.ts';

export interface FieldShape {
  readonly shape: OutputShape;
  /** Where the field is written in the text. */
  readonly offset: number;
  /** The keys that lead to the value from the enclosing object's input, when it is a plain path from there. */
  readonly source?: readonly string[];
}

/** What a mapping puts out, as far as its text tells. */
export type OutputShape =
  | {
      readonly kind: 'object';
      readonly fields: ReadonlyMap<string, FieldShape>;
      /** More fields may join that the text does not tell, from a spread. */
      readonly open: boolean;
    }
  | { readonly kind: 'oneOf'; readonly shapes: readonly OutputShape[] }
  | { readonly kind: 'value'; readonly source?: readonly string[]; readonly literal?: unknown };

export function shapeOf(ast: Selection | Expression): OutputShape {
  return ast.kind === 'selection' ? selectionShape(ast) : expressionShape(ast);
}

type ObjectShape = Extract<OutputShape, { kind: 'object' }>;

function selectionShape(selection: Selection): OutputShape {
  const [only] = selection.items;
  if (only?.kind === 'anonymous' && selection.items.length === 1) return expressionShape(only.value);
  return joinItems(selection.items, []);
}

/** The object of these items, whose input lies at `prefix` from the enclosing object's; alternatives multiply. */
function joinItems(items: readonly Item[], prefix: readonly string[] | undefined): OutputShape {
  let alternatives: Growing[] = [{ kind: 'object', fields: new Map(), open: false }];
  for (const item of items) {
    const additions = itemShapes(item, prefix);
    if (alternatives.length * additions.length > MAX_ALTERNATIVES) {
      alternatives = alternatives.map((shape) => ({ ...shape, open: true }));
      continue;
    }
    const [only] = additions;
    if (additions.length === 1) alternatives = alternatives.map((shape) => add(shape, only!));
    else
      alternatives = alternatives.flatMap((shape) => additions.map((addition) => add(copy(shape), addition)));
  }
  return alternatives.length === 1 ? alternatives[0]! : { kind: 'oneOf', shapes: alternatives };
}

const MAX_ALTERNATIVES = 64;

function itemShapes(item: Item, prefix: readonly string[] | undefined): ObjectShape[] {
  if (item.kind === 'field') {
    const relative = sourceOf(item.value);
    const source = prefix === undefined || relative === undefined ? undefined : [...prefix, ...relative];
    const field: FieldShape = {
      shape: expressionShape(item.value),
      offset: item.offset,
      ...(source === undefined ? {} : { source }),
    };
    return [{ kind: 'object', fields: new Map([[item.name, field]]), open: false }];
  }
  const { value } = item;
  if (value.kind === 'path' && value.selection !== undefined) {
    const relative = sourceOf(value);
    const inner = prefix === undefined || relative === undefined ? undefined : [...prefix, ...relative];
    return objects(joinItems(value.selection.items, inner));
  }
  return objects(expressionShape(value));
}

/** The objects that a spread may add; anything that is not known to be one leaves the shape open. */
function objects(shape: OutputShape): ObjectShape[] {
  if (shape.kind === 'object') return [shape];
  if (shape.kind === 'oneOf') return shape.shapes.flatMap(objects);
  // A null makes the whole object null, which needs no shape of its own.
  if (shape.literal === null) return [];
  return [{ kind: 'object', fields: new Map(), open: true }];
}

/** An object shape while it is put together. */
interface Growing extends ObjectShape {
  readonly fields: Map<string, FieldShape>;
}

function copy(shape: ObjectShape): Growing {
  return { ...shape, fields: new Map(shape.fields) };
}

/** Adds fields in place: a selection of thousands must not be copied for each. */
function add(shape: Growing, addition: ObjectShape): Growing {
  const { fields } = shape;
  for (const [name, field] of addition.fields) {
    const before = fields.get(name);
    const merges = before?.shape.kind === 'object' && field.shape.kind === 'object';
    fields.set(name, merges ? { ...field, shape: add(copy(before.shape), field.shape) } : field);
  }
  return addition.open && !shape.open ? { ...shape, open: true } : shape;
}

/** The keys of a path that starts at `$` and has nothing but keys. */
function sourceOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind !== 'path') return undefined;
  if (expression.root.kind === 'variable' || expression.root.kind === 'expression') return undefined;
  const keys = leadingKeys(expression);
  return keys.isWhole ? keys.path : undefined;
}

function expressionShape(expression: Expression): OutputShape {
  switch (expression.kind) {
    case 'literal':
      return { kind: 'value', literal: expression.value };
    case 'object':
      return selectionShape(expression.selection);
    case 'array':
      return oneOf(expression.items.map(expressionShape));
    case 'coalesce':
      return oneOf(expression.operands.map(expressionShape));
    case 'path':
      break;
  }
  return pathShape(expression);
}

function pathShape(path: Path): OutputShape {
  if (path.selection !== undefined) return selectionShape(path.selection);
  const last = path.steps.findLast((step) => step.kind !== 'optional');
  if (last?.kind === 'method') {
    const [first] = last.args;
    if (last.name === 'match' || last.name === 'matchIf') {
      const results = last.args.flatMap((pair) => (pair.kind === 'array' ? pair.items.slice(1, 2) : []));
      return oneOf(results.map(expressionShape));
    }
    if ((last.name === 'echo' || last.name === 'map') && first !== undefined) return expressionShape(first);
    return { kind: 'value' };
  }
  if (path.root.kind === 'expression' && path.steps.length === 0)
    return expressionShape(path.root.expression);
  const source = sourceOf(path);
  return source === undefined ? { kind: 'value' } : { kind: 'value', source };
}

function oneOf(shapes: readonly OutputShape[]): OutputShape {
  if (shapes.length === 0) return { kind: 'value' };
  return shapes.length === 1 ? shapes[0]! : { kind: 'oneOf', shapes };
}

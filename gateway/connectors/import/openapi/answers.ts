import type { Part } from './part.ts';
import { followed, leafOutput, readKey, unionLines } from './mapping-text.ts';
import type { Operation } from './operations.ts';
import type { Output, Outputs } from './outputs.ts';
import { JSON_OUTPUT } from './outputs.ts';
import { nounsOf } from './operation-names.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase, pascalCase } from '../names.ts';

/** What a field gives, and which property of the answer holds it. */
export interface TypedAnswer {
  readonly kind: 'nothing' | 'value';
  readonly output: Output;
  /** Properties to go down, from the answer. */
  readonly path: readonly string[];
}

/** Properties that say nothing but "here it is". */
const WRAPPERS = new Set([
  'data',
  'result',
  'results',
  'items',
  'item',
  'value',
  'values',
  'content',
  'records',
  'record',
  'response',
  'payload',
  'list',
  'rows',
  'objects',
  'entries',
]);

/** The type of an operation's answer; `fieldName` names what has no name. A wrapper with one property is taken off. */
export function typedAnswer(operation: Operation, fieldName: string, outputs: Outputs): TypedAnswer {
  const { answer } = operation;
  if (answer.kind === 'nothing')
    return { kind: 'nothing', output: { kind: 'scalar', name: 'Boolean' }, path: [] };
  if (answer.kind === 'text') return { kind: 'value', output: { kind: 'scalar', name: 'String' }, path: [] };
  if (!answer.schema) return { kind: 'value', output: JSON_OUTPUT, path: [] };
  const place = pascalCase(fieldName);
  const wrapped = onlyProperty(answer.schema, operation, outputs);
  if (wrapped) {
    const { output } = outputs.of(wrapped.part, `${place}Result`, wrapped.name);
    return { kind: 'value', output, path: [wrapped.name] };
  }
  const view = outputs.reader.read(answer.schema);
  const isPage =
    view && [...view.properties.keys()].some((name) => /(?:next|cursor|total|page|has_?more)/i.test(name));
  const { output } = outputs.of(
    answer.schema,
    view?.types.has('array') ? plural(`${place}Item`) : `${place}${isPage ? 'Page' : 'Result'}`,
  );
  return { kind: 'value', output, path: [] };
}

function onlyProperty(
  schema: Part,
  { path }: Operation,
  outputs: Outputs,
): { name: string; part: Part } | undefined {
  const view = outputs.reader.read(schema);
  if (!view || !view.types.has('object') || view.alternatives.length > 0 || view.additional !== undefined)
    return undefined;
  const [only, ...others] = view.properties;
  if (!only || others.length > 0) return undefined;
  const [name, part] = only;
  const inner = outputs.reader.read(part);
  if (!inner || !(inner.types.has('array') || inner.properties.size > 0)) return undefined;
  const noun = nounsOf(path).at(-1)?.noun ?? '';
  const isNoun = [camelCase(noun), singular(camelCase(noun))].includes(camelCase(name));
  return WRAPPERS.has(name.toLowerCase()) || isNoun ? { name, part } : undefined;
}

/** The selection of a connector: where the value is, and what its own type does not say. */
export function selectionLines({ kind, output, path }: TypedAnswer): string[] {
  if (kind === 'nothing') return ['$(true)'];
  const base = path.reduce(
    (at, key) => (readKey(key) === key ? `${at}.${key}` : `${at}${readKey(key).slice(1)}`),
    '$',
  );
  const leaf = leafOutput(output);
  if (leaf.kind !== 'union' || leaf.type.asJson) return [base + followed(output, 0)];
  // What is selected at the top is selected from each element of a list, too.
  const lines = unionLines(leaf.type);
  return path.length === 0 ? lines : [`${base} {`, ...lines.map((line) => `  ${line}`), '}'];
}

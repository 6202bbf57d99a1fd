import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
} from 'graphql';
import { FieldFault, SluiceError } from '../errors.ts';
import { type DataObject, isDataObject, read, write } from './merge.ts';

export interface Failure {
  readonly error: SluiceError;
  readonly path: readonly (string | number)[];
}

/** Of one answer; what is beyond is counted. Each costs a stack trace, and an answer has room for half a million. */
const MAX_ERRORS = 1000;
/** An error is told at each place that it has, so that one large one could become hundreds. */
const MAX_MESSAGE_LENGTH = 10_000;
/** As JSON. Of larger extensions only the code is kept. */
const MAX_EXTENSIONS_LENGTH = 50_000;
const MAX_PATH_SEGMENTS = 500;
const MAX_PATH_LENGTH = 10_000;

/** The `errors` of a subgraph's answer; `undefined` if they are something else than a list of errors. */
export function readErrors(raw: unknown, name: string): Failure[] | undefined {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) return undefined;
  const failures: Failure[] = [];
  for (const item of raw.length > MAX_ERRORS ? raw.slice(0, MAX_ERRORS) : raw) {
    if (!isDataObject(item)) return undefined;
    const { message, path, extensions } = item;
    failures.push({
      // The subgraph's own `code` among the extensions wins over ours when the error is formatted.
      error: subgraphError(
        name,
        typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : `The subgraph "${name}" failed.`,
        knownExtensions(extensions),
      ),
      path: isErrorPath(path) ? path : [],
    });
  }
  if (raw.length > MAX_ERRORS) {
    const more = `The subgraph "${name}" told ${raw.length - MAX_ERRORS} more errors.`;
    failures.push({ error: subgraphError(name, more), path: [] });
  }
  return failures;
}

export function subgraphError(name: string, message: string, extensions: DataObject = {}): SluiceError {
  return new SluiceError('SUBGRAPH_ERROR', message, {
    extensions: { ...extensions, service: name, subgraph: name },
  });
}

function knownExtensions(extensions: unknown): DataObject {
  if (!isDataObject(extensions)) return {};
  // A code that is no text would be taken for a fault of the gateway's own.
  const { code, ...others } = extensions;
  const own = typeof code === 'string' ? { code: code.slice(0, MAX_MESSAGE_LENGTH) } : {};
  return JSON.stringify(others).length > MAX_EXTENSIONS_LENGTH ? own : { ...others, ...own };
}

function isErrorPath(path: unknown): path is (string | number)[] {
  if (!Array.isArray(path) || path.length > MAX_PATH_SEGMENTS) return false;
  let length = 0;
  for (const key of path) {
    if (typeof key === 'string') length += key.length;
    else if (!Number.isInteger(key)) return false;
  }
  return length <= MAX_PATH_LENGTH;
}

/**
 * The data with each error at the null that it caused. The answer may be shared with other requests:
 * what lies on the way is copied, once. Errors without a null of their own, or at a place that the document does not
 * ask for, are given back.
 */
export function placeFaults(
  data: DataObject,
  failures: readonly Failure[],
  document: DocumentNode,
): { placed: DataObject; errors: SluiceError[] } {
  const copies = new Set<object>();
  const own = <Container extends object>(container: Container): Container => {
    if (copies.has(container)) return container;
    const copy = (Array.isArray(container) ? [...container] : { ...container }) as Container;
    copies.add(copy);
    return copy;
  };
  const placed = own(data);
  const errors: SluiceError[] = [];
  for (const { error, path } of failures) {
    let container: DataObject | unknown[] = placed;
    let isPlaced = false;
    for (const [depth, key] of path.entries()) {
      if (!hasPlace(container, key)) break;
      const value = child(container, key);
      if (value === null || value === undefined) {
        // Nobody reads what was not asked for: the error would be lost there.
        if (!asksFor(document, path.slice(0, depth + 1))) break;
        setChild(container, key, new FieldFault(error, path.slice(depth + 1)));
        isPlaced = true;
        break;
      }
      // Two errors behind one null: the first has the place, the second is told without one.
      if (value instanceof FieldFault || typeof value !== 'object') break;
      const owned = own(value as DataObject | unknown[]);
      setChild(container, key, owned);
      container = owned;
    }
    if (!isPlaced) errors.push(error);
  }
  return { placed, errors };
}

/** Objects have room for any name, lists for the indexes that they have. */
function hasPlace(container: DataObject | unknown[], key: string | number): boolean {
  if (!Array.isArray(container)) return typeof key === 'string';
  return typeof key === 'number' && key >= 0 && key < container.length;
}

function child(container: DataObject | unknown[], key: string | number): unknown {
  return Array.isArray(container) ? container[key as number] : read(container, String(key));
}

function setChild(container: DataObject | unknown[], key: string | number, value: unknown): void {
  if (Array.isArray(container)) container[key as number] = value;
  else write(container, String(key), value);
}

/** Whether the document has fields along the path, on whatever types; only on the way of an error, so the AST is walked. */
function asksFor(document: DocumentNode, path: readonly (string | number)[]): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let selections: SelectionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION)
      selections = [...definition.selectionSet.selections];
  }
  for (const key of path) {
    if (typeof key === 'number') continue;
    const found = fieldsOf(selections, fragments).filter((field) => responseKey(field) === key);
    if (found.length === 0) return false;
    selections = found.flatMap((field) => field.selectionSet?.selections ?? []);
  }
  return true;
}

function fieldsOf(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  return selections.flatMap((selection): FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    const below = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fieldsOf(below?.selectionSet.selections ?? [], fragments);
  });
}

export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

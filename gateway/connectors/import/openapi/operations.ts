import { acceptor } from '../only.ts';
import type { ImportOptions } from '../imported.ts';
import type { Body } from './bodies.ts';
import { readAnswer, readBody, type Answer } from './bodies.ts';
import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { flagOf, isObject, textOf } from './part.ts';
import type { Notes } from './notes.ts';
import { readParameters, type Parameter } from './parameters.ts';

export type Method = 'GET' | 'QUERY' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of the description, as far as a connector can make the call. */
export interface Operation {
  readonly method: Method;
  readonly path: string;
  /** `GET /pets/{petId}` */
  readonly fullName: string;
  readonly part: Part;
  readonly pathItem: Part;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Body | undefined;
  readonly answer: Answer;
}

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['get', 'GET'],
  ['query', 'QUERY'],
  ['post', 'POST'],
  ['put', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
]);
const OTHER_METHODS = ['head', 'options', 'trace'];

/** Whether a call with the method changes nothing: `QUERY` is a `GET` with a body. */
export const isSafe = (method: Method): boolean => method === 'GET' || method === 'QUERY';

/** Reads what can be called and was asked for; the rest is told with its reason. */
export function readOperations(library: Library, only: ImportOptions['only'], notes: Notes): Operation[] {
  const isWanted = acceptor(only);
  const paths = library.get(library.root, 'paths');
  if (paths && !isObject(paths.value)) {
    notes.problem('OPENAPI_INVALID', paths, 'paths must be an object.');
    return [];
  }
  const ids = new Map<string, string>();
  const operations = library.entries(paths).flatMap(([path, entry]): Operation[] => {
    if (path.startsWith('x-')) return [];
    if (!path.startsWith('/')) {
      notes.problem('OPENAPI_INVALID', entry, `The path "${path}" must start with "/".`, `Write "/${path}".`);
      return [];
    }
    const wanted = methodsOf(library, entry, path, isWanted, notes);
    return wanted.flatMap(({ method, part, pathItem }) => {
      const operation = readOperation(library, method, path, part, pathItem, notes);
      if (operation?.id === undefined) return operation ?? [];
      const other = ids.get(operation.id);
      if (other !== undefined)
        notes.problem(
          'OPENAPI_DUPLICATE',
          part,
          `${operation.fullName} has the operationId "${operation.id}", as ${other} has: one of the fields is named by its path.`,
          'Give each operation an id of its own.',
        );
      ids.set(operation.id, operation.fullName);
      return operation;
    });
  });
  if (!only) tellOthers(library, notes);
  return operations;
}

interface Found {
  readonly method: Method;
  readonly part: Part;
  readonly pathItem: Part;
}

function methodsOf(
  library: Library,
  entry: Part,
  path: string,
  isWanted: (fullName: string) => boolean,
  notes: Notes,
): Found[] {
  // A path that nobody asked for may refer to anything.
  const names = [...METHODS.values(), ...OTHER_METHODS.map((m) => m.toUpperCase())];
  if (!names.some((name) => isWanted(`${name} ${path}`)) && !isWanted(path)) return [];
  const pathItem = library.follow(entry);
  if (!pathItem) return [];
  const found: Found[] = [];
  for (const [key, part] of library.entries(pathItem)) {
    const method = METHODS.get(key);
    const fullName = `${method ?? key.toUpperCase()} ${path}`;
    if (!isObject(part.value)) continue;
    if (method && isWanted(fullName)) found.push({ method, part, pathItem });
    if (OTHER_METHODS.includes(key) && isWanted(fullName)) tellMethod(fullName, part, notes);
  }
  // OpenAPI 3.2: methods without a keyword of their own; and before, those that have got one since.
  for (const [key, part] of library.entries(library.get(pathItem, 'additionalOperations'))) {
    const fullName = `${key} ${path}`;
    if (!isObject(part.value) || !isWanted(fullName)) continue;
    if (key === 'QUERY' && !found.some((f) => f.method === key)) found.push({ method: key, part, pathItem });
    else tellMethod(fullName, part, notes);
  }
  return found;
}

function tellMethod(fullName: string, part: Part, notes: Notes): void {
  notes.problem(
    'OPENAPI_LEFT_OUT',
    part,
    `${fullName} is left out: a connector calls with GET, QUERY, POST, PUT, PATCH or DELETE.`,
  );
}

function readOperation(
  library: Library,
  method: Method,
  path: string,
  part: Part,
  pathItem: Part,
  notes: Notes,
): Operation | undefined {
  const fullName = `${method} ${path}`;
  const leftOut = (at: Part, why: string) => {
    notes.problem('OPENAPI_LEFT_OUT', at, `${fullName} is left out: ${why}.`);
    return undefined;
  };
  for (const [name] of library.entries(library.get(part, 'callbacks')))
    notes.problem(
      'OPENAPI_LEFT_OUT',
      part,
      `The callback "${name}" of ${fullName} is left out: a connector only calls.`,
    );
  if (!isCallable(path)) return leftOut(part, 'no URL can have its path');
  const parameters = readParameters(library, part, pathItem, path, fullName, notes);
  const body = method === 'GET' ? undefined : readBody(library, part);
  if (method === 'GET' && library.get(part, 'requestBody'))
    notes.problem('OPENAPI_LEFT_OUT', part, `The body of ${fullName} is left out: a GET has none.`);
  const answer = readAnswer(library, part);
  if (typeof body === 'string') return leftOut(library.get(part, 'requestBody') ?? part, body);
  if (typeof answer === 'string') return leftOut(library.get(part, 'responses') ?? part, answer);
  if (typeof parameters === 'string') return leftOut(part, parameters);
  if (!parameters || answer === undefined) return undefined;
  const id = textOf(part, 'operationId');
  const { value } = part;
  const tags = isObject(value) && Array.isArray(value['tags']) ? (value['tags'] as unknown[]) : [];
  return {
    method,
    path,
    fullName,
    part,
    pathItem,
    id: id === '' ? undefined : id,
    tags: tags.filter((t) => typeof t === 'string'),
    description:
      [textOf(part, 'summary'), textOf(part, 'description')].filter(isSaid).filter(isNew).join('\n\n') ||
      undefined,
    isDeprecated: flagOf(part, 'deprecated'),
    parameters,
    body,
    answer,
  };
}

/** A path that starts with `//` names a host, and one with `..` would be resolved away. */
function isCallable(path: string): boolean {
  const segments = path
    .replace(/[?#].*$/s, '')
    .replaceAll(/%2e/gi, '.')
    .split('/');
  return !path.startsWith('//') && !segments.includes('.') && !segments.includes('..');
}

const isSaid = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
const isNew = (text: string, index: number, all: readonly string[]) => all.indexOf(text) === index;

function tellOthers(library: Library, notes: Notes): void {
  for (const [name, part] of library.entries(library.get(library.root, 'webhooks')))
    notes.problem('OPENAPI_LEFT_OUT', part, `The webhook "${name}" is left out: a connector only calls.`);
}

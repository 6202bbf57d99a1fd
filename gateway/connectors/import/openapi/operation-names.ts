import type { Operation } from './operations.ts';
import { isSafe } from './operations.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase, wordsOf } from '../names.ts';

/** The segments of a path that name things: no versions, no `api`, no file endings. */
export function nounsOf(path: string): { noun: string; isOne: boolean }[] {
  const segments = path
    .split('/')
    .filter((s) => s !== '')
    .map((s) => s.replace(/\.json$|\{format\}$/i, ''));
  const isParameter = (segment: string | undefined) => segment?.includes('{') === true;
  return segments.flatMap((segment, i) => {
    const isNoise = i < 3 && /^(?:api|apis|rest|v\d[\w.]*|\d{4}-\d\d-\d\d)$/i.test(segment);
    const noun = segment.replace(/\{[^{}]*\}/g, '');
    if (isNoise || wordsOf(noun).length === 0) return [];
    return [{ noun, isOne: isParameter(segments[i + 1]) || (isParameter(segment) && noun !== '') }];
  });
}

/** `GET /users/{id}/orders` → `userOrders`, `POST /pets` → `createPet`: what the path and the method say. */
function byPath({ method, path }: Operation): string {
  const nouns = nounsOf(path).slice(-3);
  if (nouns.length === 0) return method === 'GET' ? 'root' : camelCase(`${VERBS[method]} root`);
  const isDetail = path.replace(/\.json$/, '').endsWith('}');
  const names = nouns.map(({ noun, isOne }, i) => {
    const isLast = i === nouns.length - 1;
    const makesOne = isOne || (isLast && method === 'POST');
    return makesOne ? singular(camelCase(noun)) : camelCase(noun);
  });
  if (method === 'GET') return camelCase(names.join(' '));
  const verb = method === 'POST' && isDetail ? 'update' : VERBS[method];
  return camelCase([verb, ...names].join(' '));
}

const VERBS = {
  GET: 'get',
  QUERY: 'search',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
} as const;

const READS = new Set([
  'get',
  'list',
  'fetch',
  'find',
  'read',
  'retrieve',
  'show',
  'index',
  'query',
  'load',
  'lookup',
  'describe',
]);
const MANY = new Set(['all', 'many', 'list', 'index']);
const FILLERS = new Set(['a', 'an', 'the', 'one', 'single']);
const PREPOSITIONS = new Set(['by', 'for', 'in', 'of', 'from', 'to', 'with', 'using', 'on', 'at']);
const CHANGES = new Set([
  'add',
  'create',
  'update',
  'delete',
  'remove',
  'set',
  'replace',
  'post',
  'put',
  'patch',
  'upsert',
  'cancel',
  'insert',
  'save',
  'upload',
]);

/** Names for the field of an operation, the best first. */
export function operationNames(operation: Operation): [best: string, ...others: string[]] {
  const path = byPath(operation);
  const id = operation.id === undefined ? undefined : byId(operation, operation.id);
  return id === undefined ? [path] : [id, path];
}

function byId(operation: Operation, id: string): string | undefined {
  const [group, action] = id.split('/');
  // Two operations of one id are told apart by a number at its end (Spring).
  const said = wordsOf(id.replace(/_\d+$/, '')).map((w) => w.toLowerCase());
  const words = ownWords(operation, said);
  if (words.length === 0) return undefined;
  if (isSafe(operation.method)) return queryName(operation, words);
  // `gists/star` is what is done to a gist.
  const isGrouped = action !== undefined && wordsOf(action).length === 1;
  return isGrouped ? camelCase(`${action} ${singular(camelCase(group!))}`) : mutationName(operation, words);
}

/** Without what generators add; empty if the id only repeats method and path. */
function ownWords({ method, path }: Operation, words: readonly string[]): string[] {
  const verb = method.toLowerCase();
  const ofPath = wordsOf(path).map((w) => w.toLowerCase());
  const withoutBy = words.filter((w) => w !== 'by');
  if (
    same(withoutBy, [verb, ...ofPath]) ||
    same(withoutBy, [...ofPath, verb]) ||
    same(words, [verb, ...ofPath])
  )
    return [];
  if (same(words, [verb, ...nounsOf(path).flatMap(({ noun }) => wordsOf(noun).map((w) => w.toLowerCase()))]))
    return [];
  // Stripe: `GetCustomersCustomer`.
  if (words[0] === verb && words.slice(1).join('') === ofPath.filter((w) => !/^v\d+$/.test(w)).join(''))
    return [];
  // FastAPI: `read_item_items__item_id__get`.
  const tail = [...ofPath, verb];
  if (words.length > tail.length && same(words.slice(-tail.length), tail))
    return words.slice(0, -tail.length);
  // Springfox: `getPetUsingGET_1`.
  const using = words.findIndex((w, i) => w === 'using' && words[i + 1] === verb);
  return using > 0 ? words.slice(0, using) : [...words];
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((w, i) => w === b[i]);

/** A query says what it gives: `getPetById` is `pet`, `repos/list-for-user` is `reposForUser`. */
function queryName({ path }: Operation, words: readonly string[]): string {
  const isDetail = /\}(?:\.json)?$/.test(path);
  const at = words.slice(0, 3).findIndex((w) => READS.has(w));
  if (at < 0) return camelCase(words.join(' '));
  const rest = [...words];
  const [verb] = rest.splice(at, 1);
  let isMany = MANY.has(verb!);
  while (rest.length > 1 && rest[at] !== undefined && (MANY.has(rest[at]) || FILLERS.has(rest[at]))) {
    isMany ||= MANY.has(rest[at]);
    rest.splice(at, 1);
  }
  if (rest[at] !== undefined && !PREPOSITIONS.has(rest[at])) rest.splice(0, at);
  if (MANY.has(rest[0]!) && rest.length === 1) return byPathOf(path);
  if (isDetail) {
    const by = rest.findIndex((w, i) => i > 0 && (w === 'by' || w === 'using'));
    if (by > 0) rest.splice(by);
  }
  if (rest.length === 0 || PREPOSITIONS.has(rest[0]!)) return byPathOf(path);
  const end = rest.findIndex((w, i) => i > 0 && PREPOSITIONS.has(w));
  const head = (end < 0 ? rest.length : end) - 1;
  if (isDetail && !isMany) rest[head] = singular(rest[head]!);
  else if (isMany && !isDetail) rest[head] = plural(rest[head]!);
  return camelCase(rest.join(' '));
}

function byPathOf(path: string): string {
  return (
    camelCase(
      nounsOf(path)
        .slice(-3)
        .map(({ noun, isOne }) => (isOne ? singular(camelCase(noun)) : noun))
        .join(' '),
    ) || 'root'
  );
}

/** A mutation says what it does, the verb first: `pets/create` is `createPet`. */
function mutationName({ path, method }: Operation, words: readonly string[]): string {
  const at = words.slice(0, 3).findIndex((w) => CHANGES.has(w));
  const isHttpVerb = words[at] === 'post' || words[at] === 'put' || words[at] === 'patch';
  if (at < 0 || (at === 0 && !isHttpVerb && words.length > 1)) return camelCase(words.join(' '));
  const rest = [...words];
  const [verb] = rest.splice(at, 1);
  if (rest.length === 0) return camelCase(`${verb} ${singular(byPathOf(path))}`);
  if (at > 0 && rest[at] !== undefined && !PREPOSITIONS.has(rest[at])) {
    rest.splice(0, at);
    return camelCase([isHttpVerb ? VERBS[method] : verb!, ...rest].join(' '));
  }
  const isDetail = /\}(?:\.json)?$/.test(path);
  if (isHttpVerb && isDetail) {
    const by = rest.findIndex((w, i) => i > 0 && w === 'by');
    if (by > 0) rest.splice(by);
  }
  const end = rest.findIndex((w, i) => i > 0 && PREPOSITIONS.has(w));
  const head = (end < 0 ? rest.length : end) - 1;
  rest[head] = singular(rest[head]!);
  return camelCase(
    [isHttpVerb ? (method === 'POST' && isDetail ? 'update' : VERBS[method]) : verb!, ...rest].join(' '),
  );
}

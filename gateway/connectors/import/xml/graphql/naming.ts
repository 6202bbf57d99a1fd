import { camelCase, wordsOf } from '../../names.ts';

/** Verbs of operations that change nothing. */
const READING = new Set(
  (
    'get list find search query retrieve fetch read lookup look check validate verify is has can exists count calculate ' +
    'calc compute convert describe show ping echo browse view select resolve estimate quote translate parse format'
  ).split(' '),
);
/** Verbs that say nothing which a field's name does not. */
const SILENT = new Set(['get', 'list', 'retrieve', 'fetch', 'read']);
const KEY_WORDS = new Set(['id', 'guid', 'uuid', 'key', 'code', 'number', 'sku', 'isbn', 'iban']);

/** Whether an operation only reads, as far as its name tells: what is not certain may change something. */
export function readsOnly(operation: string): boolean {
  return READING.has(wordsOf(operation)[0]?.toLowerCase() ?? '');
}

/** `GetOrderById` → `orderById`, `ListOfContinents` → `continents`, `FindOrders` → `findOrders`. */
export function queryName(operation: string): string {
  const words = wordsOf(operation);
  const [first = '', second = '', ...rest] = words;
  if (!SILENT.has(first.toLowerCase()) || second === '') return camelCase(operation);
  if (second.toLowerCase() === 'of' && rest.length > 0) return camelCase(rest.join(' '));
  if (['by', 'of', 'for', 'from'].includes(second.toLowerCase())) return camelCase(operation);
  return camelCase([second, ...rest].join(' '));
}

/** Whether an argument names one thing. */
export function namesOneThing(argument: string): boolean {
  return KEY_WORDS.has(wordsOf(argument).at(-1)?.toLowerCase() ?? '');
}

/** `orderIds` → `orderId`; undefined if it is no plural. */
export function singular(name: string): string | undefined {
  return /s$/i.test(name) ? name.replace(/(?:List|Array)$/, '').replace(/s$/i, '') : undefined;
}

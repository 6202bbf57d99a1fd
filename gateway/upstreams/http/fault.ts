/** What a backend said about a request that it refused. */
export interface Fault {
  readonly message: string;
  readonly code?: string;
  /** What else it says: fields that are wrong, limits, links. At most `MAX_DETAILS_LENGTH` as JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** In the order in which they are preferred: RFC 9457 `detail` and `title`, the usual ones, SOAP 1.1 and 1.2, OAuth. */
const MESSAGE_KEYS = [
  'detail',
  'message',
  'Message',
  'faultstring',
  'Text',
  'error_description',
  'error',
  'title',
];
const CODE_KEYS = ['code', 'Code', 'faultcode'];
/** Where a fault may lie below the root. */
const WRAPPERS = ['error', 'errors', 'fault', 'Fault', 'Envelope', 'Body', 'Reason', 'detail'];

const MAX_DEPTH = 5;
const MAX_MESSAGE_LENGTH = 500;
const MAX_DETAILS_LENGTH = 4096;
const CONTROL = /\p{Cc}+/gu;

/**
 * Finds message and code in the body of a refusal: a JSON value, or an XML tree read by local names.
 * `undefined` if it has none that a person could read.
 */
export function findFault(body: unknown): Fault | undefined {
  return faultIn(onlyChild(body) ?? body, MAX_DEPTH);
}

function faultIn(value: unknown, depth: number): Fault | undefined {
  const node: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(node)) return undefined;
  const message = firstText(node, MESSAGE_KEYS);
  if (message !== undefined) {
    const code = firstText(node, CODE_KEYS);
    const details = detailsOf(node);
    return { message, ...(code !== undefined && { code }), ...(details && { details }) };
  }
  if (depth === 0) return undefined;
  for (const key of WRAPPERS) {
    const fault = Object.hasOwn(node, key) ? faultIn(node[key], depth - 1) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The fault without what has been told already, if that is not too much. */
function detailsOf(node: Record<string, unknown>): Record<string, unknown> | undefined {
  const told = new Set([...MESSAGE_KEYS, ...CODE_KEYS, 'type', 'status']);
  const rest = Object.entries(node).filter(([key]) => !told.has(key));
  if (rest.length === 0) return undefined;
  const details = Object.fromEntries(rest);
  return JSON.stringify(details).length > MAX_DETAILS_LENGTH ? undefined : details;
}

/** An XML document is an object with one key, whatever it is called. */
function onlyChild(body: unknown): unknown {
  if (!isRecord(body)) return undefined;
  const keys = Object.keys(body);
  const child = keys.length === 1 ? body[keys[0]!] : undefined;
  return isRecord(child) ? child : undefined;
}

function firstText(node: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    if (!Object.hasOwn(node, key)) continue;
    const value = node[key];
    const text = isRecord(value) ? value['#text'] : value;
    if (typeof text === 'number') return String(text);
    if (typeof text !== 'string') continue;
    const clean = text.replace(CONTROL, ' ').trim();
    if (clean !== '') return clean.slice(0, MAX_MESSAGE_LENGTH);
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

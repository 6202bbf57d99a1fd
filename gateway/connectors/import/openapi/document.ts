import { isMap, isScalar, isSeq, LineCounter, parseDocument as parseYaml, type Document } from 'yaml';
import { jsonPlaces } from './json-places.ts';
import type { Place } from './pointer.ts';
import { keysOf } from './pointer.ts';

/** A parsed JSON or YAML file that still knows where everything stands. */
export interface OpenapiDocument {
  /** As told in problems; relative to nothing, just what a person would call it. */
  readonly name: string;
  /** Where it was read from, for relative `$ref`s in it: a path below the first document's folder, or an address. */
  readonly location: string;
  readonly data: unknown;
  /** Places of values by JSON pointer (RFC 6901); a pointer to nothing gets the nearest parent. */
  places(pointers: readonly string[]): ReadonlyMap<string, Place>;
}

export interface Unreadable {
  readonly code: 'OPENAPI_SYNTAX' | 'OPENAPI_TOO_LARGE';
  readonly message: string;
  readonly place?: Place;
  readonly fix?: string;
}

/** YAML costs fifty times the time and memory of JSON. */
const MAX_YAML_CHARACTERS = 16 * 1024 * 1024;
/** No document that a person or a generator means is deeper. */
const MAX_DEPTH = 400;
const TOO_DEEP: Unreadable = {
  code: 'OPENAPI_TOO_LARGE',
  message: `The document nests deeper than ${MAX_DEPTH} levels.`,
};
/** How much aliases may multiply a YAML document. */
const MAX_ALIASES = 1000;

/** Reads one file. JSON is taken for JSON if it starts like it, everything else for YAML 1.2. */
export function parseDocument(text: string, name: string, location: string): OpenapiDocument | Unreadable {
  const start = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const read = /^\s*[{[]/.test(start) ? readJson(start) : readYaml(start);
  if ('message' in read) return read;
  if (isTooDeep(read.data)) return TOO_DEEP;
  return { name, location, ...read };
}

type Read = Pick<OpenapiDocument, 'data' | 'places'> | Unreadable;

function readJson(text: string): Read {
  try {
    const data: unknown = JSON.parse(text);
    return { data, places: (pointers) => jsonPlaces(text, pointers) };
  } catch (error) {
    const { message } = error as Error;
    // A mapping of YAML may start with a brace, too; its keys need no quotes.
    if (/^\s*\{\s*[A-Za-z]/.test(text)) return readYaml(text);
    return {
      code: 'OPENAPI_SYNTAX',
      message: `The document is not valid JSON: ${message.replace(/,? (?:in JSON at position|"|\.\.\.).*$/s, '')}.`,
      place: placeAt(text, errorOffset(text, message)),
    };
  }
}

/** V8 tells a position, or the text around the mistake; at the end of the text neither. */
function errorOffset(text: string, message: string): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const [, token = '', around] =
    /^Unexpected token '(.+?)', (?:\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  const at = around === undefined ? -1 : text.indexOf(around);
  return at < 0 ? text.length : at + Math.max(0, around!.lastIndexOf(token));
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

function readYaml(text: string): Read {
  if (text.length > MAX_YAML_CHARACTERS)
    return {
      code: 'OPENAPI_TOO_LARGE',
      message: `The document is YAML of more than ${MAX_YAML_CHARACTERS / 1024 / 1024} MB.`,
      fix: 'Convert it to JSON, which is read many times faster.',
    };
  // The parser takes quadratic time to find out that this never ends.
  if (/(?:[[{]\s*){400}|(?:[-?] ){400}/.test(text)) return TOO_DEEP;
  const lines = new LineCounter();
  try {
    const document = parseYaml(text, {
      lineCounter: lines,
      merge: true,
      prettyErrors: false,
      // The parser compares each key with every other one.
      uniqueKeys: false,
    });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      return {
        code: 'OPENAPI_SYNTAX',
        message: `The document is not valid YAML: ${error.message.trim()}`,
        place: { line, column: col },
      };
    }
    const double = doubleKey(document.contents);
    if (double) {
      const { line, col } = lines.linePos(double.offset);
      return {
        code: 'OPENAPI_SYNTAX',
        message: `The document is not valid YAML: the key ${JSON.stringify(double.key.slice(0, 100))} is there twice.`,
        place: { line, column: col },
      };
    }
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { data, places: (pointers) => yamlPlaces(document, lines, pointers) };
  } catch (error) {
    // Aliases that multiply beyond reason, or brackets without end.
    if (error instanceof RangeError) return TOO_DEEP;
    return {
      code: 'OPENAPI_SYNTAX',
      message: `The document is not valid YAML: ${(error as Error).message}.`,
    };
  }
}

/** A key that its mapping has twice (YAML 1.2, section 3.2.1.3). */
function doubleKey(contents: unknown): { key: string; offset: number } | undefined {
  const open: unknown[] = [contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    const keys = new Set<string>();
    for (const { key, value } of node.items) {
      open.push(value);
      if (!isScalar(key)) continue;
      const name = `${typeof key.value} ${String(key.value)}`;
      // `<<` merges, and may do so several times.
      if (keys.has(name) && key.value !== '<<')
        return { key: String(key.value), offset: key.range?.[0] ?? 0 };
      keys.add(name);
    }
  }
  return undefined;
}

function yamlPlaces(
  document: Document,
  lines: LineCounter,
  pointers: readonly string[],
): ReadonlyMap<string, Place> {
  return new Map(
    pointers.map((pointer) => {
      let node: unknown = document.contents;
      let offset = rangeOf(node);
      for (const key of keysOf(pointer)) {
        if (isMap(node)) {
          const pair = node.items.find((p) => String(isScalar(p.key) ? p.key.value : p.key) === key);
          if (!pair) break;
          offset = rangeOf(pair.key) ?? offset;
          node = pair.value;
        } else if (isSeq(node)) {
          node = node.items[Number(key)];
          offset = rangeOf(node) ?? offset;
        } else break;
      }
      const { line, col } = lines.linePos(offset ?? 0);
      return [pointer, { line, column: col }];
    }),
  );
}

function rangeOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

/** Level by level, as recursion is what the limit protects; aliases make YAML a graph. */
function isTooDeep(data: unknown): boolean {
  const seen = new Set<unknown>();
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      for (const inner of Object.values(value))
        if (typeof inner === 'object' && inner !== null) below.push(inner);
    }
    level = below;
  }
  return false;
}

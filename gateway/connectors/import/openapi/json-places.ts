import type { Place } from './pointer.ts';
import { keysOf } from './pointer.ts';

interface Wanted {
  readonly pointers: string[];
  readonly below: Map<string, Wanted>;
}

/**
 * Where values stand in a JSON text: one pass for all pointers, and only when there is something to tell, as a parser
 * that remembers places costs ten times the time. The text is valid JSON.
 */
export function jsonPlaces(text: string, pointers: readonly string[]): ReadonlyMap<string, Place> {
  const root: Wanted = { pointers: [], below: new Map() };
  for (const pointer of new Set(pointers)) {
    let at = root;
    for (const key of keysOf(pointer)) {
      let next = at.below.get(key);
      if (!next) at.below.set(key, (next = { pointers: [], below: new Map() }));
      at = next;
    }
    at.pointers.push(pointer);
  }
  const offsets = new Scanner(text).find(root);
  return placesOf(text, offsets, pointers);
}

class Scanner {
  readonly #text: string;
  readonly #found = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(root: Wanted): Map<string, number> {
    this.#space();
    this.#value(root, this.#at);
    return this.#found;
  }

  /** `place` is what to tell for the value: that of its key, in an object. */
  #value(wanted: Wanted | undefined, place: number): void {
    if (wanted) this.#tell(wanted, place);
    const character = this.#text[this.#at];
    if (character === '"') this.#skipString();
    else if (character === '{' || character === '[') {
      if (wanted && wanted.below.size > 0) this.#inside(wanted);
      else this.#skip();
    } else while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at]!)) this.#at++;
  }

  /** A value that is not there is told at its nearest parent. */
  #tell(wanted: Wanted, place: number): void {
    for (const pointer of wanted.pointers) this.#found.set(pointer, place);
    for (const below of wanted.below.values()) this.#tell(below, place);
  }

  #inside(wanted: Wanted): void {
    const isObject = this.#text[this.#at] === '{';
    this.#at++;
    for (let index = 0; ; index++) {
      this.#space();
      if (this.#text[this.#at] === '}' || this.#text[this.#at] === ']') break;
      let key = String(index);
      const place = this.#at;
      if (isObject) {
        this.#skipString();
        key = JSON.parse(this.#text.slice(place, this.#at)) as string;
        this.#space();
        this.#at++;
        this.#space();
      }
      this.#value(wanted.below.get(key), place);
      this.#space();
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  /** An object or a list of which nothing is wanted. */
  #skip(): void {
    let depth = 0;
    do {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) {
        this.#skipString();
        continue;
      }
      if (code === 0x7b || code === 0x5b) depth++;
      else if (code === 0x7d || code === 0x5d) depth--;
      this.#at++;
    } while (depth > 0);
  }

  #skipString(): void {
    for (this.#at++; this.#text.charCodeAt(this.#at) !== 0x22; this.#at++)
      if (this.#text.charCodeAt(this.#at) === 0x5c) this.#at++;
    this.#at++;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}

function placesOf(
  text: string,
  offsets: ReadonlyMap<string, number>,
  pointers: readonly string[],
): ReadonlyMap<string, Place> {
  const sorted = [...offsets].toSorted((a, b) => a[1] - b[1]);
  const places = new Map<string, Place>();
  let line = 1;
  let start = 0;
  for (const [pointer, offset] of sorted) {
    for (let end = text.indexOf('\n', start); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    places.set(pointer, { line, column: offset - start + 1 });
  }
  for (const pointer of pointers) if (!places.has(pointer)) places.set(pointer, { line: 1, column: 1 });
  return places;
}

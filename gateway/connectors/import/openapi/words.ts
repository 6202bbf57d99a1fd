/** The words of a name in any spelling: `HTMLUrl`, `html_url`, `html-url` are html and url. */
export function wordsOf(text: string): string[] {
  return latin(text)
    .replace(/\+/g, ' plus ')
    .replace(/^-(?=\d)/, 'minus ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

/** Without accents, and with the letters that have no accent to lose. */
function latin(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđ]/gi, (letter) => LETTERS[letter.toLowerCase()] ?? '');
}

const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd' };

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** `first-name` → `firstName`. Never empty, always a GraphQL name. */
export function camelCase(text: string): string {
  const [first = codePoints(text), ...rest] = wordsOf(text);
  return afterDigit(first.toLowerCase() + rest.map(capital).join(''));
}

/** `full-repository` → `FullRepository`; capitals within a word stay: `APIKey`, `OAuth2`. */
export function pascalCase(text: string): string {
  const [first = codePoints(text), ...rest] = latin(text)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return afterDigit([first, ...rest].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''));
}

/** `in progress` → `IN_PROGRESS`; undefined if no letter or digit is left. */
export function upperSnakeCase(text: string): string | undefined {
  if (/^[A-Z][A-Z0-9_]*$/.test(text)) return text;
  const words = wordsOf(text);
  return words.length === 0 ? undefined : afterDigit(words.join('_').toUpperCase());
}

const afterDigit = (name: string) => (/^\d/.test(name) ? `_${name}` : name);

/** A name for what has no letter that GraphQL knows. */
function codePoints(text: string): string {
  return `x${Array.from(text)
    .slice(0, 8)
    .map((c) => c.codePointAt(0)!.toString(16))
    .join('x')}`;
}

const SINGULARS: ReadonlyMap<string, string> = new Map([
  ['people', 'person'],
  ['children', 'child'],
  ['indices', 'index'],
  ['aliases', 'alias'],
  ['movies', 'movie'],
  ['cookies', 'cookie'],
]);
/** These look like plurals, or have none. */
const UNCHANGED = /^(?:series|news|data|metadata|media|analytics|settings|status|.*(?:ss|us|is))$/i;

/** Of the last word of a name: `petOwners` → `petOwner`. */
export function singular(name: string): string {
  const at = lastWordAt(name);
  const word = name.slice(at);
  const lower = word.toLowerCase();
  const known = SINGULARS.get(lower);
  if (known !== undefined)
    return name.slice(0, at) + known.charAt(0).replace(/./, (c) => sameCase(c, word)) + known.slice(1);
  if (UNCHANGED.test(lower)) return name;
  if (/[^aeiou]ies$/.test(lower)) return `${name.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz|(?<!o|a)us)es$/.test(lower)) return name.slice(0, -2);
  return lower.endsWith('s') && lower.length > 2 ? name.slice(0, -1) : name;
}

/** Of the last word of a name: `petOwner` → `petOwners`. */
export function plural(name: string): string {
  const at = lastWordAt(name);
  const word = name.slice(at);
  const lower = word.toLowerCase();
  for (const [many, one] of SINGULARS)
    if (one === lower) return name.slice(0, at) + sameCase(many.charAt(0), word) + many.slice(1);
  if (
    /^(?:series|news|data|metadata|media|analytics|settings)$/.test(lower) ||
    (lower.endsWith('s') && !/(?:ss|us|is)$/.test(lower))
  )
    return name;
  if (/[^aeiou]y$/.test(lower)) return `${name.slice(0, -1)}ies`;
  return /(?:s|x|sh|ch|z)$/.test(lower) ? `${name}es` : `${name}s`;
}

function lastWordAt(name: string): number {
  return Math.max(0, name.search(/[A-Z]?[a-z0-9]*$/));
}

const sameCase = (letter: string, like: string) => (/^[A-Z]/.test(like) ? letter.toUpperCase() : letter);

/** Gives each name out once: the first candidate that is free, else the last with a number. */
export class UniqueNames {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  take(...candidates: readonly string[]): string {
    const free = candidates.find((c) => !this.#taken.has(c));
    if (free !== undefined) return this.#give(free);
    const last = candidates.at(-1)!;
    for (let number = 2; ; number++) {
      const name = `${last}${/\d$/.test(last) ? '_' : ''}${number}`;
      if (!this.#taken.has(name)) return this.#give(name);
    }
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  #give(name: string): string {
    this.#taken.add(name);
    return name;
  }
}

/** Names as GraphQL writes them, out of whatever a foreign description calls things. All importers take theirs from here. */

/** What is behind this in a longer name is nothing that a person would read. */
const MAX_LENGTH = 500;

/** `display_name`, `displayName`, `display-name` → display, name; `HTMLUrl` → HTML, Url; `+1` → plus, 1. */
export function wordsOf(name: string): string[] {
  return latin(name.slice(0, MAX_LENGTH))
    .replace(/\+/g, ' plus ')
    .replace(/^-(?=\d)/, 'minus ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])(?=[A-Z][a-z])/g, '$1 ')
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

/** `first-name` → `firstName`, `userID` → `userId`, for fields and arguments. Never empty, always a GraphQL name. */
export function camelCase(name: string): string {
  const [first = codePoints(name), ...rest] = wordsOf(name);
  const camel = startingWell(first.toLowerCase() + rest.map((word) => capital(word.toLowerCase())).join(''));
  return isTaken(camel) ? `${camel}Value` : camel;
}

/** What a name with a meaning of its own: JavaScript objects inherit `toString`, mappings take `true` for itself. */
export const isTaken = (name: string): boolean =>
  name in Object.prototype || ['true', 'false', 'null'].includes(name);

/** `full-repository` → `FullRepository`, for types; capitals within a word stay: `APIKey`, `OAuth2`. */
export function pascalCase(name: string): string {
  const words = latin(name.slice(0, MAX_LENGTH))
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const [first = codePoints(name), ...rest] = words;
  return startingWell([first, ...rest].map(capital).join(''));
}

/** `in progress`, `InProgress` → `IN_PROGRESS`, for values of enums; undefined if no letter or digit is left. */
export function constantCase(text: string): string | undefined {
  if (text.length <= MAX_LENGTH && /^[A-Z][A-Z0-9_]*$/.test(text)) return text;
  const words = wordsOf(text);
  return words.length === 0 ? undefined : startingWell(words.join('_').toUpperCase());
}

/** Whether GraphQL takes the name as it is; `__` is reserved for introspection (specification, sections 2.1.9 and 3). */
export function isValidName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('__');
}

/** The same for a value of an enum (specification, section 3.9). */
export const isEnumValueName = (name: string): boolean =>
  isValidName(name) && !['true', 'false', 'null'].includes(name);

const startingWell = (name: string): string => (/^\d/.test(name) ? `_${name}` : name);
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A name for what has no letter that GraphQL knows. */
function codePoints(text: string): string {
  return `x${Array.from(text)
    .slice(0, 8)
    .map((c) => c.codePointAt(0)!.toString(16))
    .join('x')}`;
}

/** One and many, of English nouns at the end of a name. */

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['people', 'person'],
  ['children', 'child'],
  ['indices', 'index'],
  ['aliases', 'alias'],
  ['movies', 'movie'],
  ['cookies', 'cookie'],
  ['halves', 'half'],
  ['shelves', 'shelf'],
  ['leaves', 'leaf'],
  ['wolves', 'wolf'],
  ['knives', 'knife'],
  ['lives', 'life'],
  ['wives', 'wife'],
]);
/** These look like plurals, or have none. */
const UNCHANGED = /^(?:series|news|data|metadata|media|analytics|settings|status|.*(?:ss|us|is))$/i;

/** Of the last word of a name: `petOwners` → `petOwner`. */
export function singular(name: string): string {
  const at = lastWordAt(name);
  const word = name.slice(at);
  const lower = word.toLowerCase();
  const known = IRREGULAR.get(lower);
  if (known !== undefined) return name.slice(0, at) + sameCase(known, word);
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
  for (const [many, one] of IRREGULAR) if (one === lower) return name.slice(0, at) + sameCase(many, word);
  if (
    /^(?:series|news|data|metadata|media|analytics|settings)$/.test(lower) ||
    (lower.endsWith('s') && !/(?:ss|us|is)$/.test(lower))
  )
    return name;
  if (/[^aeiou]y$/.test(lower)) return `${name.slice(0, -1)}ies`;
  return /(?:s|x|sh|ch|z)$/.test(lower) ? `${name}es` : `${name}s`;
}

const lastWordAt = (name: string): number => Math.max(0, name.search(/[A-Z]?[a-z0-9]*$/));

const sameCase = (word: string, like: string): string =>
  /^[A-Z]/.test(like) ? word.charAt(0).toUpperCase() + word.slice(1) : word;

/** Names of XML as GraphQL writes names. */

/** `sISOCode` → s, ISO, Code; `order-line_2` → order, line, 2. Letters beyond ASCII lose their marks. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** `OrderID` → `orderId`, `2nd` → `_2nd`. `fallback` if nothing is left. */
export function fieldName(name: string, fallback = 'value'): string {
  const [first, ...rest] = wordsOf(name);
  if (first === undefined) return fallback;
  const camel = startingWell(first.toLowerCase() + rest.map(capital).join(''));
  // graphql-js takes what every object inherits (`toString`) for a value of the client's; mappings take `true` for itself.
  return camel in Object.prototype || ['true', 'false', 'null'].includes(camel) ? `${camel}Value` : camel;
}

/** `orderLine` → `orderLines`, `category` → `categories`; what is a plural stays. */
export function pluralName(name: string): string {
  // `fieldsToNull` has its plural in front.
  const [first = '', ...rest] = wordsOf(name);
  if (rest.length > 0 && /[^s]s$/.test(first)) return name;
  if (/(?:s|data|info|list|array|history|news)$/i.test(name) && !/(?:[ai]s|ss|us)$/.test(name)) return name;
  if (/(?:[ai]s|ss|us|x|ch|sh|z)$/.test(name)) return `${name}es`;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /[A-Za-z]$/.test(name) ? `${name}s` : name;
}

/** `order-line` → `OrderLine`. */
export function typeName(name: string, fallback = 'Value'): string {
  const words = wordsOf(name);
  return words.length === 0 ? fallback : startingWell(words.map(capital).join(''));
}

/** `In Progress` → `IN_PROGRESS`. */
export function enumValueName(value: string): string {
  const signed = value.replace(/^-(?=\d)/, 'minus ').replace(/^\+(?=\d)/, 'plus ');
  return startingWell(wordsOf(signed).join('_').toUpperCase() || 'EMPTY');
}

const startingWell = (name: string) => (/^[0-9]/.test(name) ? `_${name}` : name);

/** The first of `name`, its alternatives, `name2`, `name3` … that is free; it is taken then. */
export function unique(taken: Set<string>, name: string, ...alternatives: readonly string[]): string {
  for (const candidate of [name, ...alternatives]) {
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
  let number = 2;
  while (taken.has(`${name}${number}`)) number += 1;
  taken.add(`${name}${number}`);
  return `${name}${number}`;
}

/** Names as GraphQL writes them, out of whatever a foreign description calls things. */

/** `display_name`, `displayName`, `DisplayName`, `display-name` → `display`, `name`; `HTTPServer2` → `HTTP`, `Server2`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replace(/[̀-ͯ]/g, '')
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

/** For fields and arguments. */
export function camelCase(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  return validName(
    `${isAcronym(first) ? first.toLowerCase() : lowerFirst(first)}${rest.map(capital).join('')}`,
  );
}

/** For types. Capitals stay: `IAMPolicy` is `IAMPolicy`. */
export function pascalCase(name: string): string {
  return validName(wordsOf(name).map(capital).join(''));
}

/** `UserStatus` → `USER_STATUS`. */
export function upperSnake(name: string): string {
  return wordsOf(name).join('_').toUpperCase();
}

/** Whether GraphQL takes the name as it is; `__` is reserved for introspection (specification, section 2.1.9 and 3). */
export function isValidName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('__');
}

/** The name, or the nearest one that GraphQL takes. */
export function validName(name: string): string {
  const cleaned = name.replace(/[^A-Za-z0-9_]/g, '').replace(/^_{2,}/, '_');
  return /^[A-Za-z_]/.test(cleaned) ? cleaned : `_${cleaned}`;
}

export function plural(noun: string): string {
  if (/(?:[eao]lf|eaf|[iI]fe)$/.test(noun)) return `${noun.replace(/fe?$/, '')}ves`;
  if (/[^aeiou]y$/i.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/i.test(noun)) return `${noun}es`;
  if (/person$/i.test(noun)) return `${noun.slice(0, -4)}ople`;
  return `${noun}s`;
}

export function singular(noun: string): string {
  if (/(?:[eao]l|ea)ves$/.test(noun)) return `${noun.slice(0, -3)}f`;
  if (/people$/i.test(noun)) return `${noun.slice(0, -4)}rson`;
  if (/ies$/i.test(noun) && noun.length > 4) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/i.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/i.test(noun) && !/(?:us|is)$/i.test(noun) ? noun.slice(0, -1) : noun;
}

/** Hands out each name once; who comes later is told apart by the first of `alternatives` that is free, or a number. */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** How far the numbers of a name have been given out. */
  readonly #counts = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  take(name: string, alternatives: readonly string[] = []): string {
    let free = [name, ...alternatives].find((candidate) => !this.#taken.has(candidate));
    for (let count = this.#counts.get(name) ?? 2; free === undefined; count++) {
      if (!this.#taken.has(`${name}${count}`)) free = `${name}${count}`;
      this.#counts.set(name, count + 1);
    }
    this.#taken.add(free);
    return free;
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
const isAcronym = (word: string): boolean => word.length > 1 && word === word.toUpperCase();

import { localOf, uriOf, type ExpandedName, type XmlNode } from '../xml-node.ts';

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const RESERVED_PREFIXES = new Set(['xml', 'xmlns', 'xsi', 'xs', 'xsd', 'wsdl', 'soap', '']);
const PREFIX = /^[A-Za-z_][A-Za-z0-9_-]{0,30}$/;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that a mapping takes for values. */
const LITERALS = new Set(['true', 'false', 'null']);

/** The names of elements and attributes as mappings write them, and the namespaces that this takes. */
export class XmlKeys {
  readonly #preferred: ReadonlyMap<string, string>;
  readonly #defaultUri: string | undefined;
  readonly #prefixes = new Map<string, string>();
  readonly #uses = new Map<string, number>();
  readonly #attributeUris = new Set<string>();
  #hasUnqualified = false;

  /** `preferred`: prefixes of namespaces, as the description writes them. */
  constructor(preferred: ReadonlyMap<string, string>, defaultUri?: string) {
    this.#preferred = preferred;
    this.#defaultUri = defaultUri;
  }

  element(name: ExpandedName): string {
    const uri = uriOf(name);
    this.#uses.set(uri, (this.#uses.get(uri) ?? 0) + 1);
    if (uri === '') this.#hasUnqualified = true;
    return this.#prefixed(uri, localOf(name));
  }

  attribute(name: ExpandedName): string {
    const uri = uriOf(name);
    if (uri === XML_NAMESPACE) return `@xml:${localOf(name)}`;
    if (uri !== '') this.#attributeUris.add(uri);
    return `@${this.#prefixed(uri, localOf(name))}`;
  }

  #prefixed(uri: string, local: string): string {
    if (uri === '') return local;
    const prefix = this.prefixOf(uri);
    return prefix === '' ? local : `${prefix}:${local}`;
  }

  prefixOf(uri: string): string {
    let prefix = this.#prefixes.get(uri);
    if (prefix === undefined) {
      prefix = uri === this.#defaultUri ? '' : this.#free(uri);
      this.#prefixes.set(uri, prefix);
    }
    return prefix;
  }

  /** What people call the namespace, for names. */
  hintOf(uri: string): string {
    return this.#preferred.get(uri) ?? '';
  }

  #free(uri: string): string {
    const taken = new Set(this.#prefixes.values());
    const wanted = this.#preferred.get(uri) ?? prefixFrom(uri);
    const isUsable = (prefix: string) =>
      PREFIX.test(prefix) && !taken.has(prefix) && (!RESERVED_PREFIXES.has(prefix) || wanted === prefix);
    if (isUsable(wanted)) return wanted;
    for (let number = 1; ; number += 1) {
      const prefix = `${PREFIX.test(wanted) && wanted !== '' ? wanted : 'ns'}${number}`;
      if (!taken.has(prefix)) return prefix;
    }
  }

  /** Prefix and URI of all that was used, in the order of first use. */
  get namespaces(): readonly (readonly [prefix: string, uri: string])[] {
    const all = [...this.#prefixes].map(([uri, prefix]): [string, string] => [prefix, uri]);
    return all.sort(([a], [b]) => Number(a !== '') - Number(b !== ''));
  }

  /** The namespace that most names have, if names without a prefix can mean it. `not`: what keeps its prefix. */
  bestDefault(not: ReadonlySet<string>): string | undefined {
    if (this.#hasUnqualified) return undefined;
    const [best] = [...this.#uses]
      .filter(([uri]) => !not.has(uri) && !this.#attributeUris.has(uri))
      .sort(([, a], [, b]) => b - a);
    return best?.[0];
  }
}

/** `urn:example:Order-2` → `order`; `ns` if nothing of it could be a name. */
function prefixFrom(uri: string): string {
  const words = uri
    .split(/[^A-Za-z0-9]+/)
    .filter(
      (word) => /^[A-Za-z][a-z0-9]{2,11}$/.test(word) && !/^(?:https?|urn|www|com|org|net)$/.test(word),
    );
  return words.at(-1)?.toLowerCase() ?? 'ns';
}

/** The prefixes that documents declare, by namespace; the first of the outermost elements counts. */
export function declaredPrefixes(roots: readonly XmlNode[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const root of roots)
    for (const [prefix, uri] of root.declared())
      if (!found.has(uri) && !RESERVED_PREFIXES.has(prefix)) found.set(uri, prefix);
  return found;
}

/** `$."tns:order".id`: a path from the value around. */
export function readPath(keys: readonly string[]): string {
  const [only] = keys;
  if (only === undefined) return '$';
  if (keys.length === 1 && isPlainKey(only)) return only;
  return `$.${keys.map((key) => (isPlainKey(key) && !key.startsWith('#') ? key : key === '#text' ? key : `"${key}"`)).join('.')}`;
}

function isPlainKey(key: string): boolean {
  if (key === '#text') return true;
  const name = key.startsWith('@') ? key.slice(1) : key;
  return PLAIN.test(name) && !LITERALS.has(name);
}

/** `"tns:order"`: a name that a mapping gives. */
export function writtenKey(key: string): string {
  const name = key.startsWith('@') ? key.slice(1) : key;
  return PLAIN.test(name) ? key : `"${key}"`;
}

export const quoted = (text: string): string => JSON.stringify(text);

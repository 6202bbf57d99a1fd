import type { XmlNamespaces } from '../upstream.ts';
import { malformed } from './error.ts';
import { QUALIFIED_NAME_ONLY, XML_NAMESPACE, XMLNS_NAMESPACE, XSI_NAMESPACE } from './grammar.ts';

/** Namespace URI → how the tree writes names of it: `''` or `prefix:`. `undefined` = the tree has local names only. */
export type CanonicalPrefixes = ReadonlyMap<string, string> | undefined;

const compiled = new WeakMap<XmlNamespaces, { readonly prefixes: CanonicalPrefixes }>();

/** Once per namespaces object, which the connectors make once per schema. Of two prefixes for one URI the first counts. */
export function canonicalPrefixes(namespaces: XmlNamespaces): CanonicalPrefixes {
  const known = compiled.get(namespaces);
  if (known !== undefined) return known.prefixes;
  const prefixes = compile(namespaces);
  compiled.set(namespaces, { prefixes });
  return prefixes;
}

function compile(namespaces: XmlNamespaces): CanonicalPrefixes {
  const entries = Object.entries(namespaces);
  if (entries.length === 0) return undefined;
  const prefixes = new Map<string, string>([[XML_NAMESPACE, 'xml:']]);
  for (const [prefix, uri] of entries) {
    if (!prefixes.has(uri)) prefixes.set(uri, prefix === '' ? '' : `${prefix}:`);
  }
  if (!prefixes.has(XSI_NAMESPACE) && !Object.hasOwn(namespaces, 'xsi')) prefixes.set(XSI_NAMESPACE, 'xsi:');
  return prefixes;
}

/** What one root remembers at most, and roughly what a scope and a name take of it. */
const REMEMBERED_BYTES = 500_000;
const SCOPE_BYTES = 1_000;
const NAME_BYTES = 100;

/** A part of a document with fewer characters is a copy; one with more is a view, which keeps all of it alive. */
const VIEW_LENGTH = 13;

/** The same text, without the document that it was cut out of. */
export function detached(text: string): string {
  return text.length < VIEW_LENGTH ? text : Buffer.from(text).toString();
}

/**
 * The declarations in force at one element. Names are resolved once per scope, and most documents
 * have one. Scopes are linked, not copied, so that many declarations cost what they are long.
 */
export class NamespaceScope {
  readonly #parent: NamespaceScope | undefined;
  readonly #declared: ReadonlyMap<string, string>;
  readonly #canonical: CanonicalPrefixes;
  readonly #elements = new Map<string, string>();
  readonly #attributes = new Map<string, string>();
  readonly #uris = new Map<string, string>();
  /** The scopes below this one by their declarations, which documents like to repeat on every element. */
  readonly #nested = new Map<string, NamespaceScope>();
  readonly #root: NamespaceScope;
  #size = 0;

  constructor(canonical: CanonicalPrefixes, declared: ReadonlyMap<string, string>, parent?: NamespaceScope) {
    this.#canonical = canonical;
    this.#declared = declared;
    this.#parent = parent;
    this.#root = parent === undefined ? this : parent.#root;
  }

  /** Whether this root and all below it have learned so much that documents cannot be alike, and it is of no more use. */
  get isFull(): boolean {
    return this.#size > REMEMBERED_BYTES;
  }

  static root(canonical: CanonicalPrefixes): NamespaceScope {
    return new NamespaceScope(canonical, new Map([['xml', XML_NAMESPACE]]));
  }

  /** A scope below this one, with the `xmlns` attributes of one element: prefix (`''` = default) → URI. */
  nested(declared: ReadonlyMap<string, string>): NamespaceScope {
    let id = '';
    // No document holds a NUL.
    for (const [prefix, uri] of declared) id += `${prefix}\0${uri}\0`;
    let scope = this.#nested.get(id);
    if (scope === undefined) {
      const own = new Map<string, string>();
      for (const [prefix, uri] of declared) {
        checkDeclaration(prefix, uri);
        own.set(detached(prefix), detached(uri));
      }
      scope = new NamespaceScope(this.#canonical, own, this);
      // What a document does not repeat must go with its element.
      if (!this.#root.isFull) this.#nested.set(detached(id), scope);
      this.#root.#size += SCOPE_BYTES + 2 * id.length;
    }
    return scope;
  }

  /** The tree's key of an element with this qualified name. */
  element(name: string): string {
    let key = this.#elements.get(name);
    if (key === undefined) {
      const colon = name.indexOf(':');
      const prefix = colon === -1 ? '' : name.slice(0, colon);
      key = this.#key(this.#lookUp(prefix), name.slice(colon + 1));
      this.#elements.set(name, key);
      this.#root.#size += NAME_BYTES + name.length + key.length;
    }
    return key;
  }

  /** The tree's key of an attribute, with its `@`. The default namespace does not apply to attributes. */
  attribute(name: string): string {
    let key = this.#attributes.get(name);
    if (key === undefined) {
      const colon = name.indexOf(':');
      key = `@${colon === -1 ? name : this.#key(this.#lookUp(name.slice(0, colon)), name.slice(colon + 1))}`;
      this.#attributes.set(name, key);
      this.#root.#size += NAME_BYTES + name.length + key.length;
    }
    return key;
  }

  /**
   * A value that is a qualified name (`xsi:type`) as the tree writes names of elements; one that is none, or
   * whose prefix nobody declared, is left as it is. Not remembered: values are cut out of the document.
   */
  qualifiedValue(value: string): string {
    const name = value.trim();
    if (!QUALIFIED_NAME_ONLY.test(name)) return value;
    const colon = name.indexOf(':');
    const uri = this.#find(colon === -1 ? '' : name.slice(0, colon));
    if (uri === undefined)
      return colon === -1 || this.#canonical === undefined ? name.slice(colon + 1) : value;
    return this.#key(uri, name.slice(colon + 1));
  }

  /** The namespace of an attribute with a prefix. */
  uriOf(name: string): string {
    return this.#lookUp(name.slice(0, name.indexOf(':')));
  }

  #key(uri: string, local: string): string {
    if (this.#canonical === undefined || uri === '') return local;
    const prefix = this.#canonical.get(uri);
    return prefix === undefined ? `{${uri}}${local}` : prefix + local;
  }

  #lookUp(prefix: string): string {
    const known = this.#uris.get(prefix);
    if (known !== undefined) return known;
    const uri = this.#find(prefix);
    if (uri === undefined && prefix !== '') throw malformed('a namespace prefix that is not declared');
    this.#uris.set(prefix, uri ?? '');
    return uri ?? '';
  }

  #find(prefix: string): string | undefined {
    const uri = this.#declared.get(prefix);
    return uri !== undefined || this.#parent === undefined ? uri : this.#parent.#find(prefix);
  }
}

/** Namespaces in XML 1.0 sections 3 and 2.2. */
function checkDeclaration(prefix: string, uri: string): void {
  if (prefix !== '' && uri === '') throw malformed('a namespace prefix is declared without a URI');
  if (prefix === 'xmlns' || uri === XMLNS_NAMESPACE || (prefix === 'xml') !== (uri === XML_NAMESPACE)) {
    throw malformed('a reserved namespace is declared');
  }
}

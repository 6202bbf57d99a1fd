import type { XmlNamespaces } from '../upstream.ts';
import { XmlError } from './error.ts';
import { ILLEGAL_CHARACTER, LOCAL_NAME, XSI_NAMESPACE } from './grammar.ts';

const MAX_DEPTH = 100;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * Writes a tree (see docs/xml.md) as a document in UTF-8. Elements come in the order of the keys,
 * attributes in front; namespaces that are used are declared on the root.
 * Throws `XmlError` `unencodable`, naming the path.
 *
 * Not fast-xml-parser's builder: it knows no namespaces or nil, checks neither names nor characters,
 * and does not keep line breaks in attributes.
 */
export function encodeXml(tree: unknown, namespaces: XmlNamespaces): string {
  if (!isRecord(tree)) throw unencodable('', 'is not an object with one key, the root element');
  const roots = Object.keys(tree).filter((key) => tree[key] !== undefined);
  const [root] = roots;
  if (root === undefined || roots.length > 1 || Array.isArray(tree[root])) {
    throw unencodable('', `has ${roots.length} root elements, and a document has one`);
  }
  if (root.startsWith('@') || root === '#text') throw unencodable(root, 'is not an element');
  return new Writer(namespaces).document(root, tree[root]);
}

class Writer {
  readonly #namespaces: XmlNamespaces;
  /** Declarations that the root needs: prefix → URI. */
  readonly #used = new Map<string, string>();
  readonly #generated = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** What `xsi:type` is called in the document, once it occurs. */
  #typeAttribute: string | undefined;

  constructor(namespaces: XmlNamespaces) {
    this.#namespaces = namespaces;
  }

  document(root: string, value: unknown): string {
    const name = this.#elementName(root, root);
    const rest = this.#afterName(name, value, root, 1);
    let declarations = '';
    for (const [prefix, uri] of this.#used) {
      declarations += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`;
    }
    return `${DECLARATION}<${name}${declarations}${rest}`;
  }

  #element(key: string, value: unknown, path: string, depth: number): string {
    const name = this.#elementName(key, path);
    return `<${name}${this.#afterName(name, value, path, depth)}`;
  }

  /** Everything of an element behind the name of its start tag. */
  #afterName(name: string, value: unknown, path: string, depth: number): string {
    if (depth > MAX_DEPTH) throw unencodable(path, `is nested deeper than ${MAX_DEPTH} levels`);
    if (value === null) {
      return ` ${this.#qualified(XSI_NAMESPACE, 'nil', 'xsi')}="true"/>`;
    }
    if (!isRecord(value)) {
      const text = escapeText(scalar(value, path));
      return text === '' ? '/>' : `>${text}</${name}>`;
    }
    let attributes = '';
    let content = '';
    for (const key of Object.keys(value)) {
      const child = value[key];
      if (child === undefined) continue;
      const childPath = `${path}.${key}`;
      if (key.startsWith('@')) {
        if (child === null) continue;
        const attribute = this.#attributeName(key.slice(1), childPath);
        const text = scalar(child, childPath);
        // The value of xsi:type is a name, which the declarations must cover as they do names of elements.
        const written = attribute === this.#typeAttribute ? this.#elementName(text, childPath) : text;
        attributes += ` ${attribute}="${escapeAttribute(written)}"`;
      } else if (key === '#text') {
        if (child !== null) content += escapeText(scalar(child, childPath));
      } else {
        content += this.#children(key, child, childPath, depth + 1);
      }
    }
    return content === '' ? `${attributes}/>` : `${attributes}>${content}</${name}>`;
  }

  #children(key: string, child: unknown, path: string, depth: number): string {
    if (!Array.isArray(child)) return this.#element(key, child, path, depth);
    let content = '';
    for (const [index, item] of (child as unknown[]).entries()) {
      if (item !== undefined) content += this.#element(key, item, `${path}[${index}]`, depth);
    }
    return content;
  }

  #elementName(key: string, path: string): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#name(key, path);
    if (!name.includes(':')) this.#use('', path);
    this.#names.set(key, name);
    return name;
  }

  #attributeName(key: string, path: string): string {
    const known = this.#names.get(`@${key}`);
    if (known !== undefined) return known;
    // Declarations are ours to write; one from the data would change the meaning of names.
    if (key === 'xmlns' || key.startsWith('xmlns:')) throw unencodable(path, 'is a namespace declaration');
    const name = this.#name(key, path);
    this.#names.set(`@${key}`, name);
    if (name.endsWith(':type') && this.#used.get(name.slice(0, -5)) === XSI_NAMESPACE)
      this.#typeAttribute = name;
    return name;
  }

  /** `name`, `prefix:name` or `{uri}name` of the tree as a qualified name of the document. */
  #name(key: string, path: string): string {
    if (key.startsWith('{')) {
      const end = key.lastIndexOf('}');
      return this.#qualified(key.slice(1, end), checkedName(key.slice(end + 1), path), 'ns');
    }
    const colon = key.indexOf(':');
    if (colon === -1) return checkedName(key, path);
    const prefix = checkedName(key.slice(0, colon), path);
    checkedName(key.slice(colon + 1), path);
    if (prefix === 'xsi' && !Object.hasOwn(this.#namespaces, 'xsi'))
      return this.#qualified(XSI_NAMESPACE, key.slice(colon + 1), 'xsi');
    if (prefix !== 'xml') this.#use(prefix, path);
    return key;
  }

  #use(prefix: string, path: string): void {
    const uri = Object.hasOwn(this.#namespaces, prefix) ? this.#namespaces[prefix] : undefined;
    if (uri !== undefined) this.#used.set(prefix, uri);
    else if (prefix !== '') throw unencodable(path, 'has a namespace prefix that is not declared');
  }

  /** A name by its URI, under the declared prefix or one that is made up. */
  #qualified(uri: string, local: string, stem: string): string {
    let prefix = Object.keys(this.#namespaces).find((key) => key !== '' && this.#namespaces[key] === uri);
    prefix ??= this.#generated.get(uri);
    if (prefix === undefined) {
      let number = 0;
      do {
        prefix = number === 0 ? stem : `${stem}${number}`;
        number += 1;
      } while (Object.hasOwn(this.#namespaces, prefix) || this.#used.has(prefix));
      this.#generated.set(uri, prefix);
    }
    this.#used.set(prefix, uri);
    return `${prefix}:${local}`;
  }
}

function checkedName(name: string, path: string): string {
  if (!LOCAL_NAME.test(name)) throw unencodable(path, 'is not a valid XML name');
  return name;
}

function scalar(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      if (ILLEGAL_CHARACTER.test(value) || !value.isWellFormed()) {
        throw unencodable(path, 'has a character that XML does not allow');
      }
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw unencodable(path, 'is not a finite number');
      return String(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      throw unencodable(path, 'is neither a scalar nor an element');
  }
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  ...TEXT_ESCAPES,
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character]!) : text;
}

function escapeAttribute(text: string): string {
  return /[&<>"\r\n\t]/.test(text)
    ? text.replace(/[&<>"\r\n\t]/g, (character) => ATTRIBUTE_ESCAPES[character]!)
    : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unencodable(path: string, fault: string): XmlError {
  return new XmlError('unencodable', path === '' ? fault : `cannot be written as XML: "${path}" ${fault}`);
}

import { XMLParser } from 'fast-xml-parser';
import { decodeAttribute, decodeReferences } from './entities.ts';
import { malformed } from './error.ts';
import { isWhiteSpace, XSI_NAMESPACE } from './grammar.ts';
import type { NamespaceScope } from './namespaces.ts';
import { setKey, type XmlElement, type XmlTree } from './tree.ts';
import { checkWellFormed, type XmlLimits } from './wellformed.ts';

/**
 * fast-xml-parser as a plain reader of structure: every value it gives is the raw text. Entities,
 * namespaces and white space are ours, since its own entity rules leave unknown ones in the text and
 * its name rules refuse or rename `constructor`, `toString` and the like; a mark before each element's
 * name keeps those out of its sight.
 */
const MARK = '<';
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  cdataPropName: '#cdata',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  jPath: false,
  // The limit is ours, checked before; this one counts differently.
  maxNestedTags: Number.MAX_SAFE_INTEGER,
  // It is called twice on an empty-element tag.
  transformTagName: (name) => (name.startsWith(MARK) ? name : MARK + name),
});

type OrderedNode = Readonly<Record<string, unknown>>;

/**
 * A document as a tree, by fast-xml-parser: the authority on whatever `scan.ts` leaves alone, and on
 * what a refusal says. Line ends are `\n` already.
 * Throws `XmlError`: `malformed`, or `limit`.
 */
export function parseXml(document: string, scope: NamespaceScope, limits: XmlLimits): XmlTree {
  const nodes = parser.parse(checkWellFormed(document, limits)) as readonly OrderedNode[];
  const tree: Record<string, XmlElement> = {};
  addElement(tree, nodes[0]!, scope);
  return tree;
}

/** Puts an element under its key; the second of the same name makes the value a list. */
function addElement(parent: Record<string, unknown>, node: OrderedNode, outer: NamespaceScope): void {
  const name = nameOf(node);
  const attributes = node[':@'] as Readonly<Record<string, string>> | undefined;
  const scope = attributes === undefined ? outer : scopeOf(attributes, outer);
  const value = elementOf(node[name] as readonly OrderedNode[], attributes, scope);
  const key = scope.element(name.slice(MARK.length));
  if (!Object.hasOwn(parent, key)) {
    setKey(parent, key, value);
    return;
  }
  const known = parent[key];
  if (Array.isArray(known)) known.push(value);
  else setKey(parent, key, [known, value]);
}

function elementOf(
  children: readonly OrderedNode[],
  attributes: Readonly<Record<string, string>> | undefined,
  scope: NamespaceScope,
): XmlElement {
  const element: Record<string, XmlElement> = {};
  const isNil = attributes !== undefined && addAttributes(element, attributes, scope);
  let hasElements = false;
  for (const child of children) {
    if (child['#text'] !== undefined || child['#cdata'] !== undefined) continue;
    hasElements = true;
    addElement(element, child, scope);
  }
  const text = textOf(children, hasElements);
  if (isNil) return null;
  if (text !== '') {
    if (!hasElements && isEmpty(element)) return text;
    element['#text'] = text;
    return element;
  }
  return isEmpty(element) ? '' : element;
}

/** Whether the element is nil. Namespace declarations are not attributes of the tree. */
function addAttributes(
  element: Record<string, XmlElement>,
  attributes: Readonly<Record<string, string>>,
  scope: NamespaceScope,
): boolean {
  let nil = false;
  let resolved: Set<string> | undefined;
  for (const marked in attributes) {
    if (declaredPrefix(marked) !== undefined) continue;
    const name = marked.slice(1);
    let value = decodeAttribute(attributes[marked]!);
    if (name.includes(':')) {
      const uri = scope.uriOf(name);
      const local = name.slice(name.indexOf(':') + 1);
      const expanded = `${uri} ${local}`;
      resolved ??= new Set();
      if (resolved.has(expanded)) throw malformed('an attribute is repeated under two prefixes');
      resolved.add(expanded);
      if (uri === XSI_NAMESPACE && local === 'nil') {
        nil = ['true', '1'].includes(value.trim());
      }
      if (uri === XSI_NAMESPACE && local === 'type') value = scope.qualifiedValue(value);
    }
    setKey(element, scope.attribute(name), value);
  }
  return nil;
}

function scopeOf(attributes: Readonly<Record<string, string>>, outer: NamespaceScope): NamespaceScope {
  let declared: Map<string, string> | undefined;
  for (const marked in attributes) {
    const prefix = declaredPrefix(marked);
    if (prefix === undefined) continue;
    declared ??= new Map();
    declared.set(prefix, decodeAttribute(attributes[marked]!));
  }
  return declared === undefined ? outer : outer.nested(declared);
}

/** The prefix that an attribute declares, if it is a namespace declaration. */
function declaredPrefix(marked: string): string | undefined {
  if (!marked.startsWith('@xmlns')) return undefined;
  if (marked.length === 6) return '';
  return marked.charCodeAt(6) === 0x3a ? marked.slice(7) : undefined;
}

/** Runs of white space between elements are layout; in an element without elements they are its text. */
function textOf(children: readonly OrderedNode[], hasElements: boolean): string {
  let text = '';
  for (const child of children) {
    const raw = child['#text'];
    if (typeof raw === 'string') {
      if (!hasElements || !isWhiteSpace(raw)) text += decodeReferences(raw);
      continue;
    }
    const section = child['#cdata'] as readonly { readonly '#text': string }[] | undefined;
    if (section !== undefined) text += section[0]!['#text'];
  }
  return text;
}

/** The one key of an ordered node that is the element's marked name. */
function nameOf(node: OrderedNode): string {
  for (const key in node) if (key.startsWith(MARK)) return key;
  throw malformed('an element without a name');
}

function isEmpty(element: object): boolean {
  for (const key in element) if (Object.hasOwn(element, key)) return false;
  return true;
}

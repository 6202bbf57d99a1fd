import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Problem } from '../../../problem.ts';
import { decodeDocument, decodeReferences } from './xml-text.ts';
import type { XmlNode, XmlPlace } from './xml-node.ts';

/** Elements of one document; a description with more is generated, and no schema that a person could want. */
const MAX_ELEMENTS = 500_000;
/** Of one text or tag, in characters: the parser takes thirty times the memory for it. */
const MAX_PIECE = 4 * 1024 * 1024;
/** Schemas nest a dozen levels. */
const MAX_DEPTH = 200;

/** In front of element names, so that the parser does not rename `toString` and the like. */
const MARK = '<';
const META = XMLParser.getMetaDataSymbol() as unknown as symbol;
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
  captureMetaData: true,
  maxNestedTags: MAX_DEPTH + 1,
  transformTagName: (name) => (name.startsWith(MARK) ? name : MARK + name),
});

type OrderedNode = Readonly<Record<string | symbol, unknown>>;

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** A document of a description, or the problem with it. Never throws. */
export function readXml(bytes: Uint8Array, location: string): XmlNode | { readonly problem: Problem } {
  const text = decodeDocument(bytes);
  const wrong = (message: string, offset: number, fix?: string): { problem: Problem } => {
    const { line, column } = positions(text ?? '', location)(offset);
    return {
      problem: {
        severity: 'error',
        code: 'IMPORT_XML_SYNTAX',
        message,
        file: location,
        line,
        column,
        ...(fix !== undefined && { fix }),
      },
    };
  };
  if (text === undefined) return wrong('The document is not in the encoding that it names.', 0);
  const doctype = findDoctype(text);
  if (doctype !== undefined)
    return wrong(
      'The document has a DOCTYPE, which is refused because of what entities can do.',
      doctype,
      'Remove the DOCTYPE; schemas need none.',
    );
  const crowded = limitOf(text);
  if (crowded) return wrong(crowded.message, crowded.offset);
  try {
    const checked = XMLValidator.validate(text);
    if (checked !== true) {
      const { msg, line, col } = checked.err;
      const { problem } = wrong(`The document is not well-formed XML: ${msg}`, 0);
      return { problem: { ...problem, line, column: col } };
    }
    const roots = (parser.parse(text) as OrderedNode[]).filter((n) => elementName(n) !== undefined);
    const roots1 = roots.filter((n) => !elementName(n)!.startsWith('<?'));
    const [root] = roots1;
    if (!root || roots1.length > 1)
      return wrong(`A document has one root element, and this one has ${roots1.length}.`, 0);
    return new Builder(text, location).element(root, undefined, ROOT_SCOPE);
  } catch (error) {
    if (error instanceof Malformed) return wrong(error.message, error.offset);
    if (error instanceof Error)
      return wrong(`The document cannot be read as XML: ${error.message.split('\n')[0]!.slice(0, 200)}`, 0);
    throw error;
  }
}

class Malformed extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

type Scope = ReadonlyMap<string, string>;
const ROOT_SCOPE: Scope = new Map([['xml', XML_NAMESPACE]]);

class Builder {
  readonly #place: (offset: number) => XmlPlace;

  constructor(text: string, location: string) {
    this.#place = positions(text, location);
  }

  element(node: OrderedNode, parent: XmlNode | undefined, outer: Scope, inherited = 0): XmlNode {
    const marked = elementName(node)!;
    const offset = (node[META] as { startIndex?: number } | undefined)?.startIndex ?? inherited;
    const raw = (node[':@'] ?? {}) as Readonly<Record<string, string>>;
    const scope = this.#scope(raw, outer, offset);
    const name = marked.slice(MARK.length);
    const attributes = new Map<string, string>();
    for (const key in raw) {
      const attribute = key.slice(1);
      if (attribute === 'xmlns' || attribute.startsWith('xmlns:')) continue;
      const { uri, local } = resolve(attribute, scope, offset, '');
      attributes.set(uri === '' ? local : `{${uri}}${local}`, this.#decoded(raw[key]!, offset));
    }
    const children: XmlNode[] = [];
    const content: (string | XmlNode)[] = [];
    const { uri, local } = resolve(name, scope, offset, scope.get('') ?? '');
    const place = this.#place;
    const built: XmlNode = {
      uri,
      name: local,
      attributes,
      children,
      content,
      parent,
      place: () => place(offset),
      declared: () => scope,
      namespaceOf: (prefix) => (prefix === '' ? (scope.get('') ?? '') : scope.get(prefix)),
    };
    for (const child of node[marked] as readonly OrderedNode[]) {
      if (typeof child['#text'] === 'string') {
        if (child['#text'].trim() !== '') content.push(this.#decoded(child['#text'], offset));
      } else if (child['#cdata'] !== undefined)
        content.push((child['#cdata'] as readonly { readonly '#text': string }[])[0]?.['#text'] ?? '');
      else if (!elementName(child)!.startsWith('<?')) {
        const element = this.element(child, built, scope, offset);
        children.push(element);
        content.push(element);
      }
    }
    return built;
  }

  #scope(attributes: Readonly<Record<string, string>>, outer: Scope, offset: number): Scope {
    let scope: Map<string, string> | undefined;
    for (const key in attributes) {
      if (key !== '@xmlns' && !key.startsWith('@xmlns:')) continue;
      scope ??= new Map(outer);
      scope.set(key.slice(7), this.#decoded(attributes[key]!, offset));
    }
    return scope ?? outer;
  }

  #decoded(text: string, offset: number): string {
    const decoded = decodeReferences(text);
    if (decoded === undefined)
      throw new Malformed('The document has an entity that XML does not know without a DOCTYPE.', offset);
    return decoded;
  }
}

function resolve(
  name: string,
  scope: Scope,
  offset: number,
  fallback: string,
): { uri: string; local: string } {
  const colon = name.indexOf(':');
  if (colon === -1) return { uri: fallback, local: name };
  const uri = scope.get(name.slice(0, colon));
  if (uri === undefined)
    throw new Malformed(`The namespace prefix of ${JSON.stringify(name)} is not declared.`, offset);
  return { uri, local: name.slice(colon + 1) };
}

/** The marked name; undefined for text. */
function elementName(node: OrderedNode): string | undefined {
  for (const key in node)
    if (key !== ':@' && key !== '#text' && key !== '#cdata') return key.startsWith(MARK) ? key : MARK + key;
  return undefined;
}

/** Comments and instructions may say `<!DOCTYPE`; only the prolog can have one. */
function findDoctype(text: string): number | undefined {
  const prolog = /^\s*(?:<\?[\s\S]*?\?>\s*|<!--[\s\S]*?-->\s*)*/.exec(text)?.[0].length ?? 0;
  return text.startsWith('<!DOCTYPE', prolog) ? prolog : undefined;
}

/** One pass that builds nothing: whether the document is worth parsing at all. */
function limitOf(text: string): { message: string; offset: number } | undefined {
  let elements = 0;
  let last = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    if (at - last > MAX_PIECE)
      return {
        message: `The document has a text, tag or comment of more than ${MAX_PIECE / 1024 / 1024} million characters.`,
        offset: last,
      };
    last = at;
    const next = text.charCodeAt(at + 1);
    // Closing tags, comments and instructions are no elements.
    if (next !== 0x2f && next !== 0x21 && next !== 0x3f) elements += 1;
    if (elements > MAX_ELEMENTS)
      return {
        message: `The document has more than ${MAX_ELEMENTS.toLocaleString('en')} elements.`,
        offset: at,
      };
  }
  return undefined;
}

/** Offset → place; the beginnings of lines are looked up, and found once per document. */
function positions(text: string, location: string): (offset: number) => XmlPlace {
  let starts: number[] | undefined;
  return (offset) => {
    if (!starts) {
      starts = [0];
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { location, line: low + 1, column: offset - starts[low]! + 1 };
  };
}

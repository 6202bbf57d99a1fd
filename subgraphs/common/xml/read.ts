import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { HttpFault } from '../http/fault.ts';
import { charsetNamed } from './encoding.ts';

/** An element by its expanded name; prefixes are gone. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** By name, or `{namespace}name` for attributes with a prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its character data, CDATA sections included, that of its children not. */
  readonly text: string;
}

type ParsedNode = Readonly<Record<string, readonly ParsedNode[] | string | Readonly<Record<string, string>>>>;
type Scope = ReadonlyMap<string, string>;

const XML_TYPES = /^(?:application|text)\/(?:xml|[\w.+-]+\+xml)$/;
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // References are resolved here, after the parser: the five of XML and numeric ones, nothing else.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
});

/**
 * The root element of a request's body. Names are resolved by namespace URI, whatever the prefixes.
 * @throws HttpFault 415 for another content type or charset, 400 for what is not well formed or has a DOCTYPE
 */
export function readDocument(body: Buffer, contentType: string | undefined): XmlElement {
  const source = decodeBody(body, contentType);
  rejectDoctype(source);
  const validity = XMLValidator.validate(source);
  if (validity !== true) throw malformed(`${validity.err.msg} (line ${validity.err.line})`);
  let nodes: readonly ParsedNode[];
  try {
    nodes = parser.parse(source) as readonly ParsedNode[];
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const roots = nodes.filter((node) => elementName(node) !== undefined);
  if (roots.length !== 1) throw malformed(`A document has one root element, this one has ${roots.length}.`);
  return toElement(roots[0]!, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
}

function decodeBody(body: Buffer, contentType: string | undefined): string {
  const [type = '', ...parameters] = (contentType ?? '').split(';');
  if (!XML_TYPES.test(type.trim().toLowerCase())) {
    throw new HttpFault(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/xml or text/xml.');
  }
  const declared =
    parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?/i.exec(parameter)?.[1]).find(Boolean) ??
    /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(body.toString('latin1', 0, 200))?.[1] ??
    'utf-8';
  const charset = charsetNamed(declared);
  if (charset === undefined) {
    throw new HttpFault(
      415,
      'UNSUPPORTED_CHARSET',
      `${declared} is not read here; UTF-8 and ISO-8859-1 are.`,
    );
  }
  if (charset === 'iso-8859-1') return body.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
}

/** A DOCTYPE can only stand where neither a comment, a CDATA section nor a processing instruction is open. */
function rejectDoctype(source: string): void {
  for (let at = source.indexOf('<'); at !== -1; at = source.indexOf('<', at + 1)) {
    const next = source[at + 1];
    if (next !== '!' && next !== '?') continue;
    const end = next === '?' ? '?>' : source.startsWith('<!--', at) ? '-->' : ']]>';
    if (next === '!' && end === ']]>' && !source.startsWith('<![CDATA[', at)) {
      throw new HttpFault(400, 'DOCTYPE_NOT_ALLOWED', 'A document type declaration is not accepted.');
    }
    const closed = source.indexOf(end, at);
    if (closed === -1) throw malformed(`"${source.slice(at, at + 9)}" is not closed.`);
    at = closed;
  }
}

function elementName(node: ParsedNode): string | undefined {
  for (const key in node) if (key !== ':@' && key !== '#text' && key !== '#cdata') return key;
  return undefined;
}

function toElement(node: ParsedNode, outer: Scope): XmlElement {
  const qualified = elementName(node)!;
  const raw = (node[':@'] ?? {}) as Readonly<Record<string, string>>;
  const scope = openScope(raw, outer);
  const attributes = new Map<string, string>();
  for (const [key, value] of Object.entries(raw)) {
    if (key === 'xmlns' || key.startsWith('xmlns:')) continue;
    const { namespace, name } = key.includes(':') ? expand(key, scope) : { namespace: '', name: key };
    attributes.set(
      namespace === '' ? name : `{${namespace}}${name}`,
      resolve(value.replace(/[\t\r\n]/g, ' ')),
    );
  }
  const children: XmlElement[] = [];
  let text = '';
  for (const child of node[qualified] as readonly ParsedNode[]) {
    if (typeof child['#text'] === 'string') text += resolve(child['#text']);
    else if (child['#cdata'] !== undefined) text += cdataText(child['#cdata'] as readonly ParsedNode[]);
    else children.push(toElement(child, scope));
  }
  return { ...expand(qualified, scope), attributes, children, text };
}

function cdataText(parts: readonly ParsedNode[]): string {
  return parts.map((part) => (typeof part['#text'] === 'string' ? part['#text'] : '')).join('');
}

function openScope(attributes: Readonly<Record<string, string>>, outer: Scope): Scope {
  let scope: Map<string, string> | undefined;
  for (const [key, value] of Object.entries(attributes)) {
    const prefix = key === 'xmlns' ? '' : key.startsWith('xmlns:') ? key.slice(6) : undefined;
    if (prefix === undefined) continue;
    scope ??= new Map(outer);
    scope.set(prefix, resolve(value));
  }
  return scope ?? outer;
}

function expand(qualified: string, scope: Scope): { namespace: string; name: string } {
  const colon = qualified.indexOf(':');
  const prefix = colon === -1 ? '' : qualified.slice(0, colon);
  const namespace = scope.get(prefix);
  if (namespace === undefined && prefix !== '') throw malformed(`The prefix "${prefix}" is not declared.`);
  return { namespace: namespace ?? '', name: qualified.slice(colon + 1) };
}

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolve(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|([^;&\s]*));?/g, (whole, decimal, hexadecimal, name) => {
    const known = PREDEFINED[String(name)];
    if (known !== undefined && whole.endsWith(';')) return known;
    const code = decimal === undefined ? Number.parseInt(String(hexadecimal), 16) : Number(decimal);
    if (!whole.endsWith(';') || !isCharacter(code)) throw malformed(`The reference "${whole}" is not known.`);
    return String.fromCodePoint(code);
  });
}

/** XML 1.0 section 2.2, `Char`. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

function malformed(message: string): HttpFault {
  return new HttpFault(400, 'MALFORMED_XML', `The body is not well-formed XML: ${message}`);
}

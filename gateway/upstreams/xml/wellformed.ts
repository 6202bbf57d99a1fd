import { hasOpenReference } from './entities.ts';
import { malformedAt, XmlError } from './error.ts';
import {
  attribute,
  ILLEGAL_CHARACTER,
  instructionTarget,
  isWhiteSpace,
  qualifiedName,
  skipWhiteSpace,
  XML_DECLARATION,
} from './grammar.ts';

export interface XmlLimits {
  /** Elements inside each other. Default 100. */
  readonly maxDepth: number;
  /** Elements and attributes of a document. Default 250,000. */
  readonly maxNodes: number;
  /** Attributes of one element, namespace declarations included. Default 256. */
  readonly maxAttributes: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = { maxDepth: 100, maxNodes: 250_000, maxAttributes: 256 };

const QUALIFIED_NAME = qualifiedName();
const ATTRIBUTE = attribute();

/**
 * Walks a document once, building nothing, and gives back what the parser may safely read: the root
 * element without processing instructions (whose quotes fast-xml-parser misreads).
 *
 * fast-xml-parser does not check closing tags, names or repeated attributes; its own validator does,
 * at twice the time of this walk, but lets `<` in attributes, `]]>` in text and a DOCTYPE pass, and it
 * knows no limits. So everything but the names of entities and namespaces is checked here, and the limits hold
 * before the first node is allocated.
 */
export function checkWellFormed(text: string, limits: XmlLimits): string {
  const illegal = text.search(ILLEGAL_CHARACTER);
  if (illegal !== -1 || !text.isWellFormed()) {
    throw malformedAt(text, Math.max(illegal, 0), 'a character that XML does not allow');
  }
  return new Walk(text, limits).run();
}

class Walk {
  readonly #text: string;
  readonly #limits: XmlLimits;
  readonly #open: string[] = [];
  #at = 0;
  #nodes = 0;
  #rootFrom = -1;
  #rootTo = -1;
  /** Where the next `]]>` is that this walk has not passed; beyond the end if there is none. */
  #sectionEnd = -1;
  /** The root without processing instructions, as far as `#keptTo`. */
  #kept = '';
  #keptTo = 0;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  run(): string {
    const text = this.#text;
    for (;;) {
      const next = text.indexOf('<', this.#at);
      this.#checkText(next === -1 ? text.length : next);
      if (next === -1) break;
      this.#at = next;
      const code = text.charCodeAt(next + 1);
      if (code === 0x2f) this.#closingTag();
      else if (code === 0x21) this.#declarationOrSection();
      else if (code === 0x3f) this.#processingInstruction();
      else this.#startTag();
    }
    if (this.#open.length > 0) throw malformedAt(text, text.length, 'an element is not closed');
    if (this.#rootTo === -1) throw malformedAt(text, text.length, 'it has no element');
    return this.#kept + text.slice(this.#keptTo, this.#rootTo);
  }

  #checkText(end: number): void {
    const text = this.#text;
    if (this.#open.length === 0) {
      if (end > this.#at && !isWhiteSpace(text.slice(this.#at, end))) {
        throw malformedAt(text, this.#at, 'text outside the root element');
      }
      return;
    }
    if (this.#sectionEnd < this.#at) {
      const found = text.indexOf(']]>', this.#at);
      this.#sectionEnd = found === -1 ? text.length : found;
    }
    if (this.#sectionEnd < end) throw malformedAt(text, this.#sectionEnd, '"]]>" in text');
    if (hasOpenReference(text.slice(this.#at, end))) {
      throw malformedAt(text, this.#at, 'a text with "&" that begins no reference');
    }
  }

  #startTag(): void {
    const text = this.#text;
    const from = this.#at;
    if (this.#rootTo !== -1) throw malformedAt(text, from, 'a second root element');
    QUALIFIED_NAME.lastIndex = from + 1;
    if (!QUALIFIED_NAME.test(text)) throw malformedAt(text, from, 'a tag without a valid name');
    const nameEnd = QUALIFIED_NAME.lastIndex;
    let at = this.#attributes(nameEnd);
    at = skipWhiteSpace(text, at);
    const empty = text.charCodeAt(at) === 0x2f;
    if (empty) at += 1;
    if (text.charCodeAt(at) !== 0x3e) throw malformedAt(text, at, 'a tag that is not valid');
    this.#count(from);
    if (this.#rootFrom === -1) this.#rootFrom = this.#keptTo = from;
    if (empty) {
      if (this.#open.length === 0) this.#rootTo = at + 1;
    } else if (this.#open.push(text.slice(from + 1, nameEnd)) > this.#limits.maxDepth) {
      throw new XmlError(
        'limit',
        `has elements nested deeper than the ${this.#limits.maxDepth} levels allowed`,
      );
    }
    this.#at = at + 1;
  }

  #attributes(from: number): number {
    const text = this.#text;
    // Most tags have none.
    if (text.charCodeAt(from) === 0x3e) return from;
    const names: string[] = [];
    let at = from;
    for (;;) {
      ATTRIBUTE.lastIndex = at;
      const match = ATTRIBUTE.exec(text);
      if (match === null) return at;
      const name = match[1]!;
      if (names.includes(name)) throw malformedAt(text, at, 'an attribute is repeated');
      if (names.push(name) > this.#limits.maxAttributes) {
        const { maxAttributes } = this.#limits;
        throw new XmlError('limit', `has an element with more than the ${maxAttributes} attributes allowed`);
      }
      this.#count(at);
      at = ATTRIBUTE.lastIndex;
    }
  }

  #closingTag(): void {
    const text = this.#text;
    const name = this.#open.pop();
    if (name === undefined || !text.startsWith(name, this.#at + 2)) {
      throw malformedAt(text, this.#at, 'a closing tag does not match');
    }
    const end = skipWhiteSpace(text, this.#at + 2 + name.length);
    if (text.charCodeAt(end) !== 0x3e) throw malformedAt(text, this.#at, 'a closing tag does not match');
    this.#at = end + 1;
    if (this.#open.length === 0) this.#rootTo = this.#at;
  }

  #declarationOrSection(): void {
    const text = this.#text;
    const from = this.#at;
    if (text.startsWith('<!--', from)) {
      const end = text.indexOf('--', from + 4);
      if (end === -1 || text.charCodeAt(end + 2) !== 0x3e)
        throw malformedAt(text, from, 'a comment does not end');
      this.#at = end + 3;
    } else if (text.startsWith('<![CDATA[', from) && this.#open.length > 0) {
      const end = text.indexOf(']]>', from + 9);
      if (end === -1) throw malformedAt(text, from, 'a CDATA section does not end');
      this.#at = end + 3;
    } else if (text.startsWith('<!DOCTYPE', from)) {
      throw malformedAt(text, from, 'a DOCTYPE, which is refused because of what entities can do');
    } else {
      throw malformedAt(text, from, 'a declaration that is not valid');
    }
  }

  #processingInstruction(): void {
    const text = this.#text;
    const from = this.#at;
    const end = text.indexOf('?>', from + 2);
    if (end === -1) throw malformedAt(text, from, 'a processing instruction does not end');
    const target = instructionTarget(text, from + 2);
    if (target === undefined) throw malformedAt(text, from, 'a processing instruction without a name');
    if (target.toLowerCase() === 'xml' && !(from === 0 && XML_DECLARATION.test(text))) {
      throw malformedAt(text, from, 'an XML declaration that is not at the beginning');
    }
    this.#at = end + 2;
    if (this.#open.length > 0) {
      this.#kept += text.slice(this.#keptTo, from);
      this.#keptTo = this.#at;
    }
  }

  #count(at: number): void {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes) {
      throw new XmlError(
        'limit',
        `has more than the ${this.#limits.maxNodes} elements and attributes allowed (at character ${at})`,
      );
    }
  }
}

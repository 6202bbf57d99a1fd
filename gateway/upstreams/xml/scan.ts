import { AttributeReader } from './attributes.ts';
import { decodeReferences, hasOpenReference } from './entities.ts';
import { malformed, XmlError } from './error.ts';
import {
  ILLEGAL_CHARACTER,
  instructionTarget,
  isWhiteSpace,
  skipWhiteSpace,
  XML_DECLARATION,
} from './grammar.ts';
import type { Name, NameTable } from './names.ts';
import type { NamespaceScope } from './namespaces.ts';
import { setKey, type XmlElement, type XmlTree } from './tree.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { XmlLimits } from './wellformed.ts';

/** Deeper than this is left to the library whatever the limit, so that the stack lasts. */
const MAX_DEPTH = 500;
/** A text longer than this is searched for its end by the engine, which looks at many characters at once. */
const SHORT = 48;

/**
 * The tree of a document in one pass, many times as fast as `parseXml`, and the same. `undefined` =
 * the document is malformed, over a limit, or unusual: then `parseXml` decides, so that there is one
 * place which says what is refused and how. Line ends are `\n` already.
 */
export function scanXml(document: string, vocabulary: Vocabulary, limits: XmlLimits): XmlTree | undefined {
  if (ILLEGAL_CHARACTER.test(document) || !document.isWellFormed()) return undefined;
  try {
    return new Scanner(document, vocabulary, limits).run(vocabulary.scope);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

class Scanner {
  readonly #document: string;
  readonly #names: NameTable;
  readonly #attributes: AttributeReader;
  readonly #maxDepth: number;
  readonly #maxAttributes: number;
  #at = 0;
  /** Elements and attributes that may still come. */
  #nodesLeft: number;
  /** Of the element read last. */
  #name: Name | undefined;
  /** Of the text passed last: whether it is nothing but white space, and whether it may hold `&` or `]]>`. */
  #isBlank = false;
  #isPlain = false;

  constructor(document: string, vocabulary: Vocabulary, limits: XmlLimits) {
    this.#document = document;
    this.#names = vocabulary.elements;
    this.#attributes = new AttributeReader(document, vocabulary.attributes);
    this.#maxDepth = Math.min(limits.maxDepth, MAX_DEPTH);
    this.#maxAttributes = limits.maxAttributes;
    this.#nodesLeft = limits.maxNodes;
  }

  run(scope: NamespaceScope): XmlTree {
    const tree: XmlTree = {};
    this.#passMisc();
    if (this.#document.charCodeAt(this.#at) !== 0x3c) throw malformed('text outside the root element');
    const value = this.#element(scope, 1);
    setKey(tree, this.#name!.key, value);
    this.#passMisc();
    if (this.#at !== this.#document.length) throw malformed('something behind the root element');
    return tree;
  }

  /** The element at `#at`, of which `#name` tells the name. */
  #element(outer: NamespaceScope, depth: number): XmlElement {
    const document = this.#document;
    const attributes = this.#attributes;
    const name = this.#names.read(document, this.#at + 1);
    let at = this.#at + 1 + name.text.length;
    let scope = outer;
    let element: Record<string, XmlElement> | undefined;
    let isNil = false;
    let count = 1;
    const code = document.charCodeAt(at);
    if (code !== 0x3e && code !== 0x2f) {
      attributes.read(at, this.#maxAttributes);
      at = attributes.end;
      if (attributes.count > 0) {
        count += attributes.count;
        scope = attributes.scope(outer);
        element = attributes.element(scope);
        isNil = attributes.isNil;
      }
    }
    this.#nodesLeft -= count;
    if (this.#nodesLeft < 0) throw malformed('too many nodes');
    let value: XmlElement;
    if (document.charCodeAt(at) === 0x3e) {
      if (depth > this.#maxDepth) throw malformed('too deep');
      this.#at = at + 1;
      value = this.#content(name, element, scope, depth);
    } else {
      if (document.charCodeAt(at + 1) !== 0x3e) throw malformed('a tag that is not valid');
      this.#at = at + 2;
      value = element ?? '';
    }
    name.resolveElement(scope);
    this.#name = name;
    return isNil ? null : value;
  }

  /**
   * Everything up to the closing tag of an element and beyond it, with which its value is complete.
   * Text between two tags or CDATA sections is one run, whatever comments are in it; a run of white
   * space is layout if the element has elements, and that may be known only later.
   */
  #content(
    name: Name,
    attributes: Record<string, XmlElement> | undefined,
    scope: NamespaceScope,
    depth: number,
  ): XmlElement {
    const document = this.#document;
    let element = attributes;
    let hasElements = false;
    let run = '';
    let hasReference = false;
    /** The text so far, with layout and without it. */
    let all = '';
    let text = '';
    for (;;) {
      const from = this.#at;
      const end = this.#passText(from);
      const code = document.charCodeAt(end + 1);
      const isMarkup = code === 0x21 || code === 0x3f;
      if (code !== 0x2f && !isMarkup) hasElements = true;
      // Most layout is told here, before anything is cut out.
      if (end > from && !(this.#isBlank && hasElements && run === '' && !isMarkup)) {
        const piece = document.slice(from, end);
        if (!this.#isPlain) hasReference = this.#checkText(piece) || hasReference;
        run += piece;
      }
      if (isMarkup && !document.startsWith('<![', end)) {
        this.#passCommentOrInstruction(end);
        continue;
      }
      if (run !== '') {
        const value = hasReference ? decodeReferences(run) : run;
        all += value;
        if (!isWhiteSpace(run)) text += value;
        run = '';
        hasReference = false;
      }
      if (code === 0x2f) {
        this.#passClosingTag(end, name);
        if (element === undefined) return all;
        if (!hasElements) text = all;
        if (text !== '') element['#text'] = text;
        return element;
      }
      if (isMarkup) {
        const section = this.#section(end);
        all += section;
        text += section;
        continue;
      }
      this.#at = end;
      const child = this.#element(scope, depth + 1);
      element ??= {};
      addChild(element, this.#name!, child);
    }
  }

  /** Where the text at `from` ends: the next `<`. */
  #passText(from: number): number {
    const document = this.#document;
    this.#isPlain = true;
    let at = skipWhiteSpace(document, from);
    this.#isBlank = true;
    if (document.charCodeAt(at) === 0x3c) return at;
    this.#isBlank = false;
    for (const last = at + SHORT; at < last; at += 1) {
      const code = document.charCodeAt(at);
      if (code === 0x3c) return at;
      if (code === 0x26 || code === 0x5d) this.#isPlain = false;
    }
    this.#isPlain = false;
    const end = document.indexOf('<', at);
    if (end === -1) throw malformed('an element is not closed');
    return end;
  }

  /** Whether a text has references. */
  #checkText(piece: string): boolean {
    if (piece.includes(']]>')) throw malformed('"]]>" in text');
    if (hasOpenReference(piece)) throw malformed('a reference that does not end');
    return piece.includes('&');
  }

  #passClosingTag(from: number, name: Name): void {
    const document = this.#document;
    if (!document.startsWith(name.text, from + 2)) throw malformed('a closing tag does not match');
    let at = from + 2 + name.text.length;
    if (document.charCodeAt(at) !== 0x3e) {
      at = skipWhiteSpace(document, at);
      if (document.charCodeAt(at) !== 0x3e) throw malformed('a closing tag does not match');
    }
    this.#at = at + 1;
  }

  #section(from: number): string {
    const document = this.#document;
    const end = document.startsWith('<![CDATA[', from) ? document.indexOf(']]>', from + 9) : -1;
    if (end === -1) throw malformed('a CDATA section does not end');
    this.#at = end + 3;
    return document.slice(from + 9, end);
  }

  /** What may stand around the root element. */
  #passMisc(): void {
    const document = this.#document;
    for (;;) {
      const at = (this.#at = skipWhiteSpace(document, this.#at));
      const code = document.charCodeAt(at + 1);
      if (document.charCodeAt(at) !== 0x3c || (code !== 0x21 && code !== 0x3f)) return;
      this.#passCommentOrInstruction(at);
    }
  }

  #passCommentOrInstruction(from: number): void {
    const document = this.#document;
    if (document.charCodeAt(from + 1) === 0x3f) {
      const end = document.indexOf('?>', from + 2);
      const target = end === -1 ? undefined : instructionTarget(document, from + 2);
      if (target === undefined) throw malformed('a processing instruction that is not valid');
      if (target.toLowerCase() === 'xml' && !(from === 0 && XML_DECLARATION.test(document))) {
        throw malformed('an XML declaration that is not at the beginning');
      }
      this.#at = end + 2;
      return;
    }
    const end = document.startsWith('<!--', from) ? document.indexOf('--', from + 4) : -1;
    if (end === -1 || document.charCodeAt(end + 2) !== 0x3e) throw malformed('a comment does not end');
    this.#at = end + 3;
  }
}

/** The second of the same name makes the value a list. */
function addChild(element: Record<string, XmlElement>, name: Name, child: XmlElement): void {
  const { key } = name;
  const known = name.isInherited && !Object.hasOwn(element, key) ? undefined : element[key];
  if (known === undefined) setKey(element, key, child);
  else if (Array.isArray(known)) known.push(child);
  else setKey(element, key, [known, child]);
}

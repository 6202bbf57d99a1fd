import { decodeAttribute } from './entities.ts';
import { malformed } from './error.ts';
import { skipWhiteSpace } from './grammar.ts';
import type { Name, NameTable } from './names.ts';
import type { NamespaceScope } from './namespaces.ts';
import type { XmlElement } from './tree.ts';

/** A value longer than this is searched for its end by the engine, which looks at many characters at once. */
const SHORT = 48;

/** Reads the attributes of one start tag after another. Every throw means: not for the scanner. */
export class AttributeReader {
  /** Of the tag read last: its attributes, namespace declarations included. */
  count = 0;
  /** Of the tag read last: where its white space ends, at `>` or `/` if it is well-formed. */
  end = 0;
  /** Of the element made last: whether it is `xsi:nil`. */
  isNil = false;
  readonly #document: string;
  readonly #table: NameTable;
  readonly #names: Name[] = [];
  readonly #values: string[] = [];
  #declarations = 0;
  #prefixed = 0;

  constructor(document: string, table: NameTable) {
    this.#document = document;
    this.#table = table;
  }

  /** The attributes from the end of an element's name on. */
  read(from: number, maxAttributes: number): void {
    const document = this.#document;
    const table = this.#table;
    const tag = (table.tag += 1);
    this.count = this.#declarations = this.#prefixed = 0;
    let at = from;
    for (;;) {
      const start = skipWhiteSpace(document, at);
      const code = document.charCodeAt(start);
      if (code === 0x3e || code === 0x2f) {
        this.end = start;
        return;
      }
      if (start === at) throw malformed('attributes without space');
      const name = table.read(document, start);
      if (name.tag === tag) throw malformed('an attribute is repeated');
      name.tag = tag;
      if (name.declares !== undefined) this.#declarations += 1;
      else if (name.colon !== -1) this.#prefixed += 1;
      at = start + name.text.length;
      if (document.charCodeAt(at) !== 0x3d) {
        at = skipWhiteSpace(document, at);
        if (document.charCodeAt(at) !== 0x3d) throw malformed('an attribute without value');
      }
      at += 1;
      let quote = document.charCodeAt(at);
      if (quote !== 0x22 && quote !== 0x27) {
        at = skipWhiteSpace(document, at);
        quote = document.charCodeAt(at);
        if (quote !== 0x22 && quote !== 0x27) throw malformed('an attribute without quotes');
      }
      this.#names[this.count] = name;
      this.#values[this.count] = this.#value(at + 1, quote);
      this.count += 1;
      if (this.count > maxAttributes) throw malformed('too many attributes');
      at = this.#end + 1;
    }
  }

  /** The scope of the element whose tag was read last. */
  scope(outer: NamespaceScope): NamespaceScope {
    if (this.#declarations === 0) return outer;
    const declared = new Map<string, string>();
    for (let i = 0; i < this.count; i += 1) {
      const prefix = this.#names[i]!.declares;
      if (prefix !== undefined) declared.set(prefix, this.#values[i]!);
    }
    return outer.nested(declared);
  }

  /** The element of the tag that was read last, so far; `undefined` if only namespaces were declared. */
  element(scope: NamespaceScope): Record<string, XmlElement> | undefined {
    this.isNil = false;
    if (this.count === this.#declarations) return undefined;
    if (this.#prefixed > 1) this.#checkExpandedNames(scope);
    const element: Record<string, XmlElement> = {};
    for (let i = 0; i < this.count; i += 1) {
      const name = this.#names[i]!;
      if (name.declares !== undefined) continue;
      const value = this.#values[i]!;
      name.resolveAttribute(scope);
      if (name.isNil) {
        const flag = value.trim();
        this.isNil = flag === 'true' || flag === '1';
      }
      element[name.key] = name.isType ? scope.qualifiedValue(value) : value;
    }
    return element;
  }

  /** Namespaces in XML 1.0 section 6.3. */
  #checkExpandedNames(scope: NamespaceScope): void {
    const seen = new Set<string>();
    for (let i = 0; i < this.count; i += 1) {
      const { declares, colon, text } = this.#names[i]!;
      if (declares === undefined && colon !== -1) seen.add(`${scope.uriOf(text)} ${text.slice(colon + 1)}`);
    }
    if (seen.size !== this.#prefixed) throw malformed('an attribute is repeated under two prefixes');
  }

  /** Where the value read last ends. */
  #end = 0;

  #value(from: number, quote: number): string {
    const document = this.#document;
    let isPlain = true;
    let end = from;
    for (const last = from + SHORT; ; end += 1) {
      const code = document.charCodeAt(end);
      if (code === quote) break;
      if (code === 0x3c) throw malformed('"<" in an attribute');
      // Tabs and line breaks are spaces in a value.
      if (code === 0x26 || code < 0x20) isPlain = false;
      if (end === last) {
        end = document.indexOf(quote === 0x22 ? '"' : "'", end);
        if (end === -1) throw malformed('an attribute that does not end');
        if (document.slice(last, end).includes('<')) throw malformed('"<" in an attribute');
        isPlain = false;
        break;
      }
    }
    this.#end = end;
    const raw = document.slice(from, end);
    return isPlain ? raw : decodeAttribute(raw);
  }
}

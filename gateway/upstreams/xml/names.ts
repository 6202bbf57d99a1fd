import { malformed } from './error.ts';
import { QUALIFIED_NAME_ONLY, XSI_NAMESPACE } from './grammar.ts';
import { detached, type NamespaceScope } from './namespaces.ts';

const SLOTS = 1024;

/** A qualified name of a document, with what it means in the scope where it stood last: mostly there is one. */
export class Name {
  readonly text: string;
  /** Colon and all; -1 = no prefix. */
  readonly colon: number;
  /** The prefix that it declares as the name of an attribute; `''` = the default namespace. */
  readonly declares: string | undefined;
  /** The start tag whose attribute it was last, by number: tells repetitions. */
  tag = 0;
  /** The tree's key. */
  key = '';
  /** Whether every object has something under the key: `constructor`, `__proto__`. */
  isInherited = false;
  /** Whether it is `xsi:nil`, for an attribute. */
  isNil = false;
  /** Whether it is `xsi:type`, for an attribute. */
  isType = false;
  #scope: NamespaceScope | undefined;

  constructor(text: string) {
    this.text = text;
    this.colon = text.indexOf(':');
    if (text === 'xmlns') this.declares = '';
    else this.declares = text.startsWith('xmlns:') ? text.slice(6) : undefined;
  }

  /** Throws `XmlError` if the prefix is not declared. */
  resolveElement(scope: NamespaceScope): void {
    if (this.#scope === scope) return;
    this.key = scope.element(this.text);
    this.isInherited = this.key in Object.prototype;
    this.#scope = scope;
  }

  /** Throws `XmlError` if the prefix is not declared. */
  resolveAttribute(scope: NamespaceScope): void {
    if (this.#scope === scope) return;
    this.key = scope.attribute(this.text);
    const ofInstance =
      this.colon !== -1 && /:(?:nil|type)$/.test(this.text) && scope.uriOf(this.text) === XSI_NAMESPACE;
    this.isNil = ofInstance && this.text.endsWith(':nil');
    this.isType = ofInstance && !this.isNil;
    this.#scope = scope;
  }
}

/**
 * Names, each checked and cut out once. A slot is only a guess by a hash that anyone
 * can foresee; the map, whose hashes nobody can, decides, so that chosen names cannot make it slow.
 */
export class NameTable {
  /** The number of the start tag that is read. */
  tag = 0;
  readonly #slots: (Name | undefined)[] = Array.from({ length: SLOTS });
  readonly #names = new Map<string, Name>();

  /** The name at `from`. Throws `XmlError` if there is none. */
  read(document: string, from: number): Name {
    let hash = 0;
    let at = from;
    for (;;) {
      const code = document.charCodeAt(at);
      // Up to `>`, only `-`, `.`, digits and `:` can be in a name; what else is not is told by the check.
      if (!(code > 0x3e) && !(code >= 0x2d && code <= 0x3a && code !== 0x2f)) break;
      hash = (hash * 31 + code) | 0;
      at += 1;
    }
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const guess = this.#slots[slot];
    if (guess !== undefined && guess.text.length === at - from && document.startsWith(guess.text, from)) {
      return guess;
    }
    const name = this.#intern(document.slice(from, at));
    this.#slots[slot] = name;
    return name;
  }

  #intern(text: string): Name {
    let name = this.#names.get(text);
    if (name === undefined) {
      if (!QUALIFIED_NAME_ONLY.test(text)) throw malformed('a name that is not valid');
      name = new Name(detached(text));
      this.#names.set(name.text, name);
    }
    return name;
  }
}

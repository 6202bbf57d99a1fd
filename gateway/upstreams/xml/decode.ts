import type { XmlNamespaces } from '../upstream.ts';
import { canonicalPrefixes, NamespaceScope } from './namespaces.ts';
import { parseXml } from './parse.ts';
import { scanXml } from './scan.ts';
import type { XmlTree } from './tree.ts';
import { forgetVocabulary, vocabularyOf } from './vocabulary.ts';
import { DEFAULT_XML_LIMITS, type XmlLimits } from './wellformed.ts';

export interface XmlDecodeOptions {
  /** Names of the answer are written with these prefixes; empty = local names only. */
  readonly namespaces: XmlNamespaces;
  readonly limits?: Partial<XmlLimits>;
}

/**
 * A document as a tree (see docs/xml.md). All scalars are strings.
 * Throws `XmlError`: `malformed`, or `limit`.
 */
export function decodeXml(text: string, options: XmlDecodeOptions): XmlTree {
  const document = normalize(text);
  const limits =
    options.limits === undefined ? DEFAULT_XML_LIMITS : { ...DEFAULT_XML_LIMITS, ...options.limits };
  const { namespaces } = options;
  const tree = scanXml(document, vocabularyOf(namespaces), limits);
  forgetVocabulary(namespaces, tree !== undefined);
  return tree ?? parseXml(document, NamespaceScope.root(canonicalPrefixes(namespaces)), limits);
}

/** What the rest reads: without a byte order mark, and with `\n` as the only line end (XML 1.0 section 2.11). */
function normalize(text: string): string {
  const document = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return document.includes('\r') ? document.replace(/\r\n?/g, '\n') : document;
}

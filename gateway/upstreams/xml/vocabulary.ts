import type { XmlNamespaces } from '../upstream.ts';
import { NameTable } from './names.ts';
import { canonicalPrefixes, NamespaceScope } from './namespaces.ts';

/** The names and namespace declarations of the documents of one backend, which are much the same each time. */
export interface Vocabulary {
  readonly scope: NamespaceScope;
  readonly elements: NameTable;
  readonly attributes: NameTable;
}

const kept = new WeakMap<XmlNamespaces, Vocabulary>();

/** The vocabulary of earlier documents that were read with the same namespaces object. */
export function vocabularyOf(namespaces: XmlNamespaces): Vocabulary {
  let vocabulary = kept.get(namespaces);
  if (vocabulary === undefined) {
    vocabulary = {
      scope: NamespaceScope.root(canonicalPrefixes(namespaces)),
      elements: new NameTable(),
      attributes: new NameTable(),
    };
    kept.set(namespaces, vocabulary);
  }
  return vocabulary;
}

/** After a document: a vocabulary that has grown too large, or that a refused document has left its names in, goes. */
export function forgetVocabulary(namespaces: XmlNamespaces, wasRead: boolean): void {
  const vocabulary = kept.get(namespaces);
  if (vocabulary !== undefined && (!wasRead || vocabulary.scope.isFull)) kept.delete(namespaces);
}

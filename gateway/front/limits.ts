import { Kind, parse } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { SluiceError } from '../errors.ts';

/** What an operation may be at most. Each fragment counts wherever it is spread. */
export interface OperationLimits {
  /** Nesting of fields (default 20). */
  readonly depth?: number;
  /** Lexical tokens of the document (default 10000). */
  readonly tokens?: number;
  /** Fields of Query, Mutation or Subscription asked for (default 50). */
  readonly rootFields?: number;
  /** Aliased fields (default: no limit of their own). */
  readonly aliases?: number;
  /** Fields altogether, which stops fragments that double with each level (default 20000). */
  readonly fields?: number;
  /** Deferred fragments and streamed lists altogether (default 50). */
  readonly deferred?: number;
}

export type CompleteLimits = Required<OperationLimits>;

export function completeLimits(limits: OperationLimits): CompleteLimits {
  return {
    depth: limits.depth ?? 20,
    tokens: limits.tokens ?? 10_000,
    rootFields: limits.rootFields ?? 50,
    aliases: limits.aliases ?? Number.POSITIVE_INFINITY,
    fields: limits.fields ?? 20_000,
    deferred: limits.deferred ?? 50,
  };
}

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** Fields at the top level itself. */
  readonly width: number;
  readonly deferred: number;
}

/**
 * Refuses a document that is too large, in time linear to its length. Runs before validation, whose cost grows faster
 * than the document. A document that does not parse passes: the parser's own error is the better answer.
 */
export function checkLimits(source: string, limits: CompleteLimits): void {
  try {
    checkDocument(parse(source, { maxTokens: limits.tokens, noLocation: true }), limits);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    // The parser and this check recurse with the nesting; so would everything after them.
    if (error instanceof RangeError) throw tooDeep(limits.depth);
    if (error instanceof Error && /more tha[nt] \d+ tokens/.test(error.message))
      throw tooManyTokens(limits.tokens);
  }
}

function checkDocument(document: DocumentNode, limits: CompleteLimits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const sizes = new Map<string, Size>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure(definition.selectionSet, fragments, sizes);
    if (size.depth > limits.depth) throw tooDeep(limits.depth, size.depth);
    if (size.width > limits.rootFields)
      throw tooMany('root fields', 'rootFields', size.width, limits.rootFields);
    if (size.aliases > limits.aliases) throw tooMany('aliases', 'aliases', size.aliases, limits.aliases);
    if (size.fields > limits.fields) throw tooMany('fields', 'fields', size.fields, limits.fields);
    if (size.deferred > limits.deferred)
      throw tooMany('deferred fragments and streamed lists', 'deferred', size.deferred, limits.deferred);
  }
}

const NOTHING: Size = { depth: 0, fields: 0, aliases: 0, width: 0, deferred: 0 };

function measure(
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sizes: Map<string, Size>,
): Size {
  let { depth, fields, aliases, width, deferred } = NOTHING;
  for (const selection of selections.selections) {
    if (selection.directives?.length && isDeferred(selection)) deferred += 1;
    if (selection.kind === Kind.FIELD) {
      const inner =
        selection.selectionSet === undefined ? NOTHING : measure(selection.selectionSet, fragments, sizes);
      depth = Math.max(depth, inner.depth + 1);
      fields += inner.fields + 1;
      deferred += inner.deferred;
      aliases += inner.aliases + (selection.alias === undefined ? 0 : 1);
      width += 1;
      continue;
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? measure(selection.selectionSet, fragments, sizes)
        : measureFragment(selection.name.value, fragments, sizes);
    depth = Math.max(depth, inner.depth);
    fields += inner.fields;
    aliases += inner.aliases;
    width += inner.width;
    deferred += inner.deferred;
  }
  return { depth, fields, aliases, width, deferred };
}

function isDeferred({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name: { value } }) => value === 'defer' || value === 'stream');
}

function measureFragment(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sizes: Map<string, Size>,
): Size {
  const known = sizes.get(name);
  if (known !== undefined) return known;
  // An unknown fragment or a cycle counts nothing here: validation names it.
  sizes.set(name, NOTHING);
  const fragment = fragments.get(name);
  if (fragment === undefined) return NOTHING;
  const size = measure(fragment.selectionSet, fragments, sizes);
  sizes.set(name, size);
  return size;
}

function tooDeep(limit: number, actual?: number): SluiceError {
  const found = actual === undefined ? `more than ${limit}` : String(actual);
  return new SluiceError(
    'OPERATION_TOO_DEEP',
    `The operation nests fields ${found} levels deep; the limit of this gateway is ${limit} (limits.operationDepth). Ask in several operations.`,
    { extensions: { limit: 'operationDepth', maximum: limit } },
  );
}

function tooManyTokens(limit: number): SluiceError {
  return new SluiceError(
    'OPERATION_TOO_LARGE',
    `The operation has more than ${limit} tokens, the limit of this gateway (limits.operationTokens). Use variables instead of long literals, or several operations.`,
    { extensions: { limit: 'operationTokens', maximum: limit } },
  );
}

function tooMany(
  what: string,
  name: 'rootFields' | 'aliases' | 'fields' | 'deferred',
  actual: number,
  limit: number,
): SluiceError {
  const option = `operation${name[0]?.toUpperCase()}${name.slice(1)}`;
  return new SluiceError(
    'OPERATION_TOO_LARGE',
    `The operation has ${actual} ${what}; the limit of this gateway is ${limit} (limits.${option}). Ask in several operations.`,
    { extensions: { limit: option, maximum: limit } },
  );
}

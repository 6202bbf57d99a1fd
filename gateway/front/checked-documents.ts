import { NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import type {
  DocumentNode,
  GraphQLError,
  GraphQLFormattedError,
  GraphQLSchema,
  ValidationRule,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';
import { INCREMENTAL_RULES } from './incremental-rules.ts';

/** A document that is not valid, with the answer that it gets. */
export interface RefusedDocument {
  readonly code: Extract<ErrorCode, 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED'>;
  readonly errors: readonly GraphQLFormattedError[];
}

/** The document of a request, parsed and validated: once per text and schema, as long as it is remembered. */
export interface CheckedDocuments {
  /** @param hash SHA-256 of the source, in hex */
  check(schema: GraphQLSchema, hash: string, source: string): DocumentNode | RefusedDocument;
  /**
   * What is wrong in this schema with a document that was valid for another one; `undefined` = nothing. That it is
   * valid is remembered.
   */
  carryOver(schema: GraphQLSchema, hash: string, document: DocumentNode): GraphQLError | undefined;
}

export interface CheckedDocumentsOptions {
  /** Whether clients may read the schema. */
  readonly introspection: boolean;
  /** Lexical tokens of a document. */
  readonly maxTokens: number;
  /** Valid documents remembered (default 1000). */
  readonly maxDocuments?: number;
  /** Instead of those of the specification and of incremental delivery. */
  readonly rules?: readonly ValidationRule[];
}

const DEFAULT_RULES: readonly ValidationRule[] = [...specifiedRules, ...INCREMENTAL_RULES];

/** Of all remembered documents together: a syntax tree takes about 40 bytes per character. */
const MAX_CHARACTERS = 2_000_000;
/** Of the answers to invalid documents, per schema. */
const MAX_REFUSED_BYTES = 500_000;

interface Remembered {
  readonly document: DocumentNode;
  /** Weak: a document that nobody asks for any more must not keep the schemas that it was valid for. */
  readonly validFor: WeakSet<GraphQLSchema>;
}

/** Invalid documents are remembered apart from valid ones, so that a flood of them drives out no good one. */
export function createCheckedDocuments(options: CheckedDocumentsOptions): CheckedDocuments {
  const { introspection, maxTokens, rules: given = DEFAULT_RULES } = options;
  const rules = introspection ? given : [...given, NoSchemaIntrospectionCustomRule];
  const documents = new LRUCache<string, Remembered>({
    max: options.maxDocuments ?? 1000,
    maxSize: MAX_CHARACTERS,
  });
  const refusedBySchema = new WeakMap<GraphQLSchema, LRUCache<string, RefusedDocument>>();

  const refusedFor = (schema: GraphQLSchema): LRUCache<string, RefusedDocument> => {
    let refused = refusedBySchema.get(schema);
    if (!refused) {
      refused = new LRUCache({ maxSize: MAX_REFUSED_BYTES, sizeCalculation: sizeOf });
      refusedBySchema.set(schema, refused);
    }
    return refused;
  };

  const remember = (schema: GraphQLSchema, hash: string, document: DocumentNode, characters: number) => {
    documents.set(hash, { document, validFor: new WeakSet([schema]) }, { size: characters });
    return document;
  };

  /** Places in the text cost three times the memory of the rest, so they are there only for who reads them. */
  const explain = (schema: GraphQLSchema, source: string): RefusedDocument => {
    let document: DocumentNode;
    try {
      document = parse(source, { maxTokens });
    } catch (error) {
      return refused('GRAPHQL_PARSE_FAILED', [error as GraphQLError]);
    }
    return refused('GRAPHQL_VALIDATION_FAILED', validate(schema, document, rules));
  };

  const firstCheck = (schema: GraphQLSchema, hash: string, source: string, known: Remembered | undefined) => {
    const answers = refusedFor(schema);
    const answer = answers.get(hash);
    if (answer) return answer;
    const document = known?.document ?? parsed(source, maxTokens);
    if (document && validate(schema, document, rules, { maxErrors: 1 }).length === 0) {
      known?.validFor.add(schema);
      return known ? document : remember(schema, hash, document, source.length + 1);
    }
    const explained = explain(schema, source);
    answers.set(hash, explained);
    return explained;
  };

  return {
    check(schema, hash, source) {
      const known = documents.get(hash);
      return known?.validFor.has(schema) === true ? known.document : firstCheck(schema, hash, source, known);
    },
    carryOver(schema, hash, document) {
      const [wrong] = validate(schema, document, rules, { maxErrors: 1 });
      // What has been forgotten since is parsed again by the request that asks for it.
      if (!wrong) documents.peek(hash)?.validFor.add(schema);
      return wrong;
    },
  };
}

function parsed(source: string, maxTokens: number): DocumentNode | undefined {
  try {
    return parse(source, { maxTokens, noLocation: true });
  } catch {
    return undefined;
  }
}

function refused(code: RefusedDocument['code'], errors: readonly GraphQLError[]): RefusedDocument {
  return {
    code,
    errors: errors.map(({ message, locations }) => ({
      message,
      ...(locations === undefined ? {} : { locations }),
      extensions: { code },
    })),
  };
}

/** About: two bytes a character, and as much again for the objects. */
function sizeOf({ errors }: RefusedDocument): number {
  return errors.reduce((sum, { message }) => sum + 4 * message.length + 200, 200);
}

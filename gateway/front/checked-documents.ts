import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';

export type CheckedDocument =
  | { readonly document: DocumentNode }
  | { readonly errors: readonly GraphQLError[] };

const REMEMBERED_DOCUMENTS = 1000;

/** Parses and validates once per schema and text, for what does not go through Apollo Server. */
export function createDocumentChecker(
  introspection: boolean,
): (schema: GraphQLSchema, source: string) => CheckedDocument {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const bySchema = new WeakMap<GraphQLSchema, LRUCache<string, CheckedDocument>>();

  const check = (schema: GraphQLSchema, source: string): CheckedDocument => {
    let document: DocumentNode;
    try {
      document = parse(source);
    } catch (error) {
      return { errors: [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
    }
    const errors = validate(schema, document, rules);
    if (errors.length === 0) return { document };
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  };

  return (schema, source) => {
    let cache = bySchema.get(schema);
    if (cache === undefined) {
      cache = new LRUCache({ max: REMEMBERED_DOCUMENTS });
      bySchema.set(schema, cache);
    }
    let checked = cache.get(source);
    if (checked === undefined) {
      checked = check(schema, source);
      cache.set(source, checked);
    }
    return checked;
  };
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}

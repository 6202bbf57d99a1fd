import { hash } from 'node:crypto';
import { type GraphQLSchema, introspectionFromSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { printTypeScript } from './type-script.ts';

/** The API schema as files, for generators of client code. */
export interface SchemaFiles {
  /** Undefined = there is no such file. */
  answer(path: string, headers: HttpRequest['headers']): HttpResponse | undefined;
}

interface Format {
  readonly contentType: string;
  readonly print: (schema: GraphQLSchema) => string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  '/schema.graphql': {
    contentType: 'application/graphql; charset=utf-8',
    print: (schema) => `${printSchema(lexicographicSortSchema(schema))}\n`,
  },
  // As the introspection query would be answered: Apollo Kotlin and iOS read it.
  '/schema.json': {
    contentType: 'application/json; charset=utf-8',
    print: (schema) =>
      JSON.stringify({
        data: introspectionFromSchema(schema, { specifiedByUrl: true, inputValueDeprecation: true }),
      }),
  },
  '/types.ts': { contentType: 'text/plain; charset=utf-8', print: printTypeScript },
};

interface Printed {
  readonly text: string;
  /** RFC 9110 section 8.8.3. */
  readonly etag: string;
}

/** Printed once per schema, when somebody asks first. */
export function createSchemaFiles(current: () => { readonly schema: GraphQLSchema }): SchemaFiles {
  const printed = new WeakMap<GraphQLSchema, Map<string, Printed>>();

  const file = (schema: GraphQLSchema, path: string, { print }: Format): Printed => {
    let files = printed.get(schema);
    if (!files) printed.set(schema, (files = new Map()));
    let known = files.get(path);
    if (!known) {
      const text = print(schema);
      files.set(path, (known = { text, etag: `"${hash('sha256', text).slice(0, 32)}"` }));
    }
    return known;
  };

  return {
    answer(path, headers) {
      const format = Object.hasOwn(FORMATS, path) ? FORMATS[path] : undefined;
      if (!format) return undefined;
      const { text, etag } = file(current().schema, path, format);
      const shared = { etag, 'cache-control': 'no-cache', 'content-type': format.contentType };
      if (matches(headers['if-none-match'], etag)) return { status: 304, headers: shared, body: '' };
      return { status: 200, headers: shared, body: text };
    },
  };
}

/** RFC 9110 section 13.1.2: a list of tags, weakly compared, or `*`. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { Agent, request } from 'undici';
import type { Problem } from '../../problem.ts';
import { CommandFailure, failure } from '../command-context.ts';

const TIMEOUT_MS = 30_000;
/** Some 100 times what a schema of 20,000 fields takes. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;
const INTROSPECTION = JSON.stringify({
  query: getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true }),
});

/** What clients see, as SDL that is known to be a schema. */
export interface ClientSchema {
  readonly sdl: string;
  /** Of the answer that it was in, RFC 9110 section 8.8.3. */
  readonly etag?: string | undefined;
}

/** An SDL file, or a JSON file with the answer to an introspection query. */
export function schemaOfFile(file: string): ClientSchema {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('FILE_UNREADABLE', `"${file}" cannot be read: ${reason}.`);
  }
  return readSchema(text, file);
}

export interface RemoteSchema {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** From `…/schema.graphql` or `…/schema.json`, or else by introspection. `known` is given back if it is still right. */
export async function schemaOfUrl(
  { url, headers }: RemoteSchema,
  known?: ClientSchema,
): Promise<ClientSchema> {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw failure(
      'BAD_USER_INPUT',
      `"${url}" is not a URL.`,
      'For instance: --url http://localhost:4000/graphql',
    );
  const isFile = /\.(?:graphql|json)$/.test(new URL(url).pathname);
  const { status, etag, text } = await ask(
    url,
    {
      ...headers,
      ...(isFile && known?.etag !== undefined && { 'if-none-match': known.etag }),
    },
    isFile ? undefined : INTROSPECTION,
  );
  if (status === 304 && known) return known;
  if (isFile && status !== 200)
    throw failure('SCHEMA_UNREACHABLE', `${url} answers with HTTP ${status}.`, forStatus(status));
  return { ...readSchema(text, url, status), etag };
}

function forStatus(status: number): string {
  if (status === 401 || status === 403)
    return "Send what it wants to see: --header 'authorization: Bearer …'";
  return 'A Sluice gateway has /graphql, /schema.graphql and /schema.json on its port.';
}

async function ask(url: string, headers: Readonly<Record<string, string>>, body: string | undefined) {
  const dispatcher = new Agent({ maxResponseSize: MAX_RESPONSE_BYTES });
  try {
    const response = await request(url, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body ?? null,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { etag } = response.headers;
    const text = await response.body.text();
    return { status: response.statusCode, etag: typeof etag === 'string' ? etag : undefined, text };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(
      'SCHEMA_UNREACHABLE',
      `${url} does not answer: ${reason}.`,
      'Start the gateway, or take the schema from a file: --schema schema/api.graphql',
    );
  } finally {
    await dispatcher.destroy();
  }
}

/** What clients see, from the composer. */
export function schemaOfComposed(apiSdl: string): ClientSchema {
  return sorted(build(apiSdl));
}

/** The order of types and enum values is nobody's, so that each source of a schema gives the same files. */
function sorted(schema: GraphQLSchema): ClientSchema {
  return { sdl: printSchema(lexicographicSortSchema(schema)) };
}

function readSchema(text: string, from: string, status?: number): ClientSchema {
  if (/^\s*\{/.test(text)) return sorted(readIntrospection(text, from, status));
  if (status !== undefined && status !== 200)
    throw failure('SCHEMA_UNREACHABLE', `${from} answers with HTTP ${status}.`, forStatus(status));
  try {
    const schema = build(text);
    if (schema.getDirective('join__type'))
      throw failure(
        'SCHEMA_INVALID',
        `${from} is a supergraph, which is for gateways: clients see less.`,
        'Take the API schema: schema/api.graphql of "sluice compose --out schema", or /schema.graphql of the gateway.',
      );
    return sorted(schema);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure([invalidSchema(error, from)]);
  }
}

/** Locations are for mistakes only: they would keep every token of the text alive. */
function build(text: string): GraphQLSchema {
  try {
    return buildSchema(text, { noLocation: true });
  } catch {
    return buildSchema(text);
  }
}

function invalidSchema(error: unknown, from: string): Problem {
  const place = error instanceof GraphQLError ? error.locations?.[0] : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    severity: 'error',
    code: place === undefined ? 'SCHEMA_INVALID' : 'SCHEMA_SYNTAX',
    message: `This is no schema in GraphQL's language: ${message}`,
    file: from,
    ...(place && { line: place.line, column: place.column }),
  };
}

interface Answer {
  readonly data?: Partial<IntrospectionQuery> | null;
  readonly errors?: readonly { readonly message?: unknown }[];
  readonly __schema?: unknown;
}

function readIntrospection(text: string, from: string, status: number | undefined): GraphQLSchema {
  const given = parseJson(text, from);
  const { data, errors } = given;
  const introspection = given.__schema === undefined ? data : given;
  if (introspection?.__schema === undefined) {
    const said = errors?.map(({ message }) => String(message)).join(' ');
    const what =
      said ?? (status === undefined || status === 200 ? 'there is no "__schema" in it' : `HTTP ${status}`);
    const fix = /introspection/i.test(what)
      ? 'Introspection is switched off there. Take its file instead: --url …/schema.graphql'
      : status === undefined
        ? undefined
        : forStatus(status);
    throw failure('SCHEMA_INVALID', `${from} is no answer to an introspection query: ${what}`, fix);
  }
  try {
    return buildClientSchema(introspection as IntrospectionQuery);
  } catch (error) {
    throw failure('SCHEMA_INVALID', `${from}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseJson(text: string, from: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw failure('SCHEMA_INVALID', `${from} is neither JSON nor a schema in GraphQL's language.`);
  }
}

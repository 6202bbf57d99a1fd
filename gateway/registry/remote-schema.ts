import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { request } from 'undici';
import { MAX_DESCRIPTION_BYTES } from '../connectors/import/imported.ts';
import type { Problem } from '../problem.ts';

export interface RemoteSchemaOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a GraphQL service says of itself. */
export type RemoteSchema =
  | { readonly sdl: string; readonly kind: 'federated' | 'plain' }
  | { readonly problems: readonly Problem[] };

const SERVICE_QUERY = '{ _service { sdl } }';

/**
 * Asks a service for its schema: as a federated subgraph (`_service`, Apollo Federation subgraph specification), or, if
 * it is none, by introspection, which makes it a subgraph without entities.
 */
export async function fetchRemoteSchema(options: RemoteSchemaOptions): Promise<RemoteSchema> {
  try {
    const federated = await ask(SERVICE_QUERY, options);
    const sdl = (federated.data as { _service?: { sdl?: unknown } } | null | undefined)?._service?.sdl;
    if (typeof sdl === 'string' && sdl.trim() !== '') return { sdl, kind: 'federated' };

    const plain = await ask(
      getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }),
      options,
    );
    const introspection = plain.data as IntrospectionQuery | null | undefined;
    if (introspection?.__schema) return { sdl: printSchema(buildClientSchema(introspection)), kind: 'plain' };
    const said = [...(federated.errors ?? []), ...(plain.errors ?? [])].map(({ message }) => message);
    const told = said.length > 0 ? ` It said: ${said.slice(0, 3).join(' / ')}` : '';
    return refuse(
      options.url,
      `answers neither { _service { sdl } } nor introspection.${told}`,
      'Allow one of them to the gateway, or give the schema: --schema FILE.',
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      options.url,
      `cannot be asked for its schema: ${reason}.`,
      'Check the address and that the gateway reaches it; or give the schema: --schema FILE.',
    );
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

async function ask(query: string, { url, headers, timeoutMs, signal }: RemoteSchemaOptions): Promise<Answer> {
  const response = await request(url, {
    method: 'POST',
    headers: { accept: 'application/json', ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MAX_DESCRIPTION_BYTES)
      throw new Error(`the answer has more than ${MAX_DESCRIPTION_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new Error(`the answer is not GraphQL (HTTP ${response.statusCode})`);
}

function refuse(url: string, message: string, fix: string): RemoteSchema {
  return {
    problems: [{ severity: 'error', code: 'REMOTE_SCHEMA_UNAVAILABLE', message: `${url} ${message}`, fix }],
  };
}

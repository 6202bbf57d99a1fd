import type { TypedDocumentString } from './gql/graphql.ts';

/** Of each operation that was sent: sha256 of its text. */
const hashes = new WeakMap<object, Promise<string>>();

export interface Endpoint {
  readonly url: string;
  /** For instance `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * Runs an operation: its answer and variables are of the types that the schema says. Only the hash of the operation is
 * sent; its text follows where the gateway does not know it yet (automatic persisted queries).
 */
export async function execute<Result, Variables>(
  endpoint: Endpoint,
  document: TypedDocumentString<Result, Variables>,
  // An operation without variables is called without them.
  ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
): Promise<Result> {
  const text = document.toString();
  const extensions = { persistedQuery: { version: 1, sha256Hash: await hashOf(document, text) } };
  const answer = await post<Result>(endpoint, { variables, extensions });
  if (answer.errors?.[0]?.extensions?.code !== 'PERSISTED_QUERY_NOT_FOUND') return resultOf(answer);
  return resultOf(await post<Result>(endpoint, { query: text, variables, extensions }));
}

function hashOf(document: object, text: string): Promise<string> {
  let hash = hashes.get(document);
  if (!hash) {
    const digest = crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    hashes.set(document, (hash = digest.then(toHex)));
  }
  return hash;
}

function resultOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors && errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  if (data === undefined || data === null) throw new Error('The gateway has sent neither data nor errors.');
  return data;
}

async function post<Result>({ url, headers }: Endpoint, body: object): Promise<Answer<Result>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer<Result>;
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

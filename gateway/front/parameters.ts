import { SluiceError } from '../errors.ts';
import type { HttpRequest } from '../http/message.ts';

/** The parameters of a GraphQL request (GraphQL over HTTP, section 5). */
export interface Parameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads what Apollo Server does not: the request of an event stream, or of an answer in parts. Throws `BAD_REQUEST`.
 * @param persisted the query of a request that has only its hash
 */
export function readParameters(request: HttpRequest, body: unknown, persisted?: string): Parameters {
  const raw = request.method === 'POST' ? body : fromQuery(request.query);
  if (!isRecord(raw)) throw bad('The request must be a JSON object with "query".');
  const { query = persisted, operationName, variables } = raw;
  if (typeof query !== 'string' || query === '') throw bad('"query" must be a non-empty string.');
  if (operationName != null && typeof operationName !== 'string')
    throw bad('"operationName" must be a string.');
  if (variables != null && !isRecord(variables)) throw bad('"variables" must be an object.');
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

function fromQuery(search: string): Record<string, unknown> {
  const parameters = new URLSearchParams(search);
  const variables = parameters.get('variables');
  try {
    return {
      query: parameters.get('query') ?? undefined,
      operationName: parameters.get('operationName'),
      variables: variables === null ? null : JSON.parse(variables),
    };
  } catch {
    throw bad('"variables" must be a JSON object, percent-encoded.');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): SluiceError {
  return new SluiceError('BAD_REQUEST', message);
}

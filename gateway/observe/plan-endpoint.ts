import { errorResponse } from '../http/error-response.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/message.ts';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { Problem } from '../problem.ts';

/** What the page sends. */
export interface PlanQuestion {
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose clients send it; undefined = those of the main graph. */
  readonly variant: string | undefined;
}

export interface PlanEndpointParts {
  readonly page: () => { readonly html: string; readonly headers: Readonly<Record<string, string>> };
  /** The JSON of a POST. Throws `SluiceError` for what is none, or is too large. */
  readonly readJson: (request: HttpRequest) => Promise<unknown>;
  /** An explanation as plain data, or why there is none. Throws `SluiceError`. */
  readonly explain: (question: PlanQuestion) => object | { readonly problems: readonly Problem[] };
}

/**
 * `GET`: the page. `POST {operation, operationName?, variables?, variant?}`: the explanation as JSON, or `{problems}` with a
 * status of 400 or more. JSON only, so that a page of another origin cannot ask: its browser would have to ask first.
 */
export function createPlanEndpoint({ page, readJson, explain }: PlanEndpointParts): HttpHandler {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      const { html, headers } = page();
      return { status: 200, headers: { ...headers }, body: html };
    }
    if (request.method !== 'POST')
      return errorResponse(
        new SluiceError('BAD_REQUEST', 'The page is read with GET, and asked with POST.'),
        { accept: request.headers['accept'], id: '' },
        { status: 405, headers: { allow: 'GET, HEAD, POST' } },
      );
    try {
      const answer = explain(questionOf(await readJson(request)));
      if (!('problems' in answer)) return json(200, answer);
      return json(400, { problems: answer.problems });
    } catch (error) {
      const { code, message } = SluiceError.from(error);
      if (ERROR_CODES[code].family === 'internal') throw error;
      const { httpStatus } = ERROR_CODES[code];
      return json(httpStatus, { problems: [{ severity: 'error', code, message } satisfies Problem] });
    }
  };
}

function questionOf(body: unknown): PlanQuestion {
  const { operation, operationName, variables, variant } = isObject(body) ? body : {};
  if (typeof operation !== 'string') throw wrong('"operation" must be a string: a GraphQL document.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw wrong('"operationName" must be a string.');
  if (variables !== undefined && variables !== null && !isObject(variables))
    throw wrong('"variables" must be an object: values by the name of the variable.');
  if (variant !== undefined && variant !== null && typeof variant !== 'string')
    throw wrong('"variant" must be a string: the name of one.');
  return {
    operation,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    variant: variant ?? undefined,
  };
}

function wrong(message: string): SluiceError {
  return new SluiceError('BAD_REQUEST', message);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function json(status: number, body: object): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  };
}

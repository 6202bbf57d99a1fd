import { isUtf8 } from 'node:buffer';
import { createHttpClient, type HttpClientOptions, type HttpResponse } from './http/client.ts';
import { badResponse } from './http/failure.ts';
import { findFault } from './http/fault.ts';
import { mediaType } from './http/headers.ts';
import { isJson } from './http/media.ts';
import { statusError } from './http/status.ts';
import { noStream } from './http/stream.ts';
import type { GraphqlInput, Headers, Upstream } from './upstream.ts';

/** `baseUrl` is the endpoint itself; it may have a query. */
export type GraphqlUpstreamOptions = HttpClientOptions;

const HEADERS: Headers = {
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'content-type': 'application/json',
};

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http): POST only. The data of an answer
 * is the whole result, `{data?, errors?, extensions?}`. A result is a result whatever its status; a
 * failed status without one becomes the error of `http/status.ts`.
 */
export function createGraphqlUpstream(options: GraphqlUpstreamOptions): Upstream<GraphqlInput> {
  const { name } = options;
  const endpoint = URL.parse(options.baseUrl);
  const path = endpoint === null ? '/' : endpoint.pathname + endpoint.search;
  const baseUrl = endpoint === null ? options.baseUrl : withoutPath(endpoint);
  const client = createHttpClient({ ...options, baseUrl });
  return {
    name,
    wire: 'graphql',
    async call(request, callOptions) {
      const { body } = request.input;
      const response = await client.send({ method: 'POST', path, headers: HEADERS, body }, callOptions);
      return { data: resultOf(response, name), status: response.status, headers: response.headers };
    },
    stream: () => noStream(name, 'graphql'),
    close: () => client.close(),
  };
}

/** Credentials and fragment stay, for `createHttpClient` to refuse. */
function withoutPath(endpoint: URL): string {
  const url = new URL(endpoint);
  url.pathname = '/';
  url.search = '';
  return url.href;
}

function resultOf(response: HttpResponse, service: string): object {
  const failed = response.status < 200 || response.status > 299;
  const type = mediaType(response.headers);
  if (!isJson(type)) {
    if (failed) throw statusError(service, response.status, response.headers);
    throw badResponse(
      service,
      type === '' ? 'has no content type' : `has the content type "${type}" and not JSON`,
    );
  }
  const result = parse(response.body);
  if (isResult(result)) return result;
  if (failed) throw statusError(service, response.status, response.headers, findFault(result));
  const fault = isUtf8(response.body)
    ? 'is not a GraphQL result, which is JSON with "data" or "errors"'
    : 'is not UTF-8';
  throw badResponse(service, fault);
}

/** `undefined` if it is not JSON, which is always UTF-8 (RFC 8259 section 8.1). Numbers are read as GraphQL services write them: Int and Float fit. */
function parse(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isResult(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  if (errors !== undefined && !Array.isArray(errors)) return false;
  if (data !== undefined && typeof data !== 'object') return false;
  return data !== undefined || errors !== undefined;
}

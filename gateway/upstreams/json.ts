import { UpstreamError } from '../errors.ts';
import { createHttpClient, type HttpClientOptions, type HttpResponse } from './http/client.ts';
import { badResponse } from './http/failure.ts';
import { findFault, type Fault } from './http/fault.ts';
import { charset, mediaType } from './http/headers.ts';
import { encodeBody } from './http/json-body.ts';
import { parseJson } from './http/json-text.ts';
import { isJson } from './http/media.ts';
import { readable, statusError } from './http/status.ts';
import { noStream } from './http/stream.ts';
import type { Headers, HttpInput, Upstream } from './upstream.ts';

export type JsonUpstreamOptions = HttpClientOptions;

const ACCEPT: Headers = { accept: 'application/json' };
const ACCEPT_AND_SEND: Headers = { ...ACCEPT, 'content-type': 'application/json' };

/**
 * JSON over HTTP. A body goes out as JSON, or as `headers['content-type']` says: form or text.
 * An answer is JSON (integers beyond 2^53 as strings), `text/*` as a string, or `null` if it is empty;
 * any other content type is `UPSTREAM_BAD_RESPONSE`. Status other than 2xx: see `http/status.ts`.
 */
export function createJsonUpstream(options: JsonUpstreamOptions): Upstream<HttpInput> {
  const { name } = options;
  const client = createHttpClient(options);
  return {
    name,
    wire: 'json',
    async call(request, callOptions) {
      const { input } = request;
      const hasBody = input.body !== undefined;
      const headers = { ...(hasBody ? ACCEPT_AND_SEND : ACCEPT), ...input.headers };
      const body = hasBody ? encodeBody(input.body, mediaType(headers), name) : undefined;
      const response = await client.send(
        { method: input.method, path: input.path, headers, body },
        callOptions,
      );
      const { status, headers: answered } = response;
      const refusal = (): UpstreamError => statusError(name, status, answered, faultOf(response, name));
      const isOk = status >= 200 && status <= 299;
      if (!isOk && input.anyStatus !== true) throw refusal();
      const data = isOk ? decode(response, name) : readable(() => decode(response, name), refusal);
      return { data, status, headers: answered };
    },
    stream: () => noStream(name, 'json'),
    close: () => client.close(),
  };
}

function decode(response: HttpResponse, service: string): unknown {
  if (response.body.length === 0) return null;
  const type = mediaType(response.headers);
  if (isJson(type) || type === '') return parseJson(response.body, service);
  if (type.startsWith('text/')) return decodeText(response, service);
  throw badResponse(service, `has the content type "${type}" and not JSON`);
}

function decodeText(response: HttpResponse, service: string): string {
  const label = charset(response.headers) ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(response.body);
  } catch (error) {
    throw badResponse(service, `is not text in the charset it names`, error);
  }
}

function faultOf(response: HttpResponse, service: string): Fault | undefined {
  if (response.status > 499 || !isJson(mediaType(response.headers))) return undefined;
  try {
    return findFault(parseJson(response.body, service));
  } catch (error) {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  }
}

import { UpstreamError } from '../errors.ts';
import { createHttpClient, type HttpClientOptions, type HttpResponse } from './http/client.ts';
import { badResponse } from './http/failure.ts';
import { findFault } from './http/fault.ts';
import { charset, mediaType } from './http/headers.ts';
import { parseJson } from './http/json-text.ts';
import { isJson, isXml } from './http/media.ts';
import { readable, statusError } from './http/status.ts';
import { noStream } from './http/stream.ts';
import type { Headers, Upstream, XmlInput, XmlNamespaces } from './upstream.ts';
import { decodeBytes } from './xml/charset.ts';
import { decodeXml } from './xml/decode.ts';
import { encodeXml } from './xml/encode.ts';
import { XmlError } from './xml/error.ts';
import { soapFaultError, soapFaultIn } from './xml/soap-fault.ts';
import type { XmlTree } from './xml/tree.ts';
import type { XmlLimits } from './xml/wellformed.ts';

export interface XmlUpstreamOptions extends HttpClientOptions {
  readonly limits?: Partial<XmlLimits>;
}

const ACCEPT: Headers = { accept: 'application/xml, text/xml;q=0.9' };
const ACCEPT_AND_SEND: Headers = { ...ACCEPT, 'content-type': 'application/xml; charset=utf-8' };
const LOCAL_NAMES: XmlNamespaces = {};

/**
 * XML over HTTP. Bodies and answers are trees (docs/xml.md); an empty answer is `null`. Bodies are
 * sent as UTF-8; answers may be in any encoding of `xml/charset.ts`. Status other than 2xx: see
 * `http/status.ts`; a fault document of a 4xx gives message and code. A SOAP fault is an error, whatever the status.
 */
export function createXmlUpstream(options: XmlUpstreamOptions): Upstream<XmlInput> {
  const { name, limits = {} } = options;
  const client = createHttpClient(options);
  return {
    name,
    wire: 'xml',
    async call(request, callOptions) {
      const { input } = request;
      const hasBody = input.body !== undefined;
      const headers = { ...(hasBody ? ACCEPT_AND_SEND : ACCEPT), ...input.headers };
      const body = hasBody ? encode(input.body, input.namespaces, headers, name) : undefined;
      const response = await client.send(
        { method: input.method, path: input.path, headers, body },
        callOptions,
      );
      const { status, headers: answered } = response;
      const refusal = (): UpstreamError => refused(name, response, limits);
      const isOk = status >= 200 && status <= 299;
      if (!isOk && input.anyStatus !== true) throw refusal();
      const read = (): XmlTree | null => decode(response, input.namespaces, limits, name);
      const data = isOk ? read() : readable(read, refusal);
      const fault = isOk ? soapFaultIn(data) : undefined;
      if (fault !== undefined) throw soapFaultError(fault, name, status);
      return { data, status, headers: answered };
    },
    stream: () => noStream(name, 'xml'),
    close: () => client.close(),
  };
}

function encode(tree: unknown, namespaces: XmlNamespaces, headers: Headers, service: string): string {
  try {
    const label = charset(headers) ?? 'utf-8';
    if (label !== 'utf-8') throw new XmlError('unencodable', `is sent as UTF-8, and not as ${label}`);
    return encodeXml(tree, namespaces);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const message = `The body of a request to the service "${service}" ${error.message}.`;
    throw new UpstreamError('BAD_USER_INPUT', service, message, { cause: error });
  }
}

function decode(
  response: HttpResponse,
  namespaces: XmlNamespaces,
  limits: Partial<XmlLimits>,
  service: string,
): XmlTree | null {
  if (response.body.length === 0) return null;
  const type = mediaType(response.headers);
  if (type !== '' && !isXml(type)) throw badResponse(service, `has the content type "${type}" and not XML`);
  try {
    return decodeXml(decodeBytes(response.body, charset(response.headers)), { namespaces, limits });
  } catch (error) {
    throw error instanceof XmlError ? refusal(error, service) : error;
  }
}

function refusal(error: XmlError, service: string): UpstreamError {
  if (error.fault !== 'limit') return badResponse(service, error.message, error);
  const message = `The service "${service}" gave an answer that is too large: it ${error.message}.`;
  return new UpstreamError('UPSTREAM_RESPONSE_TOO_LARGE', service, message, { cause: error });
}

/** SOAP 1.1 section 6.2 wants a 500 for every fault, so that the envelope tells more than the status. */
function refused(service: string, response: HttpResponse, limits: Partial<XmlLimits>): UpstreamError {
  const { status, headers } = response;
  const said = bodyOf(response, limits);
  const fault = status === 500 && isXml(mediaType(headers)) ? soapFaultIn(said as XmlTree | null) : undefined;
  if (fault !== undefined) return soapFaultError(fault, service, status);
  return statusError(service, status, headers, status > 499 ? undefined : findFault(said));
}

/** A refusal without a readable body is still a refusal: null. */
function bodyOf(response: HttpResponse, limits: Partial<XmlLimits>): unknown {
  if (response.status > 500) return null;
  const type = mediaType(response.headers);
  try {
    if (isJson(type)) return parseJson(response.body, '');
    if (!isXml(type)) return null;
    const text = decodeBytes(response.body, charset(response.headers));
    return decodeXml(text, { namespaces: LOCAL_NAMES, limits });
  } catch (error) {
    if (error instanceof XmlError || error instanceof UpstreamError) return null;
    throw error;
  }
}

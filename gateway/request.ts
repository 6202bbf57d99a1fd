import { SluiceError } from './errors.ts';
import type { Front } from './front/front.ts';
import type { SchemaFiles } from './front/schema-files.ts';
import { errorResponse } from './http/error-response.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './http/message.ts';
import { answerHealth, answerReadiness } from './observe/health.ts';
import type { Readiness } from './observe/health.ts';
import { createInboundContext } from './policies/kinds.ts';
import type { InboundContext, InboundPolicy } from './policies/kinds.ts';
import { composePolicies } from './policies/policy.ts';

/** The page for people at `/`, with its compressed form made beforehand. */
export interface Page {
  readonly html: string | Uint8Array;
  readonly gzip?: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** One schema of the graph and everything that answers for it. */
export interface Endpoint {
  /** Of the request, as the main graph has it. */
  readonly path: string;
  readonly front: Pick<Front, 'handle'>;
  /** Absent = no page. */
  readonly page?: (() => Page | Promise<Page>) | undefined;
  /** Absent = clients may not read the schema. */
  readonly schemaFiles?: SchemaFiles | undefined;
}

export interface RequestParts extends Omit<Endpoint, 'path'> {
  /** First listed = outermost: observe, answer-errors, cors, deadline, body-limit. */
  readonly inboundPolicies: readonly InboundPolicy[];
  /** The variant of the graph that a request is for; undefined = the main graph. */
  readonly variant?: (request: HttpRequest, context: InboundContext) => Endpoint | undefined;
  readonly ready: () => Readiness;
}

/** One request from top to bottom. */
export function createRequestHandler(parts: RequestParts): HttpHandler {
  const answer = composePolicies(parts.inboundPolicies, (request, context) => route(request, context, parts));
  return (request) => answer(request, createInboundContext(request));
}

async function route(
  request: HttpRequest,
  context: InboundContext,
  parts: RequestParts,
): Promise<HttpResponse> {
  const variant = parts.variant?.(request, context);
  const { front, page, schemaFiles } = variant ?? parts;
  const path = variant?.path ?? request.path;
  switch (path) {
    case '/graphql':
      return front.handle(request, context);
    case '/':
      if (request.method === 'POST') return front.handle(request, context);
      return wantsPage(request) && page !== undefined
        ? answerPage(request, await page())
        : notFound(request, context);
    case '/healthz':
      return readOnly(request, context, answerHealth);
    case '/readyz':
      return readOnly(request, context, () => answerReadiness(parts.ready()));
    default: {
      const file = schemaFiles?.answer(path, request.headers);
      return file ? readOnly(request, context, () => file) : notFound(request, context);
    }
  }
}

function wantsPage({ method, headers }: HttpRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && headers['accept']?.includes('text/html') === true;
}

function answerPage(request: HttpRequest, page: Page): HttpResponse {
  const headers: Record<string, string> = {
    'content-type': 'text/html; charset=utf-8',
    ...page.headers,
    vary: 'accept, accept-encoding',
  };
  if (page.gzip === undefined || !acceptsGzip(request.headers['accept-encoding'])) {
    return { status: 200, headers, body: page.html };
  }
  headers['content-encoding'] = 'gzip';
  return { status: 200, headers, body: page.gzip };
}

/** RFC 9110 section 12.5.3; `q=0` refuses. */
function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header);
}

function readOnly(request: HttpRequest, context: InboundContext, answer: () => HttpResponse): HttpResponse {
  if (request.method === 'GET' || request.method === 'HEAD') return answer();
  return refuse(request, context, 405, 'This path is only read. Use GET.', { allow: 'GET, HEAD' });
}

function notFound(request: HttpRequest, context: InboundContext): HttpResponse {
  return refuse(request, context, 404, 'There is nothing at this path. GraphQL is at /graphql.');
}

function refuse(
  request: HttpRequest,
  context: InboundContext,
  status: 404 | 405,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const code = status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
  context.outcome = code;
  const error = new SluiceError(code, message);
  return errorResponse(
    error,
    { accept: request.headers['accept'], id: context.requestId },
    { status, headers },
  );
}

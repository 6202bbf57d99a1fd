import { HttpFault } from '../../../common/http/fault.ts';
import type { FieldProblem } from '../../../common/http/fault.ts';
import type { Answer, Route } from '../../../common/http/route.ts';
import { splitSkus } from '../skus.ts';
import type { NewReview, ReviewTable } from './reviews.ts';

const PRODUCT_COUNT = 2_000;
const MAX_SKUS = 1000;
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
const TEXT_LIMITS = { title: 100, body: 4000 } as const;

/** The reviews' routes. Their names are those in the counters. */
export function reviewRoutes(table: ReviewTable): Route[] {
  return [
    {
      name: 'GET /products/{sku}/reviews',
      keys: () => 1,
      handle: ({ params, query }) =>
        jsonAnswer(200, table.ofProducts([knownSku(params[0]!)], limitOf(query))[0]),
    },
    {
      name: 'GET /reviews',
      keys: ({ query }) => splitSkus(query).length,
      handle: ({ query }) => {
        const skus = [...new Set(splitSkus(query))];
        if (!query.has('skus') || skus.length > MAX_SKUS) {
          throw invalid('?skus', `must name 0 to ${MAX_SKUS} skus, such as skus=000001,000002`);
        }
        return jsonAnswer(200, table.ofProducts(skus.filter(isKnownSku), limitOf(query)));
      },
    },
    {
      name: 'POST /products/{sku}/reviews',
      keys: () => 1,
      handle: ({ params, headers, body }) => {
        const sku = knownSku(params[0]!);
        const createdAt = `${new Date().toISOString().slice(0, 19)}Z`;
        const review = table.add(sku, readReview(readJson(body, headers['content-type']), createdAt));
        return jsonAnswer(201, review, { location: `/products/${sku}/reviews` });
      },
    },
  ];
}

/** RFC 9457, with the fields that are wrong as `errors`. */
export function renderProblem(fault: HttpFault): Answer {
  const problem = {
    type: `urn:example:problem:${fault.code.toLowerCase().replaceAll('_', '-')}`,
    title: fault.message,
    status: fault.status,
    code: fault.code,
    ...(fault.fields.length > 0 && {
      errors: fault.fields.map(({ path, message }) => ({ pointer: path, detail: message })),
    }),
  };
  return jsonAnswer(fault.status, problem, { 'content-type': 'application/problem+json', ...fault.headers });
}

function jsonAnswer(status: number, data: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(JSON.stringify(data));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

function isKnownSku(sku: string): boolean {
  return /^\d{6}$/.test(sku) && Number(sku) >= 1 && Number(sku) <= PRODUCT_COUNT;
}

function knownSku(sku: string): string {
  if (!isKnownSku(sku)) throw new HttpFault(404, 'PRODUCT_NOT_FOUND', `There is no product ${sku}.`);
  return sku;
}

function limitOf(query: URLSearchParams): number {
  const value = query.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(limit <= MAX_LIMIT)) throw invalid('?limit', `must be a number from 0 to ${MAX_LIMIT}`);
  return limit;
}

function readJson(body: Buffer, contentType: string | undefined): Readonly<Record<string, unknown>> {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')) {
    throw new HttpFault(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.');
  }
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new HttpFault(400, 'MALFORMED_JSON', 'The body is not JSON in UTF-8.');
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    return data as Readonly<Record<string, unknown>>;
  }
  throw new HttpFault(400, 'MALFORMED_JSON', 'The body must be a JSON object.');
}

function readReview(data: Readonly<Record<string, unknown>>, createdAt: string): NewReview {
  const { author_id: authorId, stars, title = null, body } = data;
  const fields: FieldProblem[] = [];
  const isText = (value: unknown, maxLength: number): value is string =>
    typeof value === 'string' && value.length > 0 && value.length <= maxLength;
  const hasAuthor = typeof authorId === 'string' && /^u[1-9]\d{0,9}$/.test(authorId);
  const hasStars = typeof stars === 'number' && Number.isInteger(stars) && stars >= 1 && stars <= 5;
  const hasTitle = title === null || isText(title, TEXT_LIMITS.title);
  const hasBody = isText(body, TEXT_LIMITS.body);
  if (!hasAuthor) fields.push({ path: '/author_id', message: 'must be the id of a user, such as u17' });
  if (!hasStars) fields.push({ path: '/stars', message: 'must be a whole number from 1 to 5' });
  if (!hasTitle) fields.push({ path: '/title', message: `must have 1 to ${TEXT_LIMITS.title} characters` });
  if (!hasBody) fields.push({ path: '/body', message: `must have 1 to ${TEXT_LIMITS.body} characters` });
  if (!hasAuthor || !hasStars || !hasTitle || !hasBody) {
    throw new HttpFault(422, 'VALIDATION_FAILED', 'Some values are not acceptable.', { fields });
  }
  return { author_id: authorId, stars, title, body, created_at: createdAt };
}

function invalid(path: string, message: string): HttpFault {
  return new HttpFault(400, 'INVALID_PARAMETER', 'A parameter is not acceptable.', {
    fields: [{ path, message }],
  });
}

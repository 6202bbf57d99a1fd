import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { InboundPolicy } from '../kinds.ts';

export interface CorsOptions {
  /** Origins whose pages may call from a browser; `*` = all; none = the policy does nothing. */
  readonly origins: readonly string[];
  /** How long a browser may remember the answer to a preflight (default 600). */
  readonly maxAgeSeconds?: number;
}

/** Cross-origin requests from browsers (Fetch standard, CORS protocol). Cookies are never allowed across origins. */
export function createCors(options: CorsOptions): InboundPolicy {
  const origins = new Set(options.origins);
  const all = origins.has('*');
  const maxAge = String(options.maxAgeSeconds ?? 600);

  const allow = (request: HttpRequest, headers: Record<string, string>) => {
    const { origin } = request.headers;
    if (!all) headers['vary'] = headers['vary'] === undefined ? 'origin' : `${headers['vary']}, origin`;
    if (origin === undefined || !(all || origins.has(origin))) return false;
    headers['access-control-allow-origin'] = all ? '*' : origin;
    return true;
  };
  const preflight = (request: HttpRequest): HttpResponse => {
    const headers: Record<string, string> = {};
    if (allow(request, headers)) {
      headers['access-control-allow-methods'] = 'GET, POST';
      headers['access-control-max-age'] = maxAge;
      const wanted = request.headers['access-control-request-headers'];
      if (wanted !== undefined) headers['access-control-allow-headers'] = wanted;
    }
    return { status: 204, headers, body: '' };
  };

  return {
    name: 'cors',
    wrap: (next) =>
      origins.size === 0
        ? next
        : async function cors(request, context) {
            if (
              request.method === 'OPTIONS' &&
              request.headers['access-control-request-method'] !== undefined
            ) {
              return preflight(request);
            }
            const response = await next(request, context);
            if (allow(request, response.headers)) {
              response.headers['access-control-expose-headers'] = 'x-request-id';
            }
            return response;
          },
  };
}

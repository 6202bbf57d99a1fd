import { errorResponse } from '../http/error-response.ts';
import type { HttpHandler, HttpResponse } from '../http/message.ts';
import { SluiceError } from '../errors.ts';
import { answerHealth, answerReadiness } from './health.ts';
import type { Readiness } from './health.ts';
import type { Metrics } from './metrics.ts';

export interface AdminParts {
  readonly metrics: Pick<Metrics, 'render' | 'contentType'>;
  readonly ready: () => Readiness;
  /** More routes by path, listed on the index; a route also answers for the paths below it. */
  readonly routes?: Readonly<Record<string, AdminRoute>>;
}

export interface AdminRoute {
  /** For the index. */
  readonly about: string;
  readonly handler: HttpHandler;
}

/** The port of the operators: never to be reachable from where the clients are. */
export function createAdminHandler(parts: AdminParts): HttpHandler {
  const routes = new Map<string, AdminRoute>([
    ['/metrics', { about: 'Prometheus metrics', handler: () => renderMetrics(parts.metrics) }],
    ['/healthz', { about: 'liveness: the process answers', handler: async () => answerHealth() }],
    [
      '/readyz',
      { about: 'readiness: traffic may be sent here', handler: async () => answerReadiness(parts.ready()) },
    ],
    ...Object.entries(parts.routes ?? {}),
  ]);
  const list = [...routes].map(([path, { about }]) => ({ path, about }));
  const index = ['Sluice admin', ...list.map(({ path, about }) => `${path}  ${about}`), ''].join('\n');
  const indexPage = indexPageOf(list);

  return async (request) => {
    const route = routes.get(request.path) ?? routes.get(`/${request.path.split('/', 2)[1]}`);
    if (route !== undefined) return route.handler(request);
    if (request.path === '/')
      return request.headers['accept']?.includes('text/html') === true ? html(indexPage) : text(index);
    return errorResponse(
      new SluiceError('NOT_FOUND', 'There is nothing at this path. / lists what there is.'),
      { accept: request.headers['accept'], id: '' },
      { status: 404 },
    );
  };
}

async function renderMetrics(metrics: AdminParts['metrics']): Promise<HttpResponse> {
  const body = await metrics.render();
  return { status: 200, headers: { 'content-type': metrics.contentType }, body };
}

function text(body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function html(body: string): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      vary: 'accept',
    },
    body,
  };
}

/** The same list for browsers, with links. */
function indexPageOf(list: readonly { readonly path: string; readonly about: string }[]): string {
  const rows = list.map(({ path, about }) => `<dt><a href=".${path}">${path}</a></dt><dd>${about}</dd>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice admin</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
dt{font:600 1rem/1.5 ui-monospace,monospace;margin-top:.75rem}dd{margin:0}</style></head>
<body><h1>Sluice admin</h1><dl>${rows.join('')}</dl></body></html>
`;
}

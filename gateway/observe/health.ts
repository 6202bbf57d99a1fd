import type { HttpResponse } from '../http/message.ts';

/** Whether traffic may be sent to this process, and if not, why. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Liveness: as long as the process answers, it is alive; nothing behind it counts. */
export function answerHealth(): HttpResponse {
  return answer(200, { status: 'ok' });
}

/** Readiness: 503 while there is no graph to serve and while the process drains. */
export function answerReadiness(readiness: Readiness): HttpResponse {
  return readiness.ready
    ? answer(200, { status: 'ready' })
    : answer(503, { status: 'not ready', reason: readiness.reason });
}

function answer(status: number, body: object): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

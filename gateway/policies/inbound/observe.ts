import { randomUUID } from 'node:crypto';
import { SluiceError } from '../../errors.ts';
import { isStream, withEnd } from '../../http/message.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { InboundContext, InboundPolicy } from '../kinds.ts';

/** What another gateway or a tracing system may send; anything else could forge log lines or headers. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;
const QUIET_PATHS = new Set(['/healthz', '/readyz']);

export interface InboundObserveOptions {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'recordRequest'>;
  /** One line per request at level `info` (default true). */
  readonly accessLog?: boolean;
}

/** Gives each request an id (the client's `x-request-id` if it is sane), and writes down what became of it. Outermost, so that it sees everything. */
export function createInboundObserve(options: InboundObserveOptions): InboundPolicy {
  const { log, metrics } = options;
  const accessLog = options.accessLog !== false && log.isLevelEnabled('info');

  const record = (request: HttpRequest, context: InboundContext, status: number, seconds: number) => {
    const { operationType = 'http', outcome, variant } = context;
    metrics.recordRequest(operationType, outcome, seconds, variant);
    if (!accessLog || QUIET_PATHS.has(request.path)) return;
    const fields: Record<string, unknown> = {
      requestId: context.requestId,
      method: request.method,
      path: request.path,
      status,
      durationMs: Math.round(seconds * 1e6) / 1000,
      outcome: context.outcome,
    };
    if (variant !== undefined) fields['variant'] = variant;
    if (context.operationType !== undefined) {
      fields['operationType'] = context.operationType;
      fields['operationName'] = context.operationName;
      fields['backendCalls'] = context.tally.backendCalls;
    }
    log.info(fields, 'request');
  };

  return {
    name: 'observe',
    wrap: (next) =>
      async function observe(request, context) {
        const startedAt = performance.now();
        const given = request.headers['x-request-id'];
        context.requestId = given !== undefined && SANE_REQUEST_ID.test(given) ? given : randomUUID();
        const elapsed = () => (performance.now() - startedAt) / 1000;
        let response: HttpResponse;
        try {
          response = await next(request, context);
        } catch (error) {
          context.outcome = SluiceError.from(error).code;
          record(request, context, 500, elapsed());
          throw error;
        }
        response.headers['x-request-id'] = context.requestId;
        if (isStream(response.body)) {
          const { body, status } = response;
          response.body = withEnd(body, () => record(request, context, status, elapsed()));
        } else {
          record(request, context, response.status, elapsed());
        }
        return response;
      },
  };
}

import type { ErrorCode } from '../../errors.ts';
import { UpstreamError } from '../../errors.ts';
import type { BackendHealthRecorder } from '../../observe/backend-health.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { OutboundPolicy } from '../kinds.ts';

export interface OutboundObserveOptions {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'recordBackendCall'>;
  readonly health?: Pick<BackendHealthRecorder, 'record'>;
}

/** The codes that speak of the backend, not of the request. */
const BACKEND_FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_ERROR',
  'UPSTREAM_UNIMPLEMENTED',
  'UPSTREAM_BAD_RESPONSE',
  'UPSTREAM_RESPONSE_TOO_LARGE',
]);

/** Counts and times every call to a backend, adds it to the operation's tally, and logs the failed ones with their cause. */
export function createOutboundObserve({ log, metrics, health }: OutboundObserveOptions): OutboundPolicy {
  const debug = log.isLevelEnabled('debug');
  return {
    name: 'observe',
    wrap: (next) =>
      async function observe(call, context) {
        const startedAt = performance.now();
        context.tally.backendCalls += 1;
        const { operation } = call.request;
        const record = (failure: UpstreamError | undefined) => {
          const seconds = (performance.now() - startedAt) / 1000;
          const outcome = failure?.code ?? 'ok';
          const { subgraph, upstream } = call;
          metrics.recordBackendCall({ subgraph, upstream, operation, outcome, seconds });
          const isFailure = failure !== undefined && BACKEND_FAILURES.has(failure.code);
          health?.record(subgraph, upstream, isFailure ? failure.code : undefined);
          if (!isFailure && !debug) return;
          const durationMs = Math.round(seconds * 1e6) / 1000;
          const { requestId } = context;
          const fields = { requestId, subgraph, upstream, operation, outcome, durationMs, error: failure };
          // What a backend refuses is the client's affair; what it fails at is the operator's.
          if (isFailure) log.warn(fields, 'backend call failed');
          else log.debug(fields, 'backend call');
        };
        try {
          const response = await next(call, context);
          record(undefined);
          return response;
        } catch (error) {
          record(UpstreamError.fromUnknown(error, call.upstream));
          throw error;
        }
      },
  };
}

import { UpstreamError } from '../../errors.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { OutboundPolicy } from '../kinds.ts';

export interface OutboundObserveOptions {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'recordBackendCall'>;
}

/** Counts and times every call to a backend, and adds it to the operation's tally. */
export function createOutboundObserve({ log, metrics }: OutboundObserveOptions): OutboundPolicy {
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
          if (debug) {
            const durationMs = Math.round(seconds * 1e6) / 1000;
            const { requestId } = context;
            log.debug(
              { requestId, subgraph, upstream, operation, outcome, durationMs, error: failure },
              'backend call',
            );
          }
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

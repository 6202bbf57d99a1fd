import type { ErrorCode } from '../errors.ts';

/** What the gateway has seen of one backend in its own traffic, since it started. */
export interface BackendHealth {
  readonly upstream: string;
  readonly calls: number;
  /** Calls at which the backend failed; what it refused is the client's affair. */
  readonly failures: number;
  /** 0 = the last call did not fail. */
  readonly failuresInARow: number;
  readonly lastFailure?: {
    readonly code: ErrorCode;
    /** RFC 3339, UTC. */
    readonly at: string;
  };
}

/** Health without a probe: no backend is asked for it. */
export interface BackendHealthRecorder {
  /** @param failure absent = the backend answered */
  record(subgraph: string, upstream: string, failure?: ErrorCode): void;
  /** By subgraph: one entry per upstream that was called. */
  of(subgraph: string): readonly BackendHealth[];
}

/** Names come from registered schemas, and those change as long as the gateway runs. */
const MAX_BACKENDS = 5000;

interface Counts {
  calls: number;
  failures: number;
  failuresInARow: number;
  code: ErrorCode | undefined;
  failedAtMs: number;
}

export function createBackendHealth(
  options: { readonly maxBackends?: number; readonly now?: () => number } = {},
): BackendHealthRecorder {
  const { maxBackends = MAX_BACKENDS, now = Date.now } = options;
  const subgraphs = new Map<string, Map<string, Counts>>();
  let size = 0;

  const countsOf = (subgraph: string, upstream: string): Counts => {
    const known = subgraphs.get(subgraph)?.get(upstream);
    if (known) return known;
    if (size >= maxBackends) forgetOldest();
    let upstreams = subgraphs.get(subgraph);
    if (!upstreams) subgraphs.set(subgraph, (upstreams = new Map()));
    const counts = { calls: 0, failures: 0, failuresInARow: 0, code: undefined, failedAtMs: 0 };
    upstreams.set(upstream, counts);
    size += 1;
    return counts;
  };

  /** The subgraph that was called first; if it is still called, it is counted anew. */
  function forgetOldest(): void {
    const [oldest] = subgraphs;
    if (!oldest) return;
    subgraphs.delete(oldest[0]);
    size -= oldest[1].size;
  }

  return {
    record(subgraph, upstream, failure) {
      const counts = countsOf(subgraph, upstream);
      counts.calls += 1;
      if (failure === undefined) {
        counts.failuresInARow = 0;
        return;
      }
      counts.failures += 1;
      counts.failuresInARow += 1;
      counts.code = failure;
      counts.failedAtMs = now();
    },
    of: (subgraph) =>
      Array.from(subgraphs.get(subgraph) ?? [], ([upstream, { code, failedAtMs, ...counts }]) => ({
        upstream,
        ...counts,
        ...(code !== undefined && { lastFailure: { code, at: new Date(failedAtMs).toISOString() } }),
      })),
  };
}

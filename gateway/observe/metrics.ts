import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../errors.ts';

export type Outcome = 'ok' | ErrorCode;
/** `http`: a request that never became an operation (a page, a health check, a malformed body). */
export type RequestKind = 'query' | 'mutation' | 'subscription' | 'http';

export interface BackendCallFigures {
  readonly subgraph: string;
  readonly upstream: string;
  /** Low-cardinality name, from the schema and never from the client. */
  readonly operation: string;
  readonly outcome: Outcome;
  readonly seconds: number;
}

export interface BatchFigures {
  readonly subgraph: string;
  readonly operation: string;
  /** Keys in the call that was sent. */
  readonly keys: number;
  /** Keys that were asked for again and not sent again. */
  readonly duplicates: number;
}

/** The figures of one gateway, in a registry of their own. No label takes a value that a client can choose. */
export interface Metrics {
  /** @param variant of the graph, as it is configured; undefined = the main graph, which has no such label */
  recordRequest(kind: RequestKind, outcome: Outcome, seconds: number, variant?: string): void;
  recordBackendCall(figures: BackendCallFigures): void;
  recordBatch(figures: BatchFigures): void;
  /** A backend call that was spared, because an equal one was under way. */
  recordCoalesced(figures: Pick<BackendCallFigures, 'subgraph' | 'upstream' | 'operation'>): void;
  /** An operation that shared the run of an equal one. */
  recordJoined(): void;
  /** A plan that was checked before its operation runs for the first time. */
  recordCheckedPlan(outcome: 'ok' | 'findings' | 'refused'): void;
  /** A live subscription at a change of the schema. */
  recordSubscriptionFate(fate: 'carriedOn' | 'moved' | 'ended'): void;
  /** @param open how many graphs have open backends: the one that is served, and old ones that something still runs on */
  watchGraphs(open: () => number): void;
  /** Where other parts register their own. */
  readonly registry: Registry;
  /** Prometheus text format, and the media type that it is served with. */
  render(): Promise<string>;
  readonly contentType: string;
}

const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Distinct children per cached family; operations come from schemas, but a schema may be large. */
const MAX_CHILDREN = 5000;

export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });

  const requests = new Counter({
    name: 'sluice_requests_total',
    help: 'Requests by kind of operation and outcome (ok, or the code of the first error).',
    labelNames: ['kind', 'outcome', 'variant'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'sluice_request_duration_seconds',
    help: 'Time from the request to its answer, by kind of operation.',
    labelNames: ['kind', 'variant'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const backendLabels = ['subgraph', 'upstream', 'operation', 'outcome'];
  const backendCalls = new Counter({
    name: 'sluice_backend_calls_total',
    help: 'Calls to backends by subgraph, upstream, operation and outcome.',
    labelNames: backendLabels,
    registers,
  });
  const backendSeconds = new Histogram({
    name: 'sluice_backend_call_duration_seconds',
    help: 'Time of a backend call, retries counted one by one.',
    labelNames: backendLabels.slice(0, 3),
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const batchKeys = new Histogram({
    name: 'sluice_batch_keys',
    help: 'Keys per batched backend call: how full the batches are.',
    labelNames: ['subgraph', 'operation'],
    buckets: BATCH_BUCKETS,
    registers,
  });
  const duplicates = new Counter({
    name: 'sluice_batch_duplicates_avoided_total',
    help: 'Keys that were asked for more than once in a query and sent once.',
    labelNames: ['subgraph', 'operation'],
    registers,
  });

  const coalesced = new Counter({
    name: 'sluice_backend_calls_coalesced_total',
    help: 'Calls to backends that were spared, because an equal one was under way.',
    labelNames: backendLabels.slice(0, 3),
    registers,
  });

  const joined = new Counter({
    name: 'sluice_operations_joined_total',
    help: 'Operations that shared the run of an equal one under way; their backend calls are not counted as coalesced.',
    registers,
  });

  const checkedPlans = new Counter({
    name: 'sluice_plans_checked_total',
    help: 'Plans that were checked (planner.validate), by outcome: ok, findings, or refused because of findings.',
    labelNames: ['outcome'],
    registers,
  });

  const fates = new Counter({
    name: 'sluice_subscriptions_at_swap_total',
    help: 'Subscriptions at a change of the schema: carried_on (same source), moved (to another source) or ended.',
    labelNames: ['fate'],
    registers,
  });

  const requestChild = childCache((kind, outcome) => ({
    total: requests.labels({ kind, outcome }),
    seconds: requestSeconds.labels({ kind }),
  }));
  const variantChild = childCache((kind, outcome, variant) => ({
    total: requests.labels({ kind, outcome, variant }),
    seconds: requestSeconds.labels({ kind, variant }),
  }));
  const backendChild = childCache((subgraph, upstream, operation, outcome) => ({
    total: backendCalls.labels(subgraph, upstream, operation, outcome),
    seconds: backendSeconds.labels(subgraph, upstream, operation),
  }));
  const coalescedChild = childCache((subgraph, upstream, operation) =>
    coalesced.labels(subgraph, upstream, operation),
  );
  const batchChild = childCache((subgraph, operation) => ({
    keys: batchKeys.labels(subgraph, operation),
    duplicates: duplicates.labels(subgraph, operation),
  }));

  return {
    recordRequest(kind, outcome, seconds, variant) {
      const child =
        variant === undefined ? requestChild(kind, outcome) : variantChild(kind, outcome, variant);
      child.total.inc();
      child.seconds.observe(seconds);
    },
    recordBackendCall({ subgraph, upstream, operation, outcome, seconds }) {
      const child = backendChild(subgraph, upstream, operation, outcome);
      child.total.inc();
      child.seconds.observe(seconds);
    },
    recordBatch({ subgraph, operation, keys, duplicates }) {
      const child = batchChild(subgraph, operation);
      child.keys.observe(keys);
      if (duplicates > 0) child.duplicates.inc(duplicates);
    },
    recordCoalesced({ subgraph, upstream, operation }) {
      coalescedChild(subgraph, upstream, operation).inc();
    },
    recordJoined: () => joined.inc(),
    recordCheckedPlan: (outcome) => checkedPlans.inc({ outcome }),
    recordSubscriptionFate: (fate) => fates.inc({ fate: fate === 'carriedOn' ? 'carried_on' : fate }),
    watchGraphs(open) {
      const graphs: Gauge = new Gauge({
        name: 'sluice_graphs_open',
        help: 'Graphs with open backends: the one that is served, and old ones that operations still run on.',
        registers,
        collect: () => graphs.set(open()),
      });
    },
    registry,
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Finds a label combination's children without prom-client hashing the labels each time. Beyond the bound everything is `other`. */
function childCache<Names extends string[], Child>(make: (...names: Names) => Child) {
  const children = new Map<string, Child>();
  return (...names: Names): Child => {
    const key = names.length === 2 ? `${names[0]}\n${names[1]}` : names.join('\n');
    const known = children.get(key);
    if (known !== undefined) return known;
    if (children.size > MAX_CHILDREN) return make(...(names.map(() => 'other') as Names));
    const child = make(...names);
    children.set(key, child);
    return child;
  };
}

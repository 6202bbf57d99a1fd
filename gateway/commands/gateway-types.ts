import type { Config } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import type { OnProgress } from './progress.ts';
import type { RecordedUsage } from '../registry/judge-changes.ts';

/** What the commands need of the composition root (`gateway.ts`), so that they can be tested without it. */
export interface GatewayModule {
  /** Checks everything; opens nothing. Throws an error with `problems` if the graph cannot be served. */
  readonly createGateway: (config: Config, onProgress?: OnProgress) => Promise<RunningGateway>;
  readonly composeFromConfig: (config: Config, onProgress?: OnProgress) => Promise<Composed | Failed>;
  /** What clients of the first supergraph would lose with the second. Throws if one of them cannot be served. */
  readonly compareSupergraphs: (
    before: string,
    after: string,
    usage: RecordedUsage,
    variants?: Config['variants'],
  ) => Promise<readonly Problem[]>;
  readonly explain: (
    config: Config,
    request: ExplainRequest,
    options?: { readonly validate?: boolean },
  ) => Promise<Explanation | Failed>;
}

export interface RunningGateway {
  /** Listens; `url` and `adminUrl` are origins without a path. */
  start(): Promise<{ url: string; adminUrl: string; warnings: readonly Problem[] }>;
  /** Serves the graph of this configuration, or tells why the running one stays. Never rejects. */
  reload(config: Config | Failed): Promise<Reloaded>;
  close(): Promise<void>;
}

export interface Reloaded {
  readonly outcome: 'swapped' | 'unchanged' | 'refused';
  readonly problems: readonly Problem[];
}

export interface Failed {
  readonly problems: readonly Problem[];
}

export interface Composed {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  /** What the clients of each variant see, by its name. */
  readonly variants: ReadonlyMap<string, string>;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** One kind of backend call of an operation, with its worst-case numbers. */
export interface ExplainedCall {
  readonly subgraph: string;
  readonly upstream: string;
  readonly operation: string;
  /** Response path. */
  readonly at: string;
  readonly asked: number;
  readonly calls: number;
  /** Keys per call; 0 = no batch form. */
  readonly maxBatchSize: number;
}

export interface ExplainRequest {
  readonly operation: string;
  /** Which one, where the document has several. */
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose clients send it; absent = those of the main graph. */
  readonly variant?: string | undefined;
}

export interface Explanation {
  readonly planText: string;
  readonly plan: unknown;
  readonly mermaid: string;
  readonly calls: readonly ExplainedCall[];
  readonly totalCalls: number;
  /** What the plan validator finds wrong; absent = it was not asked. */
  readonly findings?: readonly string[];
}

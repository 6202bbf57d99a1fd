import { createHash } from 'node:crypto';
import type { GraphQLDataSource, SupergraphManager } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { printPlan } from '../compile/print-plan.ts';
import { buildSnapshot, type Snapshot } from '../supergraph/snapshot.ts';
import { createDataSourceSubgraph } from './data-source-subgraph.ts';
import { checkHealth, DataSources } from './data-sources.ts';
import { createExecutor } from './executor.ts';
import type { ApolloGatewayInterface, GatewayExecutor } from './incoming.ts';
import {
  checkOptions,
  defaultLogger,
  type GatewayLogger,
  type ServiceDefinition,
  type SluiceGatewayOptions,
} from './options.ts';
import { readSupergraph } from './supergraph-document.ts';

export type { SluiceGatewayOptions } from './options.ts';

type SchemaListener = Parameters<ApolloGatewayInterface['onSchemaLoadOrUpdate']>[0];

type Phase = 'initialized' | 'updating schema' | 'loaded' | 'failed to load' | 'stopping' | 'stopped';

/** What is served, and under which id managers and listeners know it. */
interface Served {
  readonly snapshot: Snapshot;
  readonly compositionId: string;
}

/**
 * Takes the place of `ApolloGateway` in `new ApolloServer({ gateway })`: the same options, managers and
 * data sources, run by this project's engine. Nothing of @apollo/gateway is loaded by it, and nothing
 * is reported to anybody. docs/migrate-from-apollo-gateway.md has the differences.
 */
export class SluiceGateway implements ApolloGatewayInterface {
  /** For Apollo Server; an operation runs on the schema that it was validated against, also while that changes. */
  readonly executor: GatewayExecutor;
  readonly #options: SluiceGatewayOptions;
  readonly #logger: GatewayLogger;
  readonly #dataSources: DataSources;
  readonly #listeners = new Set<SchemaListener>();
  readonly #snapshots = new WeakMap<GraphQLSchema, Snapshot>();
  #phase: Phase = 'initialized';
  #served: Served | undefined;
  #generation = 0;
  #manager: SupergraphManager | undefined;
  #cleanup: (() => Promise<void>) | undefined;
  #stopped: Promise<void> | undefined;

  /** @throws TypeError that names every option which cannot be taken, with the way out */
  constructor(options: SluiceGatewayOptions) {
    const debug = options.debug ?? false;
    this.#logger = options.logger ?? defaultLogger(debug);
    checkOptions(options, this.#logger);
    this.#options = options;
    this.#dataSources = new DataSources(options.buildService);
    this.executor = createExecutor(
      (schema) => this.#snapshots.get(schema) ?? this.#current().snapshot,
      debug ? ({ plan }) => this.#logger.debug(printPlan(plan)) : () => undefined,
    );
  }

  /** The schema that clients see, once it is loaded. */
  get schema(): GraphQLSchema | undefined {
    return this.#served?.snapshot.schema;
  }

  /** What provides the supergraph, once it is loaded. */
  get supergraphManager(): SupergraphManager | undefined {
    return this.#manager;
  }

  /** Told of the first schema and of every change. Returns the way to stop listening. */
  onSchemaLoadOrUpdate(listener: SchemaListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @throws Error if there is no supergraph to be had, or it cannot be served, or with `serviceHealthCheck` a subgraph is down */
  async load(_options?: Parameters<ApolloGatewayInterface['load']>[0]): Promise<{
    schema: GraphQLSchema;
    executor: GatewayExecutor;
  }> {
    if (this.#phase !== 'initialized')
      throw new Error(`SluiceGateway.load called in surprising state ${this.#phase}`);
    const manager = managerOf(this.#options.supergraphSdl);
    try {
      const { supergraphSdl, cleanup } = await manager.initialize({
        update: (sdl) => this.#update(sdl),
        healthCheck: (sdl) => this.#checkHealthOf(sdl),
        getDataSource: (service) => this.#dataSources.get(service),
      });
      this.#takeCleanup(cleanup);
      if (this.#options.serviceHealthCheck) await this.#checkHealthOf(supergraphSdl);
      this.#update(supergraphSdl);
    } catch (error) {
      this.#phase = 'failed to load';
      await this.#release();
      throw error;
    }
    this.#manager = manager;
    this.#phase = 'loaded';
    return { schema: this.#current().snapshot.schema, executor: this.executor };
  }

  /** Asks every subgraph for `{ __typename }`. @throws Error that names the first that did not answer */
  async serviceHealthCheck(): Promise<void> {
    await checkHealth(this.#dataSources.inUse);
  }

  /** Ends the manager and the connections. May be called again. */
  async stop(): Promise<void> {
    if (this.#phase === 'updating schema')
      throw new Error("`SluiceGateway.stop` shouldn't be called from inside a schema change listener");
    if (this.#phase === 'loaded') {
      this.#phase = 'stopping';
      this.#stopped = this.#release().then(() => {
        this.#phase = 'stopped';
      });
    }
    await this.#stopped;
  }

  /** @throws Error if the supergraph cannot be served, the running one then stays; or if the gateway takes no updates now */
  #update(supergraphSdl: string): void {
    const before = this.#phase;
    if (before !== 'loaded' && before !== 'initialized')
      throw new Error(`Can't call \`update\` callback ${REFUSED_UPDATES[before]}.`);
    this.#phase = 'updating schema';
    try {
      this.#serve(supergraphSdl);
    } finally {
      this.#phase = before;
    }
  }

  #serve(supergraphSdl: string): void {
    const compositionId = createHash('sha256').update(supergraphSdl).digest('hex');
    const previous = this.#served;
    if (previous?.compositionId === compositionId) {
      this.#logger.debug('No change in composition since last check.');
      return;
    }
    const services = readSupergraph(supergraphSdl);
    const dataSources = this.#dataSources.of(services);
    const snapshot = this.#build(supergraphSdl, dataSources);
    // Nothing can fail from here on.
    this.#dataSources.keep(services, dataSources);
    this.#snapshots.set(snapshot.schema, snapshot);
    this.#served = { snapshot, compositionId };
    if (previous) {
      this.#logger.info(
        `Updated Supergraph SDL was found [Composition ID ${previous.compositionId} => ${compositionId}]`,
      );
    }
    this.#notify(snapshot);
    this.#options.experimental_didUpdateSupergraph?.(
      compositionInfo(this.#served),
      previous && compositionInfo(previous),
    );
  }

  #build(supergraphSdl: string, dataSources: ReadonlyMap<string, GraphQLDataSource>): Snapshot {
    this.#generation += 1;
    return buildSnapshot({
      generation: this.#generation,
      supergraphSdl,
      // Apollo Server takes one answer from a gateway.
      inParts: false,
      subgraphs: new Map(
        [...dataSources].map(([name, dataSource]) => [name, createDataSourceSubgraph(name, dataSource)]),
      ),
      maxErrors: Number.POSITIVE_INFINITY,
      onInternalError: (error, id) =>
        this.#logger.error(`Internal error ${id}: ${stackOf(error.cause ?? error)}`),
    });
  }

  #notify({ schema, supergraphSdl }: Snapshot): void {
    for (const listener of this.#listeners) {
      try {
        listener({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
      } catch (error) {
        this.#logger.error(
          `An error was thrown from an 'onSchemaLoadOrUpdate' listener. The schema will still update: ${messageOf(error)}`,
        );
      }
    }
  }

  async #checkHealthOf(supergraphSdl: string): Promise<void> {
    const services: readonly ServiceDefinition[] = readSupergraph(supergraphSdl);
    try {
      await checkHealth(this.#dataSources.of(services));
    } catch (cause) {
      throw new Error(
        `The gateway subgraphs health check failed. Updating to the provided \`supergraphSdl\` will likely result in future request failures to subgraphs. The following error occurred during the health check:\n${messageOf(cause)}`,
        { cause },
      );
    }
  }

  #takeCleanup(cleanup: unknown): void {
    if (typeof cleanup === 'function') this.#cleanup = cleanup as () => Promise<void>;
    else if (cleanup !== undefined) {
      this.#logger.error(
        'Provided `supergraphSdl` function returned an invalid `cleanup` property (must be a function)',
      );
    }
  }

  async #release(): Promise<void> {
    const cleanup = this.#cleanup;
    this.#cleanup = undefined;
    try {
      await cleanup?.();
    } catch (error) {
      this.#logger.error(
        `Error occured while calling user provided \`cleanup\` function: ${messageOf(error)}`,
      );
    }
    await this.#dataSources.close();
  }

  #current(): Served {
    if (this.#served) return this.#served;
    throw new Error('SluiceGateway was asked to execute before its schema was loaded.');
  }
}

const REFUSED_UPDATES: Readonly<Record<Exclude<Phase, 'loaded' | 'initialized'>, string>> = {
  'updating schema': 'while supergraph update is in progress',
  'failed to load': 'after gateway failed to load',
  stopping: 'while gateway is stopping',
  stopped: 'after gateway has been stopped',
};

function managerOf(source: SluiceGatewayOptions['supergraphSdl']): SupergraphManager {
  if (typeof source === 'string') return { initialize: async () => ({ supergraphSdl: source }) };
  return typeof source === 'function' ? { initialize: source } : source;
}

function compositionInfo({ snapshot, compositionId }: Served) {
  return { compositionId, supergraphSdl: snapshot.supergraphSdl, schema: snapshot.schema };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

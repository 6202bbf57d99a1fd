import type { GraphQLDataSource } from '@apollo/gateway';
import { createHttpDataSource, type HttpDataSource } from './http-data-source.ts';
import type { ServiceDefinition, SluiceGatewayOptions } from './options.ts';

type BuildService = NonNullable<SluiceGatewayOptions['buildService']>;
type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type HealthCheck = Exclude<ProcessOptions, { incomingRequestContext: unknown }>;

interface KnownSource {
  readonly url: string;
  readonly dataSource: GraphQLDataSource;
}

const HEALTH_CHECK = 'health check' as HealthCheck['kind'];
const HEALTH_CHECK_QUERY = 'query __ApolloServiceHealthCheck__ { __typename }';

/** One data source per subgraph and URL, kept as long as the subgraph is in the graph under that URL. */
export class DataSources {
  readonly #buildService: BuildService | undefined;
  #known: ReadonlyMap<string, KnownSource> = new Map();
  /** Our own hold connections, which end with the gateway: an operation of an older schema may still use them. */
  readonly #ours = new Map<string, HttpDataSource>();

  constructor(buildService: BuildService | undefined) {
    this.#buildService = buildService;
  }

  /** The data source of a subgraph, made if need be and kept. For supergraph managers. */
  get(service: ServiceDefinition): GraphQLDataSource {
    const dataSource = this.#find(service);
    this.#known = new Map(this.#known).set(service.name, { url: service.url ?? '', dataSource });
    return dataSource;
  }

  /** The data sources of a supergraph that may be served next; nothing is kept. */
  of(services: readonly ServiceDefinition[]): Map<string, GraphQLDataSource> {
    return new Map(services.map((service) => [service.name, this.#find(service)]));
  }

  /** From now on these are the ones in use. */
  keep(services: readonly ServiceDefinition[], dataSources: ReadonlyMap<string, GraphQLDataSource>): void {
    const known = new Map<string, KnownSource>();
    for (const { name, url = '' } of services) {
      const dataSource = dataSources.get(name);
      if (dataSource) known.set(name, { url, dataSource });
    }
    this.#known = known;
  }

  get inUse(): ReadonlyMap<string, GraphQLDataSource> {
    return new Map([...this.#known].map(([name, { dataSource }]) => [name, dataSource]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ours.values()].map((dataSource) => dataSource.close()));
  }

  #find(service: ServiceDefinition): GraphQLDataSource {
    const { name, url = '' } = service;
    const known = this.#known.get(name);
    if (known?.url === url) return known.dataSource;
    if (this.#buildService) return this.#buildService(url === '' ? { name } : { name, url });
    const key = `${name} ${url}`;
    let ours = this.#ours.get(key);
    if (!ours) this.#ours.set(key, (ours = createHttpDataSource(name, url)));
    return ours;
  }
}

/** Asks every data source for `{ __typename }`. @throws Error that names the first that did not answer */
export async function checkHealth(dataSources: ReadonlyMap<string, GraphQLDataSource>): Promise<void> {
  await Promise.all(
    [...dataSources].map(async ([name, dataSource]) => {
      try {
        await dataSource.process({ kind: HEALTH_CHECK, request: { query: HEALTH_CHECK_QUERY }, context: {} });
      } catch (cause) {
        throw new Error(`[${name}]: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }),
  );
}

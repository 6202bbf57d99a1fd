import type { GatewayConfig, GraphQLDataSource, SupergraphManager, SupergraphSdlHook } from '@apollo/gateway';

export type GatewayLogger = NonNullable<GatewayConfig['logger']>;

/** A subgraph as the supergraph, or a supergraph manager, names it. */
export interface ServiceDefinition {
  readonly name: string;
  readonly url?: string | undefined;
}

/** The options of `ApolloGateway` that `SluiceGateway` takes, with the meaning that they have there. */
export interface SluiceGatewayOptions {
  /** The supergraph itself, or what provides it: `IntrospectAndCompose`, `LocalCompose`, or a manager or function of your own. */
  readonly supergraphSdl: string | SupergraphManager | SupergraphSdlHook;
  /** What asks a subgraph; called once per name and URL. Default: GraphQL over HTTP to the URL. */
  readonly buildService?: ((definition: { name: string; url?: string }) => GraphQLDataSource) | undefined;
  /** Whether `load` fails while a subgraph does not answer `{ __typename }`. Default `false`. */
  readonly serviceHealthCheck?: boolean | undefined;
  /** Whether the default logger tells debug messages, and each request's plan is logged. Default `false`. */
  readonly debug?: boolean | undefined;
  /** Default: the console, warnings and errors only. */
  readonly logger?: GatewayLogger | undefined;
  /** Told after each change of the supergraph. */
  readonly experimental_didUpdateSupergraph?: GatewayConfig['experimental_didUpdateSupergraph'];
}

const TAKEN: ReadonlySet<string> = new Set<keyof SluiceGatewayOptions>([
  'supergraphSdl',
  'buildService',
  'serviceHealthCheck',
  'debug',
  'logger',
  'experimental_didUpdateSupergraph',
]);

const FROM_A_MANAGER =
  'poll with "supergraphSdl: new IntrospectAndCompose({ subgraphs, pollIntervalInMs })" of @apollo/gateway';
const FROM_UPLINK =
  'to take the schema from Apollo Uplink, give "supergraphSdl: new UplinkSupergraphManager({ ... })" of @apollo/gateway';
const OWN_HOOK = 'give "supergraphSdl: async ({ update }) => ({ supergraphSdl, cleanup })"';

/** Without these the gateway could not do what was asked of it, so that it refuses to start. Option → the way out. */
export const REFUSED_OPTIONS: Readonly<Record<string, string>> = {
  serviceList: 'use "supergraphSdl: new IntrospectAndCompose({ subgraphs })" of @apollo/gateway',
  introspectionHeaders:
    'use "new IntrospectAndCompose({ subgraphs, introspectionHeaders })" of @apollo/gateway',
  localServiceList: 'use "supergraphSdl: new LocalCompose({ localServiceList })" of @apollo/gateway',
  pollIntervalInMs: FROM_A_MANAGER,
  fallbackPollIntervalInMs: FROM_UPLINK,
  uplinkEndpoints: FROM_UPLINK,
  uplinkMaxRetries: FROM_UPLINK,
  schemaConfigDeliveryEndpoint: FROM_UPLINK,
  experimental_updateServiceDefinitions: OWN_HOOK,
  experimental_updateSupergraphSdl: OWN_HOOK,
};

/** Answers stay the same without these: they are named in one warning and have no effect. Option → the reason. */
export const IGNORED_OPTIONS: Readonly<Record<string, string>> = {
  queryPlannerConfig: 'it belongs to the query planner of @apollo/gateway',
  experimental_didResolveQueryPlan: 'plans have another form here',
  experimental_approximateQueryPlanStoreMiB: 'compiled operations are kept by number: the last 1000',
  experimental_autoFragmentization: 'it belongs to the query planner of @apollo/gateway',
  __exposeQueryPlanExperimental: 'plans are told to the log only, with "debug: true"',
  validateSupergraph: 'every supergraph is validated before it is served',
  fetcher: 'it is the client for Apollo Uplink; give it to "UplinkSupergraphManager"',
  telemetry: 'nothing is traced or sent by this gateway',
};

/**
 * Tells the logger of options without effect.
 * @throws TypeError that names every option which cannot be taken, with the way out
 */
export function checkOptions(options: SluiceGatewayOptions, logger: GatewayLogger): void {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const problems = given.flatMap((name) => {
    const wayOut = Object.hasOwn(REFUSED_OPTIONS, name) ? REFUSED_OPTIONS[name] : undefined;
    return wayOut === undefined ? [] : [`"${name}": ${wayOut}`];
  });
  const { supergraphSdl } = options as { supergraphSdl?: unknown };
  if (!isSupergraphSource(supergraphSdl)) {
    problems.push(
      '"supergraphSdl" is missing: give the supergraph as a string, a supergraph manager such as IntrospectAndCompose, or a function',
    );
  }
  if (problems.length > 0) {
    throw new TypeError(
      `SluiceGateway cannot be made with these options.\n- ${problems.join('\n- ')}\nSee docs/migrate-from-apollo-gateway.md.`,
    );
  }
  for (const name of given) {
    if (TAKEN.has(name)) continue;
    const reason = Object.hasOwn(IGNORED_OPTIONS, name) ? IGNORED_OPTIONS[name] : 'there is no such option';
    logger.warn(`SluiceGateway: the option "${name}" has no effect: ${reason}.`);
  }
}

function isSupergraphSource(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && 'initialize' in value;
}

/** Warnings and errors go to the console; the rest only when debugging. */
export function defaultLogger(debug: boolean): GatewayLogger {
  const silent = (): void => undefined;
  return {
    debug: debug ? (message) => console.debug(message) : silent,
    info: debug ? (message) => console.info(message) : silent,
    warn: (message) => console.warn(message),
    error: (message) => console.error(message),
  };
}

import { z } from 'zod';
import { count, durationMs, entryName } from './fields.ts';
import { connectorsSchema, subgraphSchema, supergraphSchema } from './sections/graph.ts';
import type { connectorSourceSchema } from './sections/graph.ts';
import { limitsSchema } from './sections/limits.ts';
import {
  adminSchema,
  apqSchema,
  demoSchema,
  logSchema,
  portalSchema,
  registrySchema,
  reloadSchema,
  usageSchema,
} from './sections/process.ts';
import { plannerSchema } from './sections/planner.ts';
import { serverSchema } from './sections/server.ts';
import { upstreamSchema } from './sections/upstreams.ts';
import { variantsSchema } from './sections/variants.ts';

/** The whole configuration; input is what a person writes, output is complete. */
export const configSchema = z.strictObject({
  server: serverSchema,
  limits: limitsSchema,
  deadlineMs: durationMs
    .default(30_000)
    .describe('One deadline for a whole operation with all its calls, in milliseconds.'),
  coalesce: z
    .union([z.boolean(), z.literal('calls')])
    .default(true)
    .describe(
      'What is shared by clients who ask the same at the same time. `calls`: equal reads share one backend call. `true`: also equal queries that would share all of their calls share one run. Never across identities, never across a change to the same backend.',
    ),
  coalesceRequests: z
    .boolean()
    .default(false)
    .describe(
      'Whether identical queries of clients share one run as long as it is under way, also when backends have answered some of its calls: the same operation, variables, identity, and headers that can change the answer.',
    ),
  reload: reloadSchema,
  planner: plannerSchema,
  assumedListSize: count
    .default(100)
    .describe(
      'Elements that a list without a known bound is taken to have when calls are counted in advance.',
    ),
  nPlusOne: z
    .enum(['warn', 'error', 'allow'])
    .default('warn')
    .describe('What checks say about list fields whose backend has no batch form (one call per element).'),
  upstreams: z
    .record(entryName, upstreamSchema)
    .default({})
    .describe('Backends that `@grpc`, `@xml` and `resolvers.ts` name.'),
  subgraphs: z
    .record(entryName, subgraphSchema)
    .default({})
    .describe('The schemas that are composed to one graph.'),
  supergraph: supergraphSchema.exactOptional(),
  connectors: connectorsSchema,
  variants: variantsSchema,
  registry: registrySchema,
  admin: adminSchema,
  usage: usageSchema,
  apq: apqSchema,
  log: logSchema,
  portal: portalSchema,
  demo: demoSchema,
});

/** Recursively read-only: the configuration is frozen, and shared by everything. */
type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;

/** Complete and frozen; every path is absolute. */
export type Config = Frozen<z.output<typeof configSchema>>;

export type UpstreamConfig = Config['upstreams'][string];
export type TlsConfig = NonNullable<UpstreamConfig['tls']>;
export type HeaderRules = UpstreamConfig['headers'];
export type SubgraphConfig = Config['subgraphs'][string];
export type ConnectorSourceConfig = Frozen<z.output<typeof connectorSourceSchema>>;
export type LogConfig = Config['log'];
export type VariantConfig = Config['variants'][string];
export type DemoBackendConfig = Config['demo']['backends'][number];
export type PortalExample = Config['portal']['examples'][number];

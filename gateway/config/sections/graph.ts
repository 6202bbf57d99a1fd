import { z } from 'zod';
import { DEFAULT_TIMEOUT_MS, durationMs, filePath, headerRules, httpUrl } from '../fields.ts';

const timeoutMs = durationMs
  .default(DEFAULT_TIMEOUT_MS)
  .describe('Longest wait for one call, in milliseconds.');

export const subgraphSchema = z.strictObject({
  schema: filePath.describe("The subgraph's GraphQL schema, with connectors if its data is not GraphQL."),
  resolvers: filePath
    .exactOptional()
    .describe('TypeScript module with resolvers for what directives cannot say. Not together with `url`.'),
  url: httpUrl
    .exactOptional()
    .describe('Where a subgraph that speaks GraphQL over HTTP is served. Without it, connectors answer.'),
  timeoutMs,
  headers: headerRules,
});

export const supergraphSchema = z
  .strictObject({
    file: filePath.describe('A composed Apollo Federation supergraph.'),
    urls: z
      .record(z.string().min(1), httpUrl)
      .default({})
      .describe('Addresses of subgraphs by name, instead of those in the file (`@join__graph(url:)`).'),
    timeoutMs,
    headers: headerRules,
  })
  .describe(
    'Serve a supergraph that was composed elsewhere, whose subgraphs speak GraphQL over HTTP; instead of `subgraphs`.',
  );

export const connectorSourceSchema = z.strictObject({
  baseUrl: httpUrl.exactOptional().describe("Instead of the `baseURL` of the schema's `@source`."),
  config: z
    .record(z.string().min(1), z.unknown())
    .default({})
    .describe('Values that mappings read as `$config`.'),
  timeoutMs,
  headers: headerRules,
});

export const connectorsSchema = z
  .strictObject({
    sources: z
      .record(
        z.string().regex(/^[^.\s]+\.[^.\s]+$/, { error: 'expected "<subgraph>.<source>"' }),
        connectorSourceSchema,
      )
      .default({})
      .describe('By `<subgraph>.<source>`, for the `@source`s of the schemas.'),
  })
  .prefault({})
  .describe('Apollo Connectors (`@source`, `@connect`).');

import { z } from 'zod';
import { count, DEFAULT_TIMEOUT_MS, durationMs, filePath, headerRules, httpUrl, tls } from '../fields.ts';

const shared = {
  timeoutMs: durationMs
    .default(DEFAULT_TIMEOUT_MS)
    .describe(
      "Longest wait for one call, in milliseconds; the operation's deadline (`deadlineMs`) cuts it short.",
    ),
  headers: headerRules,
  tls: tls.exactOptional(),
  maxBatchSize: count
    .exactOptional()
    .describe('Keys in one batch call at most, where the schema does not say. Without it, 500.'),
};

const WIRE = 'What the backend speaks: gRPC, or XML or JSON over HTTP.';

const url = httpUrl.describe(
  'For `xml` and `json`: the base URL; the paths of the directives are appended to it.',
);

export const grpcUpstreamSchema = z.strictObject({
  wire: z.literal('grpc').describe(WIRE),
  address: z
    .string()
    .regex(/^(?:[^\s/:]+|\[[0-9a-fA-F:]+\]):\d{1,5}$|^(?:dns|unix|ipv4|ipv6):\S+$/, {
      error: 'expected host:port (or a gRPC target such as dns:///users.internal:50051)',
    })
    .describe(
      'For `grpc`: `host:port`, or a gRPC target such as `dns:///users.internal:50051`. With `tls` it is spoken to in TLS.',
    ),
  protos: z.array(filePath).min(1).describe('For `grpc`: the `.proto` files that describe the services.'),
  protoPaths: z
    .array(filePath)
    .default([])
    .describe('For `grpc`: folders in which the `import`s of the `.proto` files are looked up.'),
  ...shared,
});

const timeZone = z
  .string()
  .regex(/^(?:Z|[+-]\d\d:\d\d)$/, { error: 'expected an offset such as Z or +01:00' })
  .exactOptional()
  .describe(
    'For `xml` and `json`: the zone of times in which the backend says none. Without it such a time is not a valid DateTime.',
  );

export const xmlUpstreamSchema = z.strictObject({
  wire: z.literal('xml').describe(WIRE),
  url,
  timeZone,
  ...shared,
});

export const jsonUpstreamSchema = z.strictObject({
  wire: z.literal('json').describe(WIRE),
  url,
  timeZone,
  ...shared,
});

export const upstreamSchema = z.discriminatedUnion('wire', [
  grpcUpstreamSchema,
  xmlUpstreamSchema,
  jsonUpstreamSchema,
]);

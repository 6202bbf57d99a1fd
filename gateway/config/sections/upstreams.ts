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
    .describe(
      'Keys in one batch call at most, where the schema does not say. Without it, batches are not split.',
    ),
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

export const xmlUpstreamSchema = z.strictObject({
  wire: z.literal('xml').describe(WIRE),
  url,
  ...shared,
});

export const jsonUpstreamSchema = z.strictObject({
  wire: z.literal('json').describe(WIRE),
  url,
  ...shared,
});

export const upstreamSchema = z.discriminatedUnion('wire', [
  grpcUpstreamSchema,
  xmlUpstreamSchema,
  jsonUpstreamSchema,
]);

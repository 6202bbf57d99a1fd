import { z } from 'zod';
import { durationMs, port } from '../fields.ts';

const origin = z.string().refine((text) => text === '*' || URL.parse(text)?.origin === text, {
  error: 'expected "*" or an origin such as https://app.example.com (no path, no trailing slash)',
});

export const serverSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'Address to listen on; `0.0.0.0` = every interface. If the file is silent, the environment variable HOST counts.',
      ),
    port: port
      .default(4000)
      .describe(
        'Port of the GraphQL endpoint; 0 = any free one. If the file is silent, the environment variable PORT counts.',
      ),
    adminHost: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address of `/plan`, `/healthz`, `/readyz` and `/metrics`; for operators only.'),
    adminPort: port
      .default(4001)
      .describe(
        'Port of the admin address. If the file is silent, the environment variable ADMIN_PORT counts.',
      ),
    shutdownGraceMs: durationMs
      .default(10_000)
      .describe(
        'How long running operations may go on after SIGTERM before they are cancelled, in milliseconds.',
      ),
    headersTimeoutMs: durationMs
      .default(10_000)
      .describe('From the connection (or the previous request) to the last header, in milliseconds.'),
    requestTimeoutMs: durationMs
      .default(60_000)
      .describe('From the first byte of a request to the last of its body, in milliseconds.'),
    keepAliveTimeoutMs: durationMs
      .default(65_000)
      .describe('How long an idle connection stays open; longer than that of a load balancer in front.'),
    introspection: z
      .boolean()
      .default(true)
      .describe('Whether clients may read the schema (`__schema`, `__type`).'),
    page: z.boolean().default(true).describe('Whether `/` shows the GraphiQL page to browsers.'),
    cors: z
      .strictObject({
        origins: z
          .array(origin)
          .default([])
          .describe('Origins whose pages may call the endpoint from a browser; `*` = all. Empty = none.'),
      })
      .prefault({})
      .describe('Cross-origin requests from browsers.'),
  })
  .prefault({})
  .describe('Where the gateway listens.');

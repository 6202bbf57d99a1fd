import { z } from 'zod';
import { count, durationMs, entryName, environmentValue, filePath } from '../fields.ts';

export const logSchema = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('The least severe entries that are written.'),
    format: z
      .enum(['auto', 'json', 'pretty'])
      .default('auto')
      .describe('`auto`: for people on a terminal, one JSON object per line elsewhere.'),
  })
  .prefault({})
  .describe('The log.');

export const apqSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether clients may send the hash of a query instead of the query.'),
    maxEntries: count.default(10_000).describe('Queries remembered by hash.'),
    ttlMs: durationMs.default(86_400_000).describe('How long a query is remembered, in milliseconds.'),
  })
  .prefault({})
  .describe('Automatic persisted queries.');

export const reloadSchema = z
  .strictObject({
    compositionTimeoutMs: durationMs
      .default(300_000)
      .describe(
        'How long the composition of a new schema may take, in a thread of its own, before the change is refused, in milliseconds.',
      ),
    compositionMemoryMb: count
      .default(2048)
      .describe('Memory that this thread may take before the change is refused, in megabytes.'),
    warmOperations: z
      .int()
      .min(0)
      .default(100)
      .describe('Operations, the most used first, that are compiled for a new schema before it is served.'),
    warmTimeoutMs: durationMs
      .default(10_000)
      .describe('How long that may take, in milliseconds; what is left is compiled when it is asked for.'),
    drainTimeoutMs: durationMs
      .default(60_000)
      .describe(
        'How long operations and event streams may go on with the old schema before they are ended, in milliseconds.',
      ),
  })
  .prefault({})
  .describe('What happens when the graph changes while it is served (SIGHUP, `start --watch`).');

export const portalSchema = z
  .strictObject({
    title: z.string().min(1).default('Sluice').describe("The page's title."),
    examples: z
      .array(
        z.strictObject({
          query: z.string().min(1).describe("A GraphQL document; its operation name is the tab's title."),
          variables: z.record(z.string(), z.unknown()).default({}).describe('Values for its variables.'),
        }),
      )
      .default([])
      .describe(
        'Tabs that the page opens with; the first should need no variables, because GraphiQL opens it without. `start --demo` has its own if there are none.',
      ),
  })
  .prefault({})
  .describe('The GraphiQL page at `/`.');

export const demoSchema = z
  .strictObject({
    backends: z
      .array(
        z.strictObject({
          name: entryName.describe('Name in progress lines and logs.'),
          command: filePath.describe('Script that Node runs; it prints a JSON line with `"ready": true`.'),
          env: z
            .record(z.string().min(1), environmentValue)
            .default({})
            .describe('Its environment variables.'),
          readyTimeoutMs: durationMs
            .default(60_000)
            .describe('How long it may take to be ready, in milliseconds.'),
        }),
      )
      .default([])
      .describe('Backends that `sluice start --demo` runs beside the gateway.'),
  })
  .prefault({})
  .describe('For trying things out.');

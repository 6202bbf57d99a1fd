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
        'How long operations and event streams may go on with the old schema before they are ended, in milliseconds; subscriptions follow the new one where they can.',
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

export const registrySchema = z
  .strictObject({
    store: z
      .enum(['file', 'redis', 'none'])
      .default('file')
      .describe(
        'Where registered subgraphs are kept: in a file of this machine, in a Redis that several gateways share, or nowhere (nothing can be registered).',
      ),
    folder: filePath
      .default('.sluice')
      .describe(
        'For the file, the last state that was read from Redis, and the token that this machine registers with. Made when it is needed.',
      ),
    redis: z
      .strictObject({
        url: z
          .string()
          .regex(/^rediss?:\/\/\S+$/, { error: 'expected redis://host:port or rediss://host:port' })
          .describe('Its address; may hold user and password.'),
        prefix: z.string().min(1).default('sluice').describe('Begin of the names of all keys.'),
        timeoutMs: durationMs.default(5000).describe('Longest wait for an answer, in milliseconds.'),
      })
      .exactOptional()
      .describe('For the store `redis`.'),
    keepRevisions: count
      .default(1000)
      .describe('States of the graph that are kept; older ones are forgotten.'),
  })
  .prefault({})
  .describe('Subgraphs that are registered while the gateway runs (`sluice register`).');

export const adminSchema = z
  .strictObject({
    tokens: z
      .array(
        z.strictObject({
          name: entryName.describe('Whose it is; stands in the history and in the audit log.'),
          token: z
            .string()
            .min(16, { error: 'expected at least 16 characters' })
            .describe('The secret itself.'),
        }),
      )
      .default([])
      .describe(
        'Who may change the graph (`authorization: Bearer …`). Without any, the gateway makes a token for this machine, in `<registry.folder>/admin-token`.',
      ),
  })
  .prefault({})
  .describe('The admin port.');

export const usageSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether operations are counted by client and day; values are not kept. Changes of the schema are judged by it.',
      ),
    keepDays: count.default(30).describe('Counts that are older are forgotten.'),
    checkDays: count.default(7).describe('What was sent in so many days must not break.'),
    flushIntervalMs: durationMs.default(10_000).describe('Pause between two writes, in milliseconds.'),
  })
  .prefault({})
  .describe('What clients use, kept beside the registry.');

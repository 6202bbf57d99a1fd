import { z } from 'zod';
import { count } from '../fields.ts';

export const limitsSchema = z
  .strictObject({
    bodyBytes: count.default(1_000_000).describe("A client's request body, in bytes."),
    headerBytes: count.default(16_384).describe("All headers of a client's request, in bytes."),
    operationDepth: count.default(20).describe('Nesting of fields in an operation, fragments included.'),
    operationTokens: count.default(10_000).describe('Lexical tokens of an operation.'),
    operationRootFields: count
      .default(50)
      .describe('Fields (with aliases) that one operation may ask of Query, Mutation or Subscription.'),
    operationDeferred: count
      .default(50)
      .describe(
        'Fragments with `@defer` and lists with `@stream` in one operation, each wherever it is spread.',
      ),
    deferredParts: count
      .default(5000)
      .describe(
        'Parts that may come after the initial result of one operation: each deferred fragment counts once per object.',
      ),
    responseErrors: count.default(100).describe('Errors in one response; more are counted, not listed.'),
    compiledOperations: count
      .default(1000)
      .describe('Compiled operations kept in memory; the least recently used goes first.'),
    upstreamResponseBytes: count
      .default(10_485_760)
      .describe("A backend's answer, in bytes, after decompression."),
    upstreamResponseDepth: count.default(100).describe("Nesting of a backend's XML answer."),
  })
  .prefault({})
  .describe('What is refused for its size, by clients and by backends.');

import type { GraphQLFormattedError } from 'graphql';
import type { IncrementalResult } from '../compile/executable.ts';
import type { RequestContext } from '../context.ts';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext, OperationInput } from '../policies/kinds.ts';
import type { PartsFormat } from './accept.ts';
import type { RunOperation } from './operation.ts';
import { createPartsWriter, type Payload } from './parts-format.ts';
import { tellErrors } from './tell-errors.ts';

/** An operation whose answer may come in parts. */
export interface PartsRequest {
  readonly run: RunOperation;
  readonly input: OperationInput;
  readonly context: RequestContext;
  readonly inbound: InboundContext;
  readonly format: PartsFormat;
  readonly log: Log;
}

/** The payloads of an answer, as the client gets them. Does not throw: a failure is the last payload. */
export async function* payloadsOf(request: PartsRequest): AsyncGenerator<Payload, void, undefined> {
  const { run, input, context, inbound, format, log } = request;
  const tell = (errors: readonly GraphQLFormattedError[]) => tellErrors(errors, inbound, log);
  const told: { parts?: IncrementalResult } = {};
  try {
    const inParts = {
      repeats: format === 'deferSpec=20220824',
      begin: (parts: IncrementalResult) => void (told.parts = parts),
    };
    const result = await run({ ...input, inParts }, context);
    const initial = result.errors ? { ...result, errors: tell(result.errors) } : result;
    const { parts } = told;
    if (!parts) {
      yield { ...initial, hasNext: false };
      return;
    }
    const writer = createPartsWriter(format, tell);
    yield writer.initial(initial, parts.pending);
    for await (const each of parts.subsequent) yield writer.subsequent(each);
  } catch (error) {
    const failed = SluiceError.from(error);
    if (ERROR_CODES[failed.code].family === 'internal')
      log.error({ requestId: inbound.requestId, error }, 'an answer in parts failed');
    const { message, code, extensions } = failed;
    yield { errors: tell([{ message, extensions: { ...extensions, code } }]), hasNext: false };
  } finally {
    // Whoever stops reading here ends what is under way there.
    await told.parts?.subsequent.return();
  }
}

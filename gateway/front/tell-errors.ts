import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES } from '../errors.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext } from '../policies/kinds.ts';
import { codeOf, ExecutionError, maskError } from './errors.ts';

/** The errors of a result that goes beside Apollo Server: masked for the client, told to log and metrics. */
export function tellErrors(
  errors: readonly GraphQLFormattedError[],
  context: InboundContext,
  log: Log,
): GraphQLFormattedError[] {
  return errors.map((error) => {
    const code = codeOf(error instanceof GraphQLError ? error : new ExecutionError(error));
    if (context.outcome === 'ok') context.outcome = code;
    if (ERROR_CODES[code].family === 'internal')
      log.error({ requestId: context.requestId, path: error.path, error }, 'internal error');
    return maskError(error, code, context.requestId);
  });
}

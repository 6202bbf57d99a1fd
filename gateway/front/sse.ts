import { hash } from 'node:crypto';
import { getOperationAST, GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { ExecutionResult } from '../compile/executable.ts';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext } from '../policies/kinds.ts';
import type { Admission } from './admission.ts';
import { createDocumentChecker } from './checked-documents.ts';
import { refuseForgedRequest } from './csrf.ts';
import { codeOf, ExecutionError, maskError } from './errors.ts';
import { eventStream } from './event-stream.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { createRequestContext } from './operation.ts';
import type { RunOperation } from './operation.ts';
import { readParameters } from './parameters.ts';
import type { SnapshotSource } from './snapshot.ts';
import { unresolvedOperation } from './unresolved-operation.ts';

export interface EventStreamParts {
  readonly snapshots: SnapshotSource;
  readonly run: RunOperation;
  readonly admit: Admission;
  readonly introspection: boolean;
  readonly heartbeatMs: number;
  readonly log: Log;
}

export interface EventStreams {
  /** Answers with a stream; throws `SluiceError` for a request that is not GraphQL. */
  open(request: HttpRequest, body: unknown, context: InboundContext): HttpResponse;
  /** Ends all streams with `complete`. */
  close(): void;
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would otherwise keep the events until its buffer is full.
  'x-accel-buffering': 'no',
};

/**
 * GraphQL over server-sent events, "distinct connections" mode: one operation per connection, `next` per result,
 * `complete` at the end (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). Beside Apollo Server,
 * which has no subscriptions over HTTP.
 */
export function createEventStreams(parts: EventStreamParts): EventStreams {
  const { snapshots, run, admit, heartbeatMs, log } = parts;
  const check = createDocumentChecker(parts.introspection);
  const shutdown = new AbortController();

  const format = (result: ExecutionResult, context: InboundContext): ExecutionResult => {
    if (result.errors === undefined) return result;
    const errors = result.errors.map((error): GraphQLFormattedError => {
      const code = codeOf(error instanceof GraphQLError ? error : new ExecutionError(error));
      if (context.outcome === 'ok') context.outcome = code;
      if (ERROR_CODES[code].family === 'internal') {
        log.error({ requestId: context.requestId, path: error.path, error }, 'internal error');
      }
      return maskError(error, code, context.requestId);
    });
    return { ...result, errors };
  };

  const respond = (
    source: AsyncIterable<ExecutionResult>,
    context: InboundContext,
    onEnd: () => void = () => {},
  ): HttpResponse => ({
    status: 200,
    headers: { ...STREAM_HEADERS },
    body: eventStream({
      source,
      signal: context.signal,
      shutdown: shutdown.signal,
      heartbeatMs,
      format: (result) => format(result, context),
      onFailure: (error) => {
        const failed = SluiceError.from(error);
        if (ERROR_CODES[failed.code].family === 'internal') {
          log.error({ requestId: context.requestId, error }, 'event stream failed');
        }
        return failure(failed);
      },
      onEnd,
    }),
  });

  return {
    open(request, body, context) {
      refuseForgedRequest(request.headers);
      if (shutdown.signal.aborted) {
        throw new SluiceError('SHUTTING_DOWN', 'The gateway is shutting down. Send the request again.');
      }
      const { query, operationName, variables } = readParameters(request, body);
      admit(query);
      const snapshot = snapshots.current();
      const checked = check(snapshot.schema, query);
      if ('errors' in checked) {
        return respond(once({ errors: checked.errors.map((error) => error.toJSON()) }), context);
      }
      const operation = getOperationAST(checked.document, operationName);
      if (!operation) return respond(once(failure(unresolvedOperation(operationName))), context);

      const kind = operation.operation;
      if (request.method === 'GET' && kind === OperationTypeNode.MUTATION) {
        return methodNotAllowed(request, context, 'Mutations are not allowed over GET.', 'POST');
      }
      const name = operation.name?.value;
      context.operationType = kind;
      context.operationName = name;
      if (kind === OperationTypeNode.SUBSCRIPTION) context.deadlineAt = Number.POSITIVE_INFINITY;
      // A source that waits for an event is reached by its signal only, also when it is not the client who ends it.
      const ended = new AbortController();
      const end = () => ended.abort(new SluiceError('REQUEST_CANCELLED', 'The event stream has ended.'));
      const requestContext = {
        ...createRequestContext(request, context),
        signal: AbortSignal.any([context.signal, ended.signal]),
      };
      const documentHash = hash('sha256', query);
      const executable = snapshot.executable(checked.document, name, documentHash);
      if (kind === OperationTypeNode.SUBSCRIPTION) {
        return respond(executable.subscribe(variables, requestContext), context, end);
      }
      const { document } = checked;
      const input = { executable, document, operationName: name, documentHash, variables };
      return respond(
        once(() => run(input, requestContext)),
        context,
        end,
      );
    },
    close: () => shutdown.abort(),
  };
}

function failure(error: SluiceError): ExecutionResult {
  const { message, code, extensions } = error;
  return { errors: [{ message, extensions: { ...extensions, code } }] };
}

async function* once(
  result: ExecutionResult | (() => Promise<ExecutionResult>),
): AsyncIterable<ExecutionResult> {
  yield typeof result === 'function' ? await result() : result;
}

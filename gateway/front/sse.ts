import { hash } from 'node:crypto';
import { getOperationAST, OperationTypeNode } from 'graphql';
import type { ExecutionResult } from '../compile/executable.ts';
import type { RequestContext } from '../context.ts';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext, OperationInput } from '../policies/kinds.ts';
import type { PartsFormat } from './accept.ts';
import type { Admission } from './admission.ts';
import type { CheckedDocuments } from './checked-documents.ts';
import { refuseForgedRequest } from './csrf.ts';
import { eventStream } from './event-stream.ts';
import { holdSnapshot } from './hold-snapshot.ts';
import type { LiveSubscriptions } from './live-subscriptions.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { createRequestContext } from './operation.ts';
import type { RunFor } from './operation.ts';
import { readParameters } from './parameters.ts';
import { payloadsOf } from './parts.ts';
import type { Payload } from './parts-format.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';
import { tellErrors } from './tell-errors.ts';
import { unresolvedOperation } from './unresolved-operation.ts';

export interface EventStreamParts {
  readonly snapshots: SnapshotSource;
  readonly runFor: RunFor;
  readonly admit: Admission;
  readonly documents: CheckedDocuments;
  readonly subscriptions: LiveSubscriptions;
  readonly heartbeatMs: number;
  /** Told of each subscription that begins: the operation policies see none. */
  readonly onSubscription?: ((input: OperationInput, context: RequestContext) => void) | undefined;
  readonly log: Log;
}

export interface EventStreams {
  /** Answers with a stream; throws `SluiceError` for a request that is not GraphQL. */
  open(
    request: HttpRequest,
    body: unknown,
    context: InboundContext,
    partsFormat: PartsFormat | undefined,
  ): HttpResponse;
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
 * GraphQL over server-sent events, "distinct connections" mode: one operation per connection, `next` per result or payload,
 * `complete` at the end (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). Beside Apollo Server,
 * which has no subscriptions over HTTP.
 */
export function createEventStreams(parts: EventStreamParts): EventStreams {
  const { snapshots, runFor, admit, documents, subscriptions, heartbeatMs, log } = parts;
  const shutdown = new AbortController();

  const format = (result: ExecutionResult, context: InboundContext): ExecutionResult =>
    result.errors === undefined ? result : { ...result, errors: tellErrors(result.errors, context, log) };

  const respond = (
    source: AsyncIterable<ExecutionResult | Payload>,
    context: InboundContext,
    signal: AbortSignal = context.signal,
    onEnd: () => void = () => {},
  ): HttpResponse => ({
    status: 200,
    headers: { ...STREAM_HEADERS },
    body: eventStream({
      source,
      signal,
      shutdown: shutdown.signal,
      heartbeatMs,
      // Payloads are told as they are sent.
      format: (result) => ('hasNext' in result ? result : format(result, context)),
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

  /** Apart from `open`: a subscription outlives the graph that it begins on, and must not hold it. */
  const subscribe = (
    snapshot: ServedSnapshot,
    operation: OperationInput,
    request: HttpRequest,
    context: InboundContext,
  ): HttpResponse => {
    const requestContext = createRequestContext(request, context);
    parts.onSubscription?.(operation, requestContext);
    const opened = subscriptions.open(snapshot, operation, requestContext);
    if ('refused' in opened) return respond(once(opened.refused), context);
    return respond(opened.results, context, opened.signal, opened.end);
  };

  return {
    open(request, body, context, partsFormat) {
      refuseForgedRequest(request.headers);
      if (shutdown.signal.aborted) {
        throw new SluiceError('SHUTTING_DOWN', 'The gateway is shutting down. Send the request again.');
      }
      const { query, operationName, variables } = readParameters(request, body);
      admit(query);
      const snapshot = snapshots.current();
      const documentHash = hash('sha256', query);
      const document = documents.check(snapshot.schema, documentHash, query);
      if (!('kind' in document)) return respond(once({ errors: [...document.errors] }), context);
      const operation = getOperationAST(document, operationName);
      if (!operation) return respond(once(failure(unresolvedOperation(operationName))), context);

      const kind = operation.operation;
      if (request.method === 'GET' && kind === OperationTypeNode.MUTATION) {
        return methodNotAllowed(request, context, 'Mutations are not allowed over GET.', 'POST');
      }
      const name = operation.name?.value;
      context.operationType = kind;
      context.operationName = name;
      if (kind === OperationTypeNode.SUBSCRIPTION) context.deadlineAt = Number.POSITIVE_INFINITY;
      const executable = snapshot.executable(document, name, documentHash);

      const input = { executable, document, operationName: name, documentHash, variables };
      if (kind === OperationTypeNode.SUBSCRIPTION) return subscribe(snapshot, input, request, context);
      const held = holdSnapshot(snapshots, snapshot, context.signal);
      const requestContext = { ...createRequestContext(request, context), signal: held.signal };
      const run = runFor(snapshot);
      const isInParts = partsFormat !== undefined && executable.incremental?.plan(variables) !== undefined;
      const source = isInParts
        ? payloadsOf({ run, input, context: requestContext, inbound: context, format: partsFormat, log })
        : once(() => run(input, requestContext));
      return respond(source, context, held.streamSignal, held.end);
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

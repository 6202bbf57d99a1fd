import { createHash } from 'node:crypto';
import { getOperationAST, OperationTypeNode } from 'graphql';
import type { KeyvAdapter } from '@apollo/utils.keyvadapter';
import { SluiceError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext } from '../policies/kinds.ts';
import type { PartsFormat } from './accept.ts';
import type { Admission } from './admission.ts';
import type { CheckedDocuments } from './checked-documents.ts';
import { refuseForgedRequest } from './csrf.ts';
import { holdSnapshot } from './hold-snapshot.ts';
import { createRequestContext } from './operation.ts';
import type { RunFor } from './operation.ts';
import { readParameters } from './parameters.ts';
import { payloadsOf } from './parts.ts';
import type { Payload } from './parts-format.ts';
import { findPersisted, persist } from './persisted-parameters.ts';
import type { SnapshotSource } from './snapshot.ts';

export interface MultipartParts {
  readonly snapshots: SnapshotSource;
  readonly runFor: RunFor;
  readonly admit: Admission;
  readonly documents: CheckedDocuments;
  /** The store of automatic persisted queries; absent = they are refused. */
  readonly persistedQueries: { readonly cache: KeyvAdapter; readonly ttlSeconds: number } | undefined;
  readonly log: Log;
}

/** Answers operations with `@defer` or `@stream` in parts. */
export interface MultipartAnswers {
  /** `undefined` = the answer is not one in parts, or the request is not right: whoever answers the others answers it, too. */
  open(
    request: HttpRequest,
    body: unknown,
    context: InboundContext,
    format: PartsFormat,
  ): Promise<HttpResponse | undefined>;
  /** Takes nothing new. */
  close(): void;
}

/**
 * Incremental delivery over HTTP: one part of `multipart/mixed` per payload (RFC 2046 section 5.1), as in
 * https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md. Beside Apollo Server, whose
 * gateways give one result.
 */
export function createMultipartAnswers(parts: MultipartParts): MultipartAnswers {
  const { snapshots, runFor, admit, documents, persistedQueries, log } = parts;
  let isClosed = false;

  return {
    async open(request, body, context, format) {
      const source = await findPersisted(request, body, persistedQueries?.cache);
      if (source === undefined || !/@(?:defer|stream)\b/.test(source.query)) return undefined;
      refuseForgedRequest(request.headers);
      if (isClosed)
        throw new SluiceError('SHUTTING_DOWN', 'The gateway is shutting down. Send the request again.');
      admit(source.query);
      const { query, operationName, variables } = readParameters(request, body, source.query);
      const snapshot = snapshots.current();
      const documentHash = createHash('sha256').update(query).digest('hex');
      const document = documents.check(snapshot.schema, documentHash, query);
      if (!('kind' in document)) return undefined;
      const operation = getOperationAST(document, operationName);
      if (!operation || (request.method === 'GET' && operation.operation !== OperationTypeNode.QUERY))
        return undefined;
      const name = operation.name?.value;
      const executable = snapshot.executable(document, name, documentHash);
      if (executable.incremental?.plan(variables) === undefined) return undefined;

      context.operationType = operation.operation;
      context.operationName = name;
      if (persistedQueries) persist(source, documentHash, persistedQueries, log);
      const held = holdSnapshot(snapshots, snapshot, context.signal);
      const input = { executable, document, operationName: name, documentHash, variables };
      const payloads = payloadsOf({
        run: runFor(snapshot),
        input,
        context: { ...createRequestContext(request, context), signal: held.signal },
        inbound: context,
        format,
        log,
      });
      return {
        status: 200,
        headers: {
          'content-type': `multipart/mixed; boundary="-"; ${format}`,
          'cache-control': 'no-store',
          // nginx would otherwise keep the parts until its buffer is full.
          'x-accel-buffering': 'no',
        },
        body: multipartBody(payloads, held.end),
      };
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** The boundary after a part goes with it: a client that waits for it has the part at once. */
export async function* multipartBody(
  payloads: AsyncGenerator<Payload, void, undefined>,
  onEnd: () => void,
): AsyncGenerator<string, void, undefined> {
  let before = '\r\n---';
  try {
    for await (const payload of payloads) {
      const json = JSON.stringify(payload);
      const after = payload.hasNext ? '\r\n---' : '\r\n-----\r\n';
      yield `${before}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}${after}`;
      before = '';
    }
  } finally {
    onEnd();
  }
}

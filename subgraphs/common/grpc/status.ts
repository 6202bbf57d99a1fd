/**
 * What a call that fails ends with, as https://cloud.google.com/apis/design/errors has it: a google.rpc.Status in the
 * trailing metadata `grpc-status-details-bin`.
 */
import { status } from '@grpc/grpc-js';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { CallError, detail } from './call-error.ts';
import { loadProtos, messageType } from './protos.ts';

const statusType = messageType(loadProtos(), 'google.rpc.Status')!;

/** What a call ends with when `error` was thrown; the details join what `trailer` holds. */
export function toStatus(error: unknown, trailer: Metadata): StatusObject {
  const failure =
    error instanceof CallError ? error : internal(error instanceof Error ? error : new Error(String(error)));
  const { code, message, details } = failure;
  trailer.set('grpc-status-details-bin', statusType.serialize({ code, message, details }));
  return { code, details: message, metadata: trailer };
}

/** INTERNAL, with what only the developers of this service should see. */
function internal(cause: Error): CallError {
  return new CallError(status.INTERNAL, cause.message, [
    detail('DebugInfo', { stackEntries: (cause.stack ?? '').split('\n').slice(1), detail: String(cause) }),
  ]);
}

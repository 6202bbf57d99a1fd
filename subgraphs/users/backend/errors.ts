/**
 * Errors with details, as https://cloud.google.com/apis/design/errors has them: a google.rpc.Status in the trailing
 * metadata `grpc-status-details-bin`.
 */
import { status } from '@grpc/grpc-js';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { messageType } from './proto.ts';

/** Who defines the reasons of ErrorInfo. */
const DOMAIN = 'users.sluice.example';

const statusType = messageType('google.rpc.Status')!;

/** A message of google/rpc/error_details.proto, its type named by `@type`. */
export type Detail = { readonly '@type': string; readonly [field: string]: unknown };

/** One wrong field of a request. */
export interface Violation {
  /** Path within the request in the spelling of the .proto, such as `user.address.postal_code`. */
  readonly field: string;
  /** A constant such as REQUIRED. */
  readonly reason: string;
  readonly description: string;
}

/** Ends a call with a status other than OK. */
export class CallError extends Error {
  readonly code: status;
  readonly details: readonly Detail[];

  constructor(code: status, message: string, details: readonly Detail[]) {
    super(message);
    this.name = 'CallError';
    this.code = code;
    this.details = details;
  }
}

/** A detail of google.rpc, such as `detail('ResourceInfo', {...})`. */
export function detail(type: string, fields: object): Detail {
  return { '@type': `type.googleapis.com/google.rpc.${type}`, ...fields };
}

function errorInfo(reason: string, metadata: Record<string, string> = {}): Detail {
  return detail('ErrorInfo', { reason, domain: DOMAIN, metadata });
}

export function notFound(resourceType: string, resourceName: string): CallError {
  const message = `There is no ${resourceType} "${resourceName}".`;
  return new CallError(status.NOT_FOUND, message, [
    errorInfo('NOT_FOUND', { resource: resourceName }),
    detail('ResourceInfo', { resourceType, resourceName, description: message }),
  ]);
}

export function alreadyExists(resourceType: string, resourceName: string, reason: string): CallError {
  const message = `Another ${resourceType} has "${resourceName}" already.`;
  return new CallError(status.ALREADY_EXISTS, message, [
    errorInfo(reason, { resource: resourceName }),
    detail('ResourceInfo', { resourceType, resourceName, description: message }),
  ]);
}

/** Throws INVALID_ARGUMENT with all violations, if there are any. */
export function rejectIfInvalid(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join(' ');
  throw new CallError(status.INVALID_ARGUMENT, message, [
    errorInfo('INVALID_REQUEST', { violations: String(violations.length) }),
    detail('BadRequest', { fieldViolations: violations }),
  ]);
}

/** INTERNAL, with what only the developers of this service should see. */
function internal(cause: Error): CallError {
  return new CallError(status.INTERNAL, cause.message, [
    detail('DebugInfo', { stackEntries: (cause.stack ?? '').split('\n').slice(1), detail: String(cause) }),
  ]);
}

/**
 * Ids that make the service fail in ways that are otherwise hard to bring about, so that what callers make of it can be
 * shown: `internal-error`, `unavailable-error`, `quota-error`.
 */
export function failIfAskedTo(ids: readonly string[]): void {
  for (const id of ids) {
    if (!id.endsWith('-error')) continue;
    if (id === 'internal-error')
      throw new Error('disk I/O error in /var/lib/users/users.sqlite on 10.0.0.7:5432');
    if (id === 'unavailable-error') {
      throw new CallError(status.UNAVAILABLE, 'The service is overloaded. Try again in 1.5 seconds.', [
        errorInfo('OVERLOADED'),
        detail('RetryInfo', { retryDelay: { seconds: 1, nanos: 500_000_000 } }),
      ]);
    }
    if (id === 'quota-error') {
      const violation = { subject: 'caller', description: '100 calls a minute' };
      throw new CallError(status.RESOURCE_EXHAUSTED, 'Too many calls.', [
        errorInfo('RATE_LIMITED'),
        detail('QuotaFailure', { violations: [violation] }),
      ]);
    }
  }
}

/** What a call ends with when `error` was thrown; the details join what `trailer` holds. */
export function toStatus(error: unknown, trailer: Metadata): StatusObject {
  const failure =
    error instanceof CallError ? error : internal(error instanceof Error ? error : new Error(String(error)));
  const { code, message, details } = failure;
  trailer.set('grpc-status-details-bin', statusType.serialize({ code, message, details }));
  return { code, details: message, metadata: trailer };
}

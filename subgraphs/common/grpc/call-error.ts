import type { status } from '@grpc/grpc-js';

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

/** @param domain who defines the reason, such as `users.sluice.example` */
export function errorInfo(
  domain: string,
  reason: string,
  metadata: Readonly<Record<string, string>> = {},
): Detail {
  return detail('ErrorInfo', { reason, domain, metadata });
}

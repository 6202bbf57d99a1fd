import type { Metadata } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { Codecs } from './codec.ts';
import { decodeMessage } from './codec-message.ts';

/**
 * `google.rpc.Status` and the details of google/rpc/error_details.proto that may be shown. Not `DebugInfo` (stack
 * traces), nor `RequestInfo.serving_data` (which may be one).
 */
const RPC_TYPES = {
  Status: message({ code: 'int32', message: 'string', details: ['google.protobuf.Any'] }),
  ErrorInfo: {
    fields: {
      reason: { type: 'string', id: 1 },
      domain: { type: 'string', id: 2 },
      metadata: { keyType: 'string', type: 'string', id: 3 },
    },
  },
  RetryInfo: message({ retry_delay: 'google.protobuf.Duration' }),
  QuotaFailure: {
    ...message({ violations: ['Violation'] }),
    nested: { Violation: message({ subject: 'string', description: 'string' }) },
  },
  PreconditionFailure: {
    ...message({ violations: ['Violation'] }),
    nested: { Violation: message({ type: 'string', subject: 'string', description: 'string' }) },
  },
  BadRequest: {
    ...message({ field_violations: ['FieldViolation'] }),
    nested: {
      FieldViolation: message({
        field: 'string',
        description: 'string',
        reason: 'string',
        localized_message: 'LocalizedMessage',
      }),
    },
  },
  RequestInfo: message({ request_id: 'string' }),
  ResourceInfo: message({
    resource_type: 'string',
    resource_name: 'string',
    owner: 'string',
    description: 'string',
  }),
  Help: {
    ...message({ links: ['Link'] }),
    nested: { Link: message({ description: 'string', url: 'string' }) },
  },
  LocalizedMessage: message({ locale: 'string', message: 'string' }),
};

const root = protobuf.Root.fromJSON({
  options: { edition: 'proto3' },
  nested: {
    google: {
      nested: {
        protobuf: {
          nested: {
            ...wellKnown('google/protobuf/any.proto'),
            ...wellKnown('google/protobuf/duration.proto'),
          },
        },
        rpc: { edition: 'proto3', nested: RPC_TYPES },
      },
    },
  },
});
const codecs = new Codecs(root);
const statusType = root.lookupType('google.rpc.Status');
/** A `Status` inside a status could hold anything. */
const SHOWN: ReadonlySet<string> = new Set(
  Object.keys(RPC_TYPES)
    .filter((name) => name !== 'Status')
    .map((name) => `google.rpc.${name}`),
);

interface Any {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/**
 * The rich error details of `grpc-status-details-bin`, as `{type: 'google.rpc.BadRequest', …fields}`; of a type that is
 * not known only its name. `all: false` leaves what is text of the backend about itself away and keeps `RetryInfo`.
 * Malformed details are ignored: they must not hide the error that they belong to.
 */
export function richDetails(metadata: Metadata, all: boolean): readonly Readonly<Record<string, unknown>>[] {
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!(bytes instanceof Uint8Array)) return [];
  try {
    const { details } = decodeMessage(statusType, bytes) as unknown as { details: readonly Any[] };
    return details.flatMap((detail) => {
      const type = detail.type_url.slice(detail.type_url.lastIndexOf('/') + 1);
      if (type === 'google.rpc.DebugInfo' || (!all && type !== 'google.rpc.RetryInfo')) return [];
      const known = SHOWN.has(type) ? codecs.find(type) : undefined;
      if (known === undefined) return [{ type }];
      return [{ ...(known.read(decodeMessage(known.type, detail.value), 0) as object), type }];
    });
  } catch {
    return [];
  }
}

/** A message whose fields are numbered from 1 in the order given; a list in brackets. */
function message(fields: Readonly<Record<string, string | readonly [string]>>): protobuf.IType {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, type], index) => [
        name,
        typeof type === 'string'
          ? { type, id: index + 1 }
          : { rule: 'repeated', type: type[0], id: index + 1 },
      ]),
    ),
  };
}

function wellKnown(file: string): Record<string, protobuf.AnyNestedObject> {
  const bundled = protobuf.common.get(file)!;
  return (bundled.nested as { google: { nested: { protobuf: { nested: Record<string, never> } } } }).google
    .nested.protobuf.nested;
}

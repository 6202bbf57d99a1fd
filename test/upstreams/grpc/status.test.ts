import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../gateway/errors.ts';
import { statusError } from '../../../gateway/upstreams/grpc/status.ts';

const SECRET = 'panic: 10.0.0.7:5432 at /srv/db.go:12';

function errorOf(code: number, details: string, metadata = new Metadata()): ReturnType<typeof statusError> {
  return statusError('users', { code, details, metadata });
}

describe('the status table', () => {
  it.each<[keyof typeof status, ErrorCode, boolean]>([
    ['CANCELLED', 'REQUEST_CANCELLED', false],
    ['UNKNOWN', 'UPSTREAM_ERROR', false],
    ['INVALID_ARGUMENT', 'INVALID_ARGUMENT', true],
    ['DEADLINE_EXCEEDED', 'UPSTREAM_TIMEOUT', false],
    ['NOT_FOUND', 'NOT_FOUND', true],
    ['ALREADY_EXISTS', 'CONFLICT', true],
    ['PERMISSION_DENIED', 'FORBIDDEN', true],
    ['RESOURCE_EXHAUSTED', 'RATE_LIMITED', true],
    ['FAILED_PRECONDITION', 'FAILED_PRECONDITION', true],
    ['ABORTED', 'CONFLICT', true],
    ['OUT_OF_RANGE', 'INVALID_ARGUMENT', true],
    ['UNIMPLEMENTED', 'UPSTREAM_UNIMPLEMENTED', false],
    ['INTERNAL', 'UPSTREAM_ERROR', false],
    ['UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', false],
    ['DATA_LOSS', 'UPSTREAM_ERROR', false],
    ['UNAUTHENTICATED', 'UNAUTHENTICATED', true],
  ])('%s is %s', (name, code, ownWords) => {
    const error = errorOf(status[name], SECRET);
    expect(error).toMatchObject({ code, status: name, service: 'users', retryable: name === 'UNAVAILABLE' });
    expect(error.extensions).toEqual({ grpcStatus: name, service: 'users' });
    if (ownWords) expect(error.message).toBe(SECRET);
    else expect(error.message).not.toContain('10.0.0.7');
    expect(errorOf(status[name], '').message).toMatch(/^The service "users" .+\.$/);
  });

  it('has every status of gRPC, and takes one that it does not know for UNKNOWN', () => {
    expect(errorOf(77, SECRET)).toMatchObject({ code: 'UPSTREAM_ERROR', status: 'UNKNOWN' });
  });

  it('tells a full backend from an answer that is too large for us', () => {
    expect(errorOf(8, 'Received message larger than max (99 vs 10)').code).toBe(
      'UPSTREAM_RESPONSE_TOO_LARGE',
    );
    expect(errorOf(8, 'Quota of the day is used up').code).toBe('RATE_LIMITED');
  });

  it('does not invite to repeat a call that the backend may have acted on', () => {
    expect(errorOf(14, 'Connection dropped').retryable).toBe(false);
    expect(errorOf(14, 'read ECONNRESET').retryable).toBe(false);
    expect(
      errorOf(14, 'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1').retryable,
    ).toBe(true);
    expect(errorOf(14, 'The database is restarting').retryable).toBe(true);
  });
});

/** Written with the same field numbers as google/rpc/error_details.proto, but not with the gateway's own table. */
const writer = (): protobuf.Writer => protobuf.Writer.create();
const text = (id: number, value: string): Uint8Array =>
  writer()
    .uint32(id * 8 + 2)
    .string(value)
    .finish();
const nested = (id: number, ...parts: Uint8Array[]): Uint8Array =>
  writer()
    .uint32(id * 8 + 2)
    .bytes(Buffer.concat(parts))
    .finish();
const number = (id: number, value: number): Uint8Array =>
  writer()
    .uint32(id * 8)
    .int64(value)
    .finish();
const any = (type: string, ...parts: Uint8Array[]): Uint8Array =>
  nested(3, text(1, `type.googleapis.com/${type}`), nested(2, ...parts));

function withDetails(...details: Uint8Array[]): Metadata {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.concat([number(1, 3), text(2, 'inner'), ...details]));
  return metadata;
}

describe('rich error details', () => {
  it('are shown with camelCase fields, save for debugging details', () => {
    const metadata = withDetails(
      any(
        'google.rpc.BadRequest',
        nested(1, text(1, 'email_address'), text(2, 'is taken'), text(3, 'TAKEN')),
      ),
      any('google.rpc.DebugInfo', text(1, 'at main.go:1'), text(2, SECRET)),
      any(
        'google.rpc.ErrorInfo',
        text(1, 'QUOTA'),
        text(2, 'users.example'),
        nested(3, text(1, '__proto__'), text(2, 'v')),
      ),
      any('google.rpc.RetryInfo', nested(1, number(1, 3), number(2, 500_000_000))),
      any('google.rpc.QuotaFailure', nested(1, text(1, 'project:1'), text(2, 'used up'))),
      any(
        'google.rpc.PreconditionFailure',
        nested(1, text(1, 'TOS'), text(2, 'user'), text(3, 'not accepted')),
      ),
      any('google.rpc.RequestInfo', text(1, 'r-1'), text(2, SECRET)),
      any('google.rpc.ResourceInfo', text(1, 'user'), text(2, 'u1'), text(3, 'me'), text(4, 'gone')),
      any('google.rpc.Help', nested(1, text(1, 'Docs'), text(2, 'https://example.com/docs'))),
      any('google.rpc.LocalizedMessage', text(1, 'de'), text(2, 'Nein')),
      any('acme.Secret', text(1, SECRET)),
      any('google.protobuf.Any', text(1, SECRET)),
      any('google.rpc.Status', any('google.rpc.DebugInfo', text(2, SECRET))),
    );
    const { extensions } = errorOf(status.INVALID_ARGUMENT, 'bad', metadata);
    expect(JSON.parse(JSON.stringify(extensions['details']))).toEqual([
      {
        type: 'google.rpc.BadRequest',
        fieldViolations: [{ field: 'email_address', description: 'is taken', reason: 'TAKEN' }],
      },
      JSON.parse(
        '{"type":"google.rpc.ErrorInfo","reason":"QUOTA","domain":"users.example","metadata":{"__proto__":"v"}}',
      ),
      { type: 'google.rpc.RetryInfo', retryDelay: '3.500s' },
      { type: 'google.rpc.QuotaFailure', violations: [{ subject: 'project:1', description: 'used up' }] },
      {
        type: 'google.rpc.PreconditionFailure',
        violations: [{ type: 'TOS', subject: 'user', description: 'not accepted' }],
      },
      { type: 'google.rpc.RequestInfo', requestId: 'r-1' },
      {
        type: 'google.rpc.ResourceInfo',
        resourceType: 'user',
        resourceName: 'u1',
        owner: 'me',
        description: 'gone',
      },
      { type: 'google.rpc.Help', links: [{ description: 'Docs', url: 'https://example.com/docs' }] },
      { type: 'google.rpc.LocalizedMessage', locale: 'de', message: 'Nein' },
      { type: 'acme.Secret' },
      { type: 'google.protobuf.Any' },
      { type: 'google.rpc.Status' },
    ]);
    expect(JSON.stringify(extensions)).not.toContain('10.0.0.7');
  });

  it("of a failure inside the backend say only when to come again: the rest is the backend's business", () => {
    const metadata = withDetails(
      any('google.rpc.ErrorInfo', text(1, SECRET)),
      any('google.rpc.RetryInfo', nested(1, number(1, 1))),
    );
    expect(errorOf(status.UNAVAILABLE, SECRET, metadata).extensions).toEqual({
      service: 'users',
      grpcStatus: 'UNAVAILABLE',
      details: [{ type: 'google.rpc.RetryInfo', retryDelay: '1s' }],
    });
  });

  it.each([
    ['bytes that are no status', Buffer.from([0x0f, 0xff])],
    [
      'a detail that is not what it says',
      Buffer.from(any('google.rpc.RetryInfo', Buffer.from([0x0a, 0x7f]))),
    ],
    ['nothing', Buffer.alloc(0)],
  ])('are left out when they are malformed: %s', (_, bytes) => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', bytes);
    const error = errorOf(status.NOT_FOUND, 'No such user.', metadata);
    expect(error.message).toBe('No such user.');
    expect(error.extensions).toEqual({ service: 'users', grpcStatus: 'NOT_FOUND' });
  });
});

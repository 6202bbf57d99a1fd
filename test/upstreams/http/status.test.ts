import { describe, expect, it } from 'vitest';
import { findFault } from '../../../gateway/upstreams/http/fault.ts';
import { statusError } from '../../../gateway/upstreams/http/status.ts';

describe('the HTTP status of a failed answer', () => {
  it.each([
    [301, 'UPSTREAM_ERROR', false],
    [400, 'INVALID_ARGUMENT', false],
    [401, 'UNAUTHENTICATED', false],
    [403, 'FORBIDDEN', false],
    [404, 'NOT_FOUND', false],
    [405, 'UPSTREAM_UNIMPLEMENTED', false],
    [408, 'UPSTREAM_TIMEOUT', false],
    [409, 'CONFLICT', false],
    [410, 'NOT_FOUND', false],
    [412, 'FAILED_PRECONDITION', false],
    [413, 'INVALID_ARGUMENT', false],
    [418, 'UPSTREAM_ERROR', false],
    [422, 'INVALID_ARGUMENT', false],
    [429, 'RATE_LIMITED', true],
    [500, 'UPSTREAM_ERROR', false],
    [501, 'UPSTREAM_UNIMPLEMENTED', false],
    [502, 'UPSTREAM_UNAVAILABLE', false],
    [503, 'UPSTREAM_UNAVAILABLE', true],
    [504, 'UPSTREAM_TIMEOUT', false],
    [599, 'UPSTREAM_ERROR', false],
  ])('%i is %s, retryable: %s', (status, code, retryable) => {
    const error = statusError('orders', status, {});
    expect(error).toMatchObject({ code, retryable, status, service: 'orders' });
    expect(error.extensions).toEqual({ service: 'orders', httpStatus: status });
    expect(error.message).toContain('"orders"');
  });

  it('keeps the words of the backend for 4xx, never for 5xx', () => {
    const fault = { message: 'No such order.', code: 'O-17', details: { field: 'id' } };
    const refusal = statusError('orders', 404, {}, fault);
    expect(refusal.message).toBe('No such order.');
    expect(refusal.extensions).toMatchObject({
      httpStatus: 404,
      faultCode: 'O-17',
      details: { field: 'id' },
    });
    const failure = statusError('orders', 500, {}, fault);
    expect(JSON.stringify([failure.message, failure.extensions])).not.toMatch(/No such order|O-17/);
  });

  it('tells of a redirect that it is not followed, and not where it leads', () => {
    const error = statusError('orders', 302, { location: 'http://internal:8080/' });
    expect(error.message).toMatch(/redirect/);
    expect(JSON.stringify([error.message, error.extensions])).not.toContain('internal');
  });

  it('reads retry-after as seconds or as a date', () => {
    expect(statusError('orders', 429, { 'retry-after': '7' }).extensions['retryAfterMs']).toBe(7_000);
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const later = statusError('orders', 503, { 'retry-after': inAMinute }).extensions['retryAfterMs'];
    expect(later).toBeGreaterThan(50_000);
    expect(later).toBeLessThanOrEqual(60_000);
    const past = statusError('orders', 503, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' });
    expect(past.extensions['retryAfterMs']).toBe(0);
    expect(statusError('orders', 503, { 'retry-after': 'soon' }).extensions).not.toHaveProperty(
      'retryAfterMs',
    );
  });
});

describe('the message of a refusal', () => {
  it.each([
    [
      'problem+json with detail',
      { type: 'about:blank', title: 'Conflict', detail: 'Shipped.' },
      { message: 'Shipped.' },
    ],
    ['problem+json with title', { title: 'Conflict', status: 409 }, { message: 'Conflict' }],
    ['message', { message: 'No.', code: 'E1' }, { message: 'No.', code: 'E1' }],
    ['error', { error: 'No.' }, { message: 'No.' }],
    ['error.message', { error: { message: 'No.', code: 17 } }, { message: 'No.', code: '17' }],
    ['errors[0].message', { errors: [{ message: 'No.' }, { message: 'Never.' }] }, { message: 'No.' }],
    ['OAuth', { error: 'invalid_token', error_description: 'Expired.' }, { message: 'Expired.' }],
    [
      'an XML fault',
      { fault: { code: 'E1', message: { '@lang': 'en', '#text': 'No.' } } },
      { message: 'No.', code: 'E1' },
    ],
    [
      'a SOAP 1.1 fault',
      { Envelope: { Body: { Fault: { faultcode: 'Client', faultstring: 'No.' } } } },
      { message: 'No.', code: 'Client' },
    ],
    [
      'a SOAP 1.2 fault',
      { Envelope: { Body: { Fault: { Reason: { Text: { '@lang': 'en', '#text': 'No.' } } } } } },
      { message: 'No.' },
    ],
  ])('is found in %s', (_what, body, fault) => {
    expect(findFault(body)).toEqual(fault);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ message: '' }],
    [{ message: {} }],
    [{ data: { message: 'x', y: 1 }, z: 1 }],
  ])('is not invented: %j', (body) => {
    expect(findFault(body)).toBeUndefined();
  });

  it('is one line and not long', () => {
    expect(findFault({ message: 'a\r\n\u0007b' })).toEqual({ message: 'a b' });
    expect(findFault({ message: 'x'.repeat(10_000) })?.message.length).toBe(500);
  });
});

/**
 * What every wire promises, whatever it speaks. A wire's own test file starts a real backend that can
 * misbehave on demand and hands it over as a `ContractHarness`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SluiceError, UpstreamError, type ErrorCode } from '../../gateway/errors.ts';
import type {
  CallOptions,
  Headers,
  Upstream,
  UpstreamRequest,
  UpstreamResponse,
} from '../../gateway/upstreams/upstream.ts';

/**
 * - `ok`: answers `expected.data` with the header `expected.header`.
 * - `business-error`: refuses with `expected.businessError`, in the wire's own way (gRPC status, HTTP 4xx with a body).
 * - `server-error`: fails with `expected.serverErrorText` in its answer (gRPC INTERNAL or UNKNOWN, HTTP 500).
 * - `hang`: takes the request and never answers.
 * - `garbage`: answers with success and bytes that cannot be decoded.
 * - `huge`: answers with success and more bytes than the upstream's limit, endlessly or at least 20 MB beyond it.
 * - `cut`: begins a success answer, then ends the connection.
 */
export type Scenario = 'ok' | 'business-error' | 'server-error' | 'hang' | 'garbage' | 'huge' | 'cut';

export interface ContractHarness {
  readonly upstream: Upstream<unknown>;
  /** Same wire, pointing to a port on which nobody listens. */
  readonly deadUpstream: Upstream<unknown>;
  /** One more upstream to the same backend, for the test that closes it. */
  connect(): Upstream<unknown>;
  request(scenario: Scenario): UpstreamRequest<unknown>;
  readonly expected: {
    readonly data: unknown;
    readonly header: readonly [name: string, value: string];
    readonly businessError: { readonly code: ErrorCode; readonly message: string };
    readonly serverErrorText: string;
  };
  readonly seen: {
    /** Headers of the last call that reached the backend, lower case. */
    headers(): Headers;
    /** Resolves when the next call has reached the backend. Ask before calling. */
    arrived(): Promise<void>;
    /** Resolves when the backend next sees that its caller has gone before the answer was complete. Ask before calling. */
    cancelled(): Promise<void>;
    /** Resolves as soon as the backend has exactly this number of open connections. */
    connections(count: number): Promise<void>;
  };
  stop(): Promise<void>;
}

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
];

/** Options of a call that nobody aborts, with a minute of time. */
export function callOptions(overrides: Partial<CallOptions> = {}): CallOptions {
  return {
    signal: new AbortController().signal,
    headers: {},
    deadlineAt: Date.now() + 60_000,
    ...overrides,
  };
}

/** The `UpstreamError` with which a call must fail; anything else fails the test. */
export async function failure(call: Promise<UpstreamResponse>): Promise<UpstreamError> {
  const outcome = await call.then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );
  if ('response' in outcome) {
    throw new Error(`the call was answered with status ${outcome.response.status}, an error was expected`);
  }
  expect(outcome.error).toBeInstanceOf(UpstreamError);
  return outcome.error as UpstreamError;
}

/** Everything about an error that a client may come to see. */
function shown(error: UpstreamError): string {
  return JSON.stringify({ message: error.message, extensions: error.extensions });
}

function expectNothingInternal(error: UpstreamError, service: string): void {
  expect(error.service).toBe(service);
  expect(error.extensions).toMatchObject({ service });
  expect(error.message).toContain(`"${service}"`);
  expect(shown(error)).not.toMatch(/127\.0\.0\.1|::1|localhost|:\d{4,5}\b/);
  expect(shown(error)).not.toMatch(/\n\s*at |\.[jt]s:\d|node_modules|ECONN|UND_ERR/);
}

export function describeUpstreamContract(name: string, start: () => Promise<ContractHarness>): void {
  describe(`the ${name} wire keeps the contract of all upstreams`, () => {
    let harness: ContractHarness;
    const call = (scenario: Scenario, options?: Partial<CallOptions>): Promise<UpstreamResponse> =>
      harness.upstream.call(harness.request(scenario), callOptions(options));

    beforeAll(async () => {
      harness = await start();
    });
    afterAll(async () => {
      await harness.stop();
    });

    it('gives the data and the headers of the answer', async () => {
      const response = await call('ok');
      expect(response.data).toEqual(harness.expected.data);
      const [header, value] = harness.expected.header;
      expect(response.headers[header]).toBe(value);
      for (const key of Object.keys(response.headers)) expect(key).toBe(key.toLowerCase());
    });

    it('passes the headers of the call to the backend', async () => {
      await call('ok', { headers: { 'x-request-id': 'r-1', authorization: 'Bearer abc' } });
      expect(harness.seen.headers()).toMatchObject({
        'x-request-id': 'r-1',
        authorization: 'Bearer abc',
      });
    });

    it('does not pass hop-by-hop headers, host or content-length, nor those that "connection" names', async () => {
      const headers: Record<string, string> = { 'x-hop': 'hop-marker', 'x-end': 'end-to-end' };
      for (const header of HOP_BY_HOP) headers[header] = 'hop-marker';
      headers['connection'] = 'x-hop, hop-marker';
      headers['content-length'] = '999999';
      await call('ok', { headers });
      const seen = harness.seen.headers();
      expect(seen['x-end']).toBe('end-to-end');
      expect(JSON.stringify(seen)).not.toContain('hop-marker');
      expect(seen['content-length']).not.toBe('999999');
    });

    it("keeps the code and the message of the backend's own refusals", async () => {
      const error = await failure(call('business-error'));
      expect(error.code).toBe(harness.expected.businessError.code);
      expect(error.message).toContain(harness.expected.businessError.message);
      expect(error.service).toBe(harness.upstream.name);
      expect(error.retryable).toBe(false);
    });

    it("masks a server error: the service's name, nothing of what the backend wrote", async () => {
      const error = await failure(call('server-error'));
      expect(error.code).toBe('UPSTREAM_ERROR');
      expectNothingInternal(error, harness.upstream.name);
      expect(shown(error)).not.toContain(harness.expected.serverErrorText);
    });

    it('tells that a backend cannot be reached, and that the call may be repeated', async () => {
      const error = await failure(harness.deadUpstream.call(harness.request('ok'), callOptions()));
      expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
      expect(error.retryable).toBe(true);
      expectNothingInternal(error, harness.deadUpstream.name);
    });

    it('cancels an aborted call, and the backend sees it', async () => {
      const controller = new AbortController();
      const arrived = harness.seen.arrived();
      const cancelled = harness.seen.cancelled();
      const pending = failure(call('hang', { signal: controller.signal }));
      await arrived;
      controller.abort();
      const error = await pending;
      expect(error.code).toBe('REQUEST_CANCELLED');
      expect(error.retryable).toBe(false);
      await cancelled;
    });

    it('gives an aborted call the code of the reason, if that is an error of ours', async () => {
      const controller = new AbortController();
      const arrived = harness.seen.arrived();
      const pending = failure(call('hang', { signal: controller.signal }));
      await arrived;
      controller.abort(new SluiceError('DEADLINE_EXCEEDED', 'The operation took too long.'));
      expect((await pending).code).toBe('DEADLINE_EXCEEDED');
    });

    it('does not send a call that was aborted before it began', async () => {
      await call('ok', { headers: { 'x-request-id': 'before' } });
      const aborted = callOptions({ signal: AbortSignal.abort(), headers: { 'x-request-id': 'after' } });
      const error = await failure(harness.upstream.call(harness.request('ok'), aborted));
      expect(error.code).toBe('REQUEST_CANCELLED');
      expect(harness.seen.headers()['x-request-id']).toBe('before');
    });

    it('does not send a call whose deadline has passed', async () => {
      await call('ok', { headers: { 'x-request-id': 'before' } });
      const error = await failure(
        call('ok', { deadlineAt: Date.now() - 1, headers: { 'x-request-id': 'after' } }),
      );
      expect(error.code).toBe('UPSTREAM_TIMEOUT');
      expectNothingInternal(error, harness.upstream.name);
      expect(harness.seen.headers()['x-request-id']).toBe('before');
    });

    it('gives up when the deadline is reached, and the backend sees it', async () => {
      const cancelled = harness.seen.cancelled();
      const error = await failure(call('hang', { deadlineAt: Date.now() + 150 }));
      expect(error.code).toBe('UPSTREAM_TIMEOUT');
      expectNothingInternal(error, harness.upstream.name);
      await cancelled;
    });

    it('tells that an answer cannot be read', async () => {
      const error = await failure(call('garbage'));
      expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
      expect(error.retryable).toBe(false);
      expectNothingInternal(error, harness.upstream.name);
    });

    it('refuses an oversized answer without reading all of it', async () => {
      const cancelled = harness.seen.cancelled();
      const error = await failure(call('huge'));
      expect(error.code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
      expectNothingInternal(error, harness.upstream.name);
      await cancelled;
    });

    it('fails, and does not hang, when the connection ends in the middle of an answer', async () => {
      const error = await failure(call('cut'));
      expect(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_ERROR']).toContain(error.code);
      expectNothingInternal(error, harness.upstream.name);
    });

    it('answers many calls at once', async () => {
      const responses = await Promise.all(Array.from({ length: 50 }, () => call('ok')));
      for (const response of responses) expect(response.data).toEqual(harness.expected.data);
    });

    it('still answers after all that', async () => {
      expect((await call('ok')).data).toEqual(harness.expected.data);
    });

    it('ends its idle connections when closed, and refuses later calls', async () => {
      await harness.upstream.close();
      await harness.seen.connections(0);
      const upstream = harness.connect();
      await upstream.call(harness.request('ok'), callOptions());
      await upstream.close();
      await harness.seen.connections(0);
      const error = await failure(upstream.call(harness.request('ok'), callOptions()));
      expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
      expectNothingInternal(error, upstream.name);
      await upstream.close();
    });
  });
}

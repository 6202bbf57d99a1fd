import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrpcUpstream } from '../../../gateway/upstreams/grpc.ts';
import type { GrpcUpstreamOptions } from '../../../gateway/upstreams/grpc.ts';
import type { UpstreamResponse } from '../../../gateway/upstreams/upstream.ts';
import { callOptions, failure } from '../contract.ts';
import { startBackend } from './backend.ts';
import type { Backend } from './backend.ts';
import { FIXTURES, fixtures } from './fixtures.ts';

/** Certificates of the year 2125, made with openssl for these tests: `server` is `users.internal`, `client` is a client. */
const pem = (name: string): Buffer => readFileSync(path.join(FIXTURES, 'tls', `${name}.pem`));
const ca = pem('ca');
const registry = fixtures('kinds.proto');

describe('a backend behind TLS', () => {
  let backend: Backend;

  beforeAll(async () => {
    const keys = [{ private_key: pem('server.key'), cert_chain: pem('server') }];
    backend = await startBackend(
      { Point: (call, answer) => answer(null, call.request) },
      ServerCredentials.createSsl(ca, keys, true),
    );
  });
  afterAll(() => backend.stop());

  async function call(tls?: GrpcUpstreamOptions['tls']): Promise<UpstreamResponse> {
    const upstream = createGrpcUpstream({
      name: 'users',
      address: backend.address,
      registry,
      ...(tls && { tls }),
    });
    try {
      const request = { operation: 'kinds.v1.Echo/Point', input: { message: { x: 4 } }, idempotent: true };
      return await upstream.call(request, callOptions());
    } finally {
      await upstream.close();
    }
  }

  it('is reached with its authority, its name and our own certificate', async () => {
    const tls = { ca, cert: pem('client'), key: pem('client.key').toString(), serverName: 'users.internal' };
    expect((await call(tls)).data).toEqual({ x: 4, y: 0 });
  });

  it.each<[string, GrpcUpstreamOptions['tls']]>([
    [
      'of an authority that is not trusted',
      { cert: pem('client'), key: pem('client.key'), serverName: 'users.internal' },
    ],
    ['of another name', { ca, cert: pem('client'), key: pem('client.key'), serverName: 'orders.internal' }],
    ['that wants our certificate, when we have none', { ca, serverName: 'users.internal' }],
    ['when spoken to without TLS', undefined],
  ])('is not trusted or reached: %s', async (_, tls) => {
    const error = await failure(call(tls));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.message).not.toMatch(/127\.0\.0\.1|certificate|internal/);
  });

  it('needs certificate and key together', () => {
    expect(() =>
      createGrpcUpstream({ name: 'users', address: backend.address, registry, tls: { cert: pem('client') } }),
    ).toThrow('Upstream "users": tls.cert and tls.key belong together; one is missing.');
  });
});

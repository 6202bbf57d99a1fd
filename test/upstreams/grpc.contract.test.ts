import { once } from 'node:events';
import type http2 from 'node:http2';
import { createGrpcUpstream } from '../../gateway/upstreams/grpc.ts';
import type { Headers, Upstream } from '../../gateway/upstreams/upstream.ts';
import { describeUpstreamContract } from './contract.ts';
import type { ContractHarness, Scenario } from './contract.ts';
import { frame, startRawBackend } from './grpc/backend.ts';
import { fixtures } from './grpc/fixtures.ts';

const MAX_RESPONSE_BYTES = 1024 * 1024;
const HEAD = { ':status': 200, 'content-type': 'application/grpc+proto', 'x-answered-by': 'echo' };
const SECRET = 'at /srv/users.ts:12 password=hunter2';
/** `x` of a `kinds.v1.Point` tells the scenario. */
const SCENARIOS: readonly Scenario[] = [
  'ok',
  'business-error',
  'server-error',
  'hang',
  'garbage',
  'huge',
  'cut',
];

const registry = fixtures('kinds.proto');
const point = registry.codec('kinds.v1.Point');

/** Answers by hand on HTTP/2, because a gRPC server cannot be made to misbehave. */
function answer(stream: http2.ServerHttp2Stream, scenario: Scenario): void {
  const finish = (message: Buffer | undefined, trailers: Record<string, string>): void => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(message);
  };
  switch (scenario) {
    case 'ok':
      return finish(frame(Buffer.from(point.encode({ x: 1, y: 2 }))), { 'grpc-status': '0' });
    case 'business-error':
      return finish(undefined, { 'grpc-status': '5', 'grpc-message': 'There is no point 1.' });
    case 'server-error':
      return finish(undefined, { 'grpc-status': '13', 'grpc-message': SECRET });
    case 'hang':
      return;
    case 'garbage':
      return finish(frame(Buffer.from([0x08, 0xff, 0xff])), { 'grpc-status': '0' });
    case 'huge': {
      stream.respond(HEAD);
      const head = Buffer.alloc(5);
      head.writeUInt32BE(MAX_RESPONSE_BYTES + 20 * 1024 * 1024, 1);
      stream.write(head);
      const more = (): void => {
        if (!stream.destroyed) stream.write(Buffer.alloc(64 * 1024), more);
      };
      return more();
    }
    case 'cut':
      stream.respond(HEAD);
      stream.write(frame(Buffer.alloc(1000)).subarray(0, 100), () => stream.session?.destroy());
  }
}

async function start(): Promise<ContractHarness> {
  let headers: Headers = {};
  const backend = await startRawBackend((stream, seen) => {
    headers = Object.fromEntries(
      Object.entries(seen)
        .filter(([name]) => !name.startsWith(':'))
        .map(([name, value]) => [name, String(value)]),
    );
    let request = Buffer.alloc(0) as Buffer;
    stream.on('data', (chunk: Buffer) => {
      request = Buffer.concat([request, chunk]);
    });
    let scenario: Scenario = 'hang';
    stream.on('end', () => {
      scenario = SCENARIOS[(point.decode(request.subarray(5)) as { x: number }).x]!;
      backend.events.emit('arrived');
      answer(stream, scenario);
    });
    stream.on('close', () => {
      if (stream.rstCode !== 0) backend.events.emit('cancelled');
    });
  });
  const upstreams: Upstream<unknown>[] = [];
  const connect = (address = backend.address, name = 'echo'): Upstream<unknown> => {
    const upstream = createGrpcUpstream({ name, address, registry, maxResponseBytes: MAX_RESPONSE_BYTES });
    upstreams.push(upstream);
    return upstream;
  };
  const nobody = await startRawBackend(() => {});
  nobody.stop();
  return {
    upstream: connect(),
    deadUpstream: connect(nobody.address, 'dead'),
    connect: () => connect(),
    request: (scenario) => ({
      operation: 'kinds.v1.Echo/Point',
      input: { message: { x: SCENARIOS.indexOf(scenario) } },
      idempotent: true,
    }),
    expected: {
      data: { x: 1, y: 2 },
      header: ['x-answered-by', 'echo'],
      businessError: { code: 'NOT_FOUND', message: 'There is no point 1.' },
      serverErrorText: SECRET,
    },
    seen: {
      headers: () => headers,
      arrived: async () => void (await once(backend.events, 'arrived')),
      cancelled: async () => void (await once(backend.events, 'cancelled')),
      async connections(count) {
        while (backend.sessions.size !== count) await once(backend.events, 'session-closed');
      },
    },
    async stop() {
      for (const upstream of upstreams) await upstream.close();
      backend.stop();
    },
  };
}

describeUpstreamContract('grpc', start);

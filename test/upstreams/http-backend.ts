/** A real HTTP server that misbehaves on demand, for the contract of the three HTTP wires. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import type { Headers, Upstream, UpstreamRequest } from '../../gateway/upstreams/upstream.ts';
import type { ContractHarness, Scenario } from './contract.ts';

export const BUSINESS_MESSAGE = 'Order 7 is already shipped.';
export const SERVER_ERROR_TEXT = 'NullPointerException at OrderDao.java:42';
/** Limit of the upstreams under contract. */
export const MAX_RESPONSE_BYTES = 100_000;

export interface HttpWire {
  readonly contentType: string;
  /** Bodies of the answers. */
  readonly ok: string;
  readonly businessError: { readonly status: number; readonly body: string };
  readonly serverError: string;
  readonly garbage: string;
  /** How an endless answer begins. */
  readonly hugeStart: string;
  readonly data: unknown;
  connect(baseUrl: string, name: string): Upstream<unknown>;
  request(scenario: Scenario): UpstreamRequest<unknown>;
}

/** `next()` resolves at the next `notify()`. */
class Signal {
  readonly #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export async function startHttpHarness(wire: HttpWire): Promise<ContractHarness> {
  const arrived = new Signal();
  const cancelled = new Signal();
  const connectionsChanged = new Signal();
  const sockets = new Set<Socket>();
  let headers: Headers = {};

  const server = createServer((request, response) => {
    headers = request.headers as Headers;
    response.on('close', () => {
      if (!response.writableFinished) cancelled.notify();
    });
    void scenarioOf(request).then((scenario) => {
      arrived.notify();
      return answer(scenario, wire, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    connectionsChanged.notify();
    socket.on('close', () => {
      sockets.delete(socket);
      connectionsChanged.notify();
    });
  });
  const port = await listen(server);
  const connect = (): Upstream<unknown> => wire.connect(`http://127.0.0.1:${port}`, 'orders');
  const upstream = connect();
  const deadUpstream = wire.connect(`http://127.0.0.1:${await closedPort()}`, 'dead');

  return {
    upstream,
    deadUpstream,
    connect,
    request: (scenario) => wire.request(scenario),
    expected: {
      data: wire.data,
      header: ['x-served-by', 'one, two'],
      businessError: { code: 'CONFLICT', message: BUSINESS_MESSAGE },
      serverErrorText: SERVER_ERROR_TEXT,
    },
    seen: {
      headers: () => headers,
      arrived: () => arrived.next(),
      cancelled: () => cancelled.next(),
      async connections(count) {
        while (sockets.size !== count) await connectionsChanged.next();
      },
    },
    async stop() {
      const closed = once(server, 'close');
      // First the server, so that a call that still hangs after a failed test ends too.
      server.closeAllConnections();
      server.close();
      await Promise.all([upstream.close(), deadUpstream.close(), closed]);
    },
  };
}

/** The last segment of the path, or for an endpoint the `query` of the JSON body. */
async function scenarioOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const segment = request.url?.split('/').at(-1) ?? '';
  return segment === 'graphql' ? String((JSON.parse(body) as { query: unknown }).query) : segment;
}

async function answer(scenario: string, wire: HttpWire, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', wire.contentType);
  switch (scenario as Scenario) {
    case 'ok':
      response.setHeader('X-Served-By', ['one', 'two']);
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end(wire.ok);
      return;
    case 'business-error':
      response.writeHead(wire.businessError.status).end(wire.businessError.body);
      return;
    case 'server-error':
      response.writeHead(500).end(wire.serverError);
      return;
    case 'garbage':
      response.end(wire.garbage);
      return;
    case 'huge':
      await writeEndlessly(response, wire.hugeStart);
      return;
    case 'cut':
      response.writeHead(200, { 'content-length': wire.ok.length });
      response.write(wire.ok.slice(0, 5), () => response.destroy());
      return;
    case 'hang':
      return;
  }
}

/** Until the reader goes away; keeps to its pace. Gives the number of bytes written. */
export async function writeEndlessly(response: ServerResponse, start: string): Promise<number> {
  const chunk = Buffer.alloc(65_536, 'a');
  const ready = new Signal();
  response.on('drain', () => ready.notify());
  response.on('close', () => ready.notify());
  let bytes = 0;
  response.write(start);
  while (!response.destroyed) {
    bytes += chunk.length;
    const next = ready.next();
    if (!response.write(chunk)) await next;
  }
  return bytes;
}

export async function listen(server: ReturnType<typeof createNetServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createNetServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** A server with one handler, for tests of one behaviour; its base URL and how to stop it. */
export async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ baseUrl: string; stop(): Promise<void> }> {
  const server = createServer(handler);
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

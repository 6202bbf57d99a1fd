import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SluiceError } from '../errors.ts';
import { Exchange } from './exchange.ts';
import type { HttpHandler } from './message.ts';
import { send } from './send.ts';

export interface HttpLimits {
  /** A request's body, in bytes. */
  /** Of a body; or for each path (as it was sent). */
  readonly bodyBytes: number | ((path: string) => number);
  /** All headers of a request together, in bytes. */
  readonly headerBytes: number;
  /** From the connection (or the previous request) to the last header. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection stays open; longer than that of a load balancer in front (default 65000). */
  readonly keepAliveTimeoutMs?: number;
  /** Connections beyond it are closed at once; absent = as many as the system allows. */
  readonly maxConnections?: number;
}

export interface HttpServerOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  readonly handler: HttpHandler;
  readonly limits: HttpLimits;
  /** Told of what went wrong on our side: a handler that rejected, a stream that failed. */
  readonly onError: (error: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  /** For people: `http://localhost:4000`. */
  readonly url: string;
  /** Accepts nothing new, waits up to `graceMs` for what is running, then cuts it off. Idempotent. */
  close(options: { graceMs: number }): Promise<void>;
}

/** Listens. Throws `SluiceError` if it cannot, saying which port and what to do. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { handler, limits, onError } = options;
  const running = new Set<Exchange>();
  let closing: Promise<void> | undefined;

  const serve = (exchange: Exchange, response: ServerResponse) => {
    running.add(exchange);
    response.once('close', () => {
      running.delete(exchange);
      exchange.closed();
    });
    handler(exchange)
      .then((answer) => send(response, answer, closing !== undefined))
      .catch((error: unknown) => {
        onError(error);
        fail(response);
      });
  };
  const bodyBytesOf = ({ url = '/' }: IncomingMessage): number =>
    typeof limits.bodyBytes === 'number' ? limits.bodyBytes : limits.bodyBytes(url);
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs ?? 65_000,
    connectionsCheckingInterval: Math.max(100, Math.min(limits.headersTimeoutMs, 5000) / 2),
  });
  if (limits.maxConnections !== undefined) server.maxConnections = limits.maxConnections;
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    serve(new Exchange(message, response, bodyBytesOf(message)), response);
  });
  server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(message, response, bodyBytesOf(message));
    exchange.beforeBody = () => response.writeContinue();
    serve(exchange, response);
  });
  server.on('clientError', refuseConnection);

  const address = await listen(server, options);
  return {
    port: address.port,
    url: `http://${displayHost(options.host)}:${address.port}`,
    close({ graceMs }) {
      closing ??= drain(server, running, graceMs);
      return closing;
    },
  };
}

function listen(server: Server, { port, host }: HttpServerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new SluiceError('INTERNAL_SERVER_ERROR', listenFailure(error, host, port), { cause: error }));
    });
    server.listen({ port, host }, () => resolve(server.address() as AddressInfo));
  });
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another process. Stop that process, or choose another port.`;
    case 'EACCES':
      return `Port ${port} on ${host} needs privileges that this process does not have. Choose a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address "${host}" to listen on. Use 127.0.0.1 for this machine only, 0.0.0.0 for every interface.`;
    default:
      return `Cannot listen on ${host}:${port} (${error.code ?? error.message}).`;
  }
}

async function drain(server: Server, running: Set<Exchange>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    const reason = new SluiceError('SHUTTING_DOWN', 'The gateway is shutting down. Send the request again.');
    for (const exchange of running) exchange.abort(reason);
    // One turn of the loop for those who answer the abort at once.
    setImmediate(() => server.closeAllConnections());
  }, graceMs);
  // A connection that was kept alive by an answer written just before the drain began.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(timer);
  clearInterval(sweep);
}

/** The last resort. The handler answers its own errors, so what comes here is a fault of ours. */
function fail(response: ServerResponse): void {
  if (response.headersSent) {
    // Cut the connection, so that the client sees that the answer is incomplete.
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end('Internal server error.\n');
}

/** Bytes that are not HTTP, too many of them, or none in time: a bare status line, and the connection is over. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

const CLIENT_ERRORS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function displayHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

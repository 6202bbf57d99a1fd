import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Numbers by operation, e.g. `{"products.v1.CatalogueService/GetProduct": 3}`. */
export interface CounterSnapshot {
  /** Calls received, whatever became of them. */
  readonly calls: Readonly<Record<string, number>>;
  /** Ids (keys) asked for, summed over the calls; duplicates within a call count each time. */
  readonly keys: Readonly<Record<string, number>>;
  /** Calls whose work was given up because the caller cancelled or the deadline passed. */
  readonly cancelled: Readonly<Record<string, number>>;
}

/** Counts what a backend was asked, so that a test can prove how many calls a query cost. */
export class CallCounters {
  readonly #calls = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #cancelled = new Map<string, number>();

  /** @param keys how many ids the call asks for; left out when the operation takes none. */
  call(operation: string, keys?: number): void {
    add(this.#calls, operation, 1);
    if (keys !== undefined) add(this.#keys, operation, keys);
  }

  cancelled(operation: string): void {
    add(this.#cancelled, operation, 1);
  }

  snapshot(): CounterSnapshot {
    return {
      calls: Object.fromEntries(this.#calls),
      keys: Object.fromEntries(this.#keys),
      cancelled: Object.fromEntries(this.#cancelled),
    };
  }

  reset(): void {
    this.#calls.clear();
    this.#keys.clear();
    this.#cancelled.clear();
  }
}

function add(counts: Map<string, number>, operation: string, amount: number): void {
  counts.set(operation, (counts.get(operation) ?? 0) + amount);
}

/** A listening server: the port it got, and how to stop it. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `GET /counters` (a CounterSnapshot), `POST /counters/reset` (204) and `GET /healthz` over HTTP.
 * @param options.port 0 takes any free port
 */
export async function startAdmin(options: {
  readonly port: number;
  readonly host: string;
  readonly counters: CallCounters;
}): Promise<Listening> {
  const { counters } = options;
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.split('?', 1)[0]}`;
    request.resume();
    if (route === 'GET /counters') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(counters.snapshot()));
    } else if (route === 'POST /counters/reset') {
      counters.reset();
      response.writeHead(204).end();
    } else if (route === 'GET /healthz') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end('ok\n');
    } else {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('Try GET /counters, POST /counters/reset or GET /healthz.\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

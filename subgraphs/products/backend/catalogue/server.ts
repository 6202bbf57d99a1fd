import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { serverStream, unary } from './calls.ts';
import type { Wiring } from './calls.ts';
import type { CallCounters, Listening } from '../counters.ts';
import type {
  BatchGetProductsRequest,
  GetProductRequest,
  ListCategoriesRequest,
  PriceUpdate,
  SearchProductsRequest,
  WatchPriceRequest,
} from './messages.ts';
import { watchPrice } from './prices.ts';
import { protos, service, SERVICE_NAME } from './proto.ts';
import { batchGetProducts, getProduct, listCategories, searchProducts } from './reading.ts';
import { reflectionOf } from './reflection.ts';
import { CatalogueStore } from './store.ts';

/** How long calls under way may take to end when the server stops. */
const GRACE_MS = 1000;

/**
 * Starts products.v1.CatalogueService with health and reflection services.
 * @param options.port 0 takes any free port
 * @param options.database path of the SQLite file, or `:memory:`
 * @param options.latencyMs how much later answers come; by default what the environment's LATENCY_MS says, or 0
 * @param options.priceIntervalMs how often WatchPrice tells a price; by default PRICE_INTERVAL_MS, or 1000
 */
export async function startCatalogue(options: {
  readonly port: number;
  readonly host: string;
  readonly database: string;
  readonly counters: CallCounters;
  readonly latencyMs?: number;
  readonly priceIntervalMs?: number;
}): Promise<Listening> {
  const latencyMs = options.latencyMs ?? fromEnvironment('LATENCY_MS', 0);
  const priceIntervalMs = options.priceIntervalMs ?? fromEnvironment('PRICE_INTERVAL_MS', 1000);
  const store = new CatalogueStore(options.database);
  const closing = new AbortController();
  const server = new Server();
  const wiring: Wiring = {
    counters: options.counters,
    latencyMs,
    instance: `catalogue-${process.pid}`,
    closing: closing.signal,
  };
  server.addService(service, methods(store, wiring, priceIntervalMs));
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'SERVING' });
  health.addToServer(server);
  reflectionOf(protos).addToServer(server);
  try {
    const port = await bind(server, options.host, options.port);
    return {
      port,
      close: async () => {
        health.setStatus('', 'NOT_SERVING');
        health.setStatus(SERVICE_NAME, 'NOT_SERVING');
        closing.abort();
        await shutDown(server);
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function methods(store: CatalogueStore, wiring: Wiring, priceIntervalMs: number) {
  return {
    getProduct: unary(
      wiring,
      () => 1,
      (request: GetProductRequest) => getProduct(store, request),
    ),
    batchGetProducts: unary(
      wiring,
      (request: BatchGetProductsRequest) => request.skus.length,
      (request) => batchGetProducts(store, request),
    ),
    searchProducts: unary(wiring, undefined, (request: SearchProductsRequest) =>
      searchProducts(store, request),
    ),
    listCategories: unary(wiring, undefined, (request: ListCategoriesRequest) =>
      listCategories(store, request),
    ),
    watchPrice: serverStream(wiring, (request: WatchPriceRequest, send: (update: PriceUpdate) => void) =>
      watchPrice(store, priceIntervalMs, request, send),
    ),
  };
}

/** A whole number of milliseconds from the environment. Throws if it is not one. */
function fromEnvironment(name: string, fallback: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return fallback;
  if (/^[0-9]{1,6}$/u.test(text)) return Number(text);
  throw new Error(`${name} must be a whole number of milliseconds below 1000000, not "${text}".`);
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

import type { CallCounters } from '../../../common/counters.ts';
import { serverStream, unary } from '../../../common/grpc/calls.ts';
import type { Wiring } from '../../../common/grpc/calls.ts';
import { startGrpcServer } from '../../../common/grpc/server.ts';
import type { Listening } from '../../../common/listening.ts';
import type {
  BatchGetProductsRequest,
  GetProductRequest,
  ListCategoriesRequest,
  PriceUpdate,
  SearchProductsRequest,
  WatchPriceRequest,
} from './messages.ts';
import { watchPrice } from './prices.ts';
import { protos, SERVICE_NAME } from './proto.ts';
import { batchGetProducts, getProduct, listCategories, searchProducts } from './reading.ts';
import { CatalogueStore } from './store.ts';

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
  return startGrpcServer({
    ...options,
    latencyMs,
    name: 'catalogue',
    protos,
    serviceName: SERVICE_NAME,
    methods: (wiring) => methods(store, wiring, priceIntervalMs),
    release: () => store.close(),
  });
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

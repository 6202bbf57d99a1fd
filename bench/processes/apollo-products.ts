// A plain Apollo subgraph in front of the products service: catalogue over gRPC, stock over XML, both batched.
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { serveSubgraph, wantedFields } from './apollo-subgraph.ts';
import { grpcClient } from './grpc-client.ts';
import { setting } from './serve.ts';
import { xmlClient } from './xml-client.ts';

interface Product {
  readonly sku: string;
}
interface Stock {
  readonly '@sku': string;
  readonly available: Amount;
  readonly reserved: Amount;
}
interface Amount {
  readonly '#text': string;
}
type ProductLoader = DataLoader<string, Product | null>;
interface Context {
  /** By the fields that are asked for. */
  readonly products: Map<string, ProductLoader>;
  readonly stocks: DataLoader<string, Stock | null>;
}

const call = grpcClient(
  setting('CATALOGUE_ADDRESS'),
  'products/v1/catalogue.proto',
  'products.v1.CatalogueService',
);
const get = xmlClient(setting('WAREHOUSE_URL'), ['stock']);
const CATALOGUE_FIELDS = new Set(['name', 'description', 'price']);

async function loadStocks(skus: readonly string[]): Promise<(Stock | null)[]> {
  const { stocks } = await get<{ stocks: { stock?: readonly Stock[] } }>(`/stock?skus=${skus.join(',')}`);
  const bySku = new Map(stocks.stock?.map((stock) => [stock['@sku'], stock]));
  return skus.map((sku) => bySku.get(sku) ?? null);
}

function load(sku: string, { products }: Context, info: GraphQLResolveInfo): Promise<Product | null> {
  const paths = ['sku', ...[...wantedFields(info)].filter((name) => CATALOGUE_FIELDS.has(name))];
  const key = paths.join(',');
  let loader = products.get(key);
  if (loader === undefined) products.set(key, (loader = createLoader(paths)));
  return loader.load(sku);
}

function createLoader(paths: readonly string[]): ProductLoader {
  return new DataLoader(async (skus) => {
    const answer = await call<{ products: readonly Product[] }>('batchGetProducts', {
      skus,
      readMask: { paths },
    });
    const bySku = new Map(answer.products.map((product) => [product.sku, product]));
    return skus.map((sku) => bySku.get(sku) ?? null);
  });
}

await serveSubgraph(
  'peer-products.graphql',
  {
    Query: {
      product: (_: unknown, { sku }: Product, context: Context, info: GraphQLResolveInfo) =>
        load(sku, context, info),
    },
    Product: {
      __resolveReference: ({ sku }: Product, context: Context, info: GraphQLResolveInfo) =>
        load(sku, context, info),
      stock: ({ sku }: Product, _: unknown, { stocks }: Context) => stocks.load(sku),
    },
    Stock: {
      available: ({ available }: Stock) => Number(available['#text']),
      reserved: ({ reserved }: Stock) => Number(reserved['#text']),
    },
  },
  (): Context => ({ products: new Map(), stocks: new DataLoader(loadStocks) }),
);

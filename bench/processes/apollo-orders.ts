// A plain Apollo subgraph in front of the orders service: XML over REST, one call for the orders of many users.
import DataLoader from 'dataloader';
import { serveSubgraph } from './apollo-subgraph.ts';
import { setting } from './serve.ts';
import { xmlClient } from './xml-client.ts';

interface Order {
  readonly '@id': string;
  readonly '@status': string;
  readonly customer: { readonly '@ref': string };
  readonly items: { readonly item: readonly Item[] };
}
interface Item {
  readonly '@line': string;
  readonly '@sku': string;
}
interface Page {
  readonly '@total': string;
  readonly order?: readonly Order[];
}
interface Customers {
  readonly customers: { readonly customer?: readonly { readonly '@id': string; readonly orders: Page }[] };
}
interface PageArguments {
  readonly first: number;
  readonly after?: string;
}
interface Context {
  readonly orders: DataLoader<string, Order | null>;
  /** One loader per arguments: only users asked with the same ones share a call. */
  readonly ordersOfUsers: Map<string, DataLoader<string, Page | null>>;
}

const get = xmlClient(setting('ORDERS_URL'), ['customer', 'order', 'item']);

async function loadOrders(ids: readonly string[]): Promise<(Order | null)[]> {
  const { orders } = await get<{ orders: { order?: readonly Order[] } }>(`/orders?ids=${ids.join(',')}`);
  const byId = new Map(orders.order?.map((order) => [order['@id'], order]));
  return ids.map((id) => byId.get(id) ?? null);
}

function ordersOfUsers({ ordersOfUsers: loaders }: Context, { first, after }: PageArguments) {
  const query = `first=${first}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
  let loader = loaders.get(query);
  if (loader === undefined) {
    loader = new DataLoader(async (ids) => {
      const { customers } = await get<Customers>(`/customers/orders?ids=${ids.join(',')}&${query}`);
      const byId = new Map(customers.customer?.map((customer) => [customer['@id'], customer.orders]));
      return ids.map((id) => byId.get(id) ?? null);
    });
    loaders.set(query, loader);
  }
  return loader;
}

await serveSubgraph(
  'peer-orders.graphql',
  {
    Query: { order: (_: unknown, { id }: { id: string }, { orders }: Context) => orders.load(id) },
    User: {
      orders: ({ id }: { id: string }, page: PageArguments, context: Context) =>
        ordersOfUsers(context, page).load(id),
    },
    OrderConnection: {
      nodes: ({ order }: Page) => order ?? [],
      totalCount: (page: Page) => Number(page['@total']),
    },
    Order: {
      __resolveReference: ({ id }: { id: string }, { orders }: Context) => orders.load(id),
      id: (order: Order) => order['@id'],
      status: (order: Order) => order['@status'],
      customer: (order: Order) => ({ id: order.customer['@ref'] }),
      items: (order: Order) => order.items.item,
    },
    OrderItem: {
      line: (item: Item) => Number(item['@line']),
      product: (item: Item) => ({ sku: item['@sku'] }),
    },
  },
  (): Context => ({ orders: new DataLoader(loadOrders), ordersOfUsers: new Map() }),
);

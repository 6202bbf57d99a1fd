import { startAdmin } from '../../common/admin.ts';
import { CallCounters } from '../../common/counters.ts';
import { startService } from '../../common/http/service.ts';
import { renderFault } from '../../common/xml/answer.ts';
import { OrderChanges } from './changes.ts';
import { openOrders } from './database.ts';
import { orderRoutes } from './order-routes.ts';
import { OrderQueries } from './queries.ts';

export interface OrdersBackend {
  readonly ports: { readonly http: number; readonly admin: number };
  readonly counters: CallCounters;
  close(): Promise<void>;
}

/**
 * The orders service, XML over HTTP, and its admin server.
 * @param options.database path of a SQLite file, or `:memory:`
 * @param options.httpPort 0 takes any free port, as does `adminPort`
 */
export async function startOrders(options: {
  readonly httpPort: number;
  readonly adminPort: number;
  readonly host: string;
  readonly database: string;
}): Promise<OrdersBackend> {
  const { host } = options;
  const counters = new CallCounters();
  const database = openOrders(options.database);
  const closers = [async () => database.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const http = await startService({
      port: options.httpPort,
      host,
      counters,
      routes: orderRoutes(new OrderQueries(database), new OrderChanges(database)),
      renderFault,
    });
    closers.push(() => http.close());
    const admin = await startAdmin({ port: options.adminPort, host, counters });
    closers.push(() => admin.close());
    return { ports: { http: http.port, admin: admin.port }, counters, close };
  } catch (error) {
    await close();
    throw error;
  }
}

import type { DatabaseSync } from 'node:sqlite';
import type { CallCounters } from '../../../common/counters.ts';
import { startService } from '../../../common/http/service.ts';
import type { Listening } from '../../../common/listening.ts';
import { renderFault } from '../../../common/xml/answer.ts';
import { prepareWarehouse } from './database.ts';
import { warehouseRoutes } from './routes.ts';
import { StockTable } from './stock.ts';

/**
 * The warehouse, XML over HTTP. The database stays the caller's, who closes it.
 * @param options.port 0 takes any free port
 */
export function startWarehouse(options: {
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseSync;
  readonly counters: CallCounters;
}): Promise<Listening> {
  const { port, host, database, counters } = options;
  prepareWarehouse(database);
  return startService({
    port,
    host,
    counters,
    routes: warehouseRoutes(new StockTable(database)),
    renderFault,
  });
}

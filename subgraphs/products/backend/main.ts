import { join } from 'node:path';
import { startAdmin } from '../../common/admin.ts';
import { CallCounters } from '../../common/counters.ts';
import { portFrom } from '../../common/environment.ts';
import { openDatabase } from '../../common/sqlite/open.ts';
import { stopWhenAsked } from '../../common/stop.ts';
import { startCatalogue } from './catalogue/server.ts';
import { startReviews } from './reviews/server.ts';
import { startWarehouse } from './warehouse/server.ts';

const projectRoot = join(import.meta.dirname, '../../..');

const closers: (() => Promise<void>)[] = [];
/** What started last stops first. */
async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Notes how a server is stopped, and returns its port. */
function track(server: { readonly port: number; close(): Promise<void> }): number {
  closers.push(() => server.close());
  return server.port;
}

try {
  const host = process.env['HOST'] ?? '127.0.0.1';
  const path = process.env['DATABASE'] ?? join(projectRoot, '.sluice/products.sqlite');
  const wanted = {
    grpc: portFrom('GRPC_PORT', 50_052),
    warehouse: portFrom('WAREHOUSE_PORT', 50_072),
    reviews: portFrom('REVIEWS_PORT', 50_073),
    admin: portFrom('ADMIN_PORT', 50_082),
  };
  const counters = new CallCounters();
  const database = openDatabase(path);
  closers.push(async () => database.close());
  const ports = {
    grpc: track(await startCatalogue({ port: wanted.grpc, host, database: path, counters })),
    warehouse: track(await startWarehouse({ port: wanted.warehouse, host, database, counters })),
    reviews: track(await startReviews({ port: wanted.reviews, host, database, counters })),
    admin: track(await startAdmin({ port: wanted.admin, host, counters })),
  };
  stopWhenAsked(closeAll);
  console.log(JSON.stringify({ ready: true, ports }));
} catch (error) {
  await closeAll();
  console.error(`The products backend cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}

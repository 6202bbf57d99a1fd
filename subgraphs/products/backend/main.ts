import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startCatalogue } from './catalogue/server.ts';
import { CallCounters, startAdmin } from './counters.ts';
import { startReviews } from './reviews/server.ts';
import { startWarehouse } from './warehouse/server.ts';

const projectRoot = join(import.meta.dirname, '../../..');

/** A port from the environment; 0 = any free one. */
function portFrom(name: string, fallback: number): number {
  const value = process.env[name] ?? '';
  if (value === '') return fallback;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${name} must be a port from 0 to 65535, not "${value}".`);
}

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

function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  closers.push(async () => database.close());
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  return database;
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
  const ports = {
    grpc: track(await startCatalogue({ port: wanted.grpc, host, database: path, counters })),
    warehouse: track(await startWarehouse({ port: wanted.warehouse, host, database, counters })),
    reviews: track(await startReviews({ port: wanted.reviews, host, database, counters })),
    admin: track(await startAdmin({ port: wanted.admin, host, counters })),
  };
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void closeAll().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.env['SLUICE_EXIT_WITH_PARENT'] === '1')
    process.stdin.once('end', stop).once('close', stop).resume();
  console.log(JSON.stringify({ ready: true, ports }));
} catch (error) {
  await closeAll();
  console.error(`The products backend cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}

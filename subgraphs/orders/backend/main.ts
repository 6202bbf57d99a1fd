import { join } from 'node:path';
import { startOrders } from './server.ts';

const projectRoot = join(import.meta.dirname, '../../..');

/** A port from the environment; 0 = any free one. */
function portFrom(name: string, fallback: number): number {
  const value = process.env[name] ?? '';
  if (value === '') return fallback;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${name} must be a port from 0 to 65535, not "${value}".`);
}

try {
  const backend = await startOrders({
    httpPort: portFrom('HTTP_PORT', 50_071),
    adminPort: portFrom('ADMIN_PORT', 50_081),
    host: process.env['HOST'] ?? '127.0.0.1',
    database: process.env['DATABASE'] ?? join(projectRoot, '.sluice/orders.sqlite'),
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void backend.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.env['SLUICE_EXIT_WITH_PARENT'] === '1')
    process.stdin.once('end', stop).once('close', stop).resume();
  console.log(JSON.stringify({ ready: true, ports: backend.ports }));
} catch (error) {
  console.error(`The orders backend cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}

import { join } from 'node:path';
import { portFrom } from '../../common/environment.ts';
import { stopWhenAsked } from '../../common/stop.ts';
import { startOrders } from './server.ts';

const projectRoot = join(import.meta.dirname, '../../..');

try {
  const backend = await startOrders({
    httpPort: portFrom('HTTP_PORT', 50_071),
    adminPort: portFrom('ADMIN_PORT', 50_081),
    host: process.env['HOST'] ?? '127.0.0.1',
    database: process.env['DATABASE'] ?? join(projectRoot, '.sluice/orders.sqlite'),
  });
  stopWhenAsked(() => backend.close());
  console.log(JSON.stringify({ ready: true, ports: backend.ports }));
} catch (error) {
  console.error(`The orders backend cannot start: ${(error as Error).message}`);
  process.exitCode = 1;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProcess } from '../process.ts';
import { echoFloor } from './floors.ts';
import { peers } from './peers.ts';
import { sluice } from './sluice.ts';
import type { Prepared, Stage } from './workload.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Databases of their own: a demo that somebody plays with must not change the figures. */
const DATABASES = join(ROOT, '.sluice/bench');

/** The demo's backends on free ports; `env` tells the gateway where they are. */
export async function startDemoBackends(stage: Stage) {
  mkdirSync(DATABASES, { recursive: true });
  const [users, products, orders] = await Promise.all(
    ['users', 'products', 'orders'].map((name) =>
      stage.start({
        name: `${name}-backend`,
        script: join(ROOT, `subgraphs/${name}/backend/main.ts`),
        env: {
          DATABASE: join(DATABASES, `${name}.sqlite`),
          HOST: '127.0.0.1',
          ...Object.fromEntries(PORT_VARIABLES.map((variable) => [variable, '0'])),
        },
        core: 'rest',
      }),
    ),
  );
  const env = {
    USERS_PORT: port(users, 'grpc'),
    CATALOGUE_PORT: port(products, 'grpc'),
    WAREHOUSE_PORT: port(products, 'warehouse'),
    REVIEWS_PORT: port(products, 'reviews'),
    ORDERS_PORT: port(orders, 'http'),
  };
  return { users, products, orders, env };
}

const port = (at: RunningProcess | undefined, name: string) => `${at!.ports[name]}`;

/** The demo's backends, and who can serve its graph. */
export async function prepareDemo(stage: Stage): Promise<Prepared> {
  const { users, products, orders, env } = await startDemoBackends(stage);
  const address = (at: typeof users, name: string) => `127.0.0.1:${port(at, name)}`;
  const config = sluice(join(ROOT, 'sluice.yaml'), { env });
  const subgraphs = [
    { name: 'users', env: { USERS_ADDRESS: address(users, 'grpc') } },
    { name: 'orders', env: { ORDERS_URL: `http://${address(orders, 'http')}` } },
    {
      name: 'products',
      env: {
        CATALOGUE_ADDRESS: address(products, 'grpc'),
        WAREHOUSE_URL: `http://${address(products, 'warehouse')}`,
      },
    },
  ];
  return {
    counters: [users, products, orders].map((backend) => `http://${address(backend, 'admin')}`),
    contestants: [config, ...peers(subgraphs), echoFloor],
  };
}

const PORT_VARIABLES = ['GRPC_PORT', 'HTTP_PORT', 'WAREHOUSE_PORT', 'REVIEWS_PORT', 'ADMIN_PORT'];

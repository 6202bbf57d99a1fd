import { join } from 'node:path';
import { projectRoot, startProcess } from './processes.ts';
import type { RunningProcess } from './processes.ts';

export type BackendName = 'users' | 'products' | 'orders';

/** Names of a backend's ports as it prints them, and the variables that choose them. */
const PORT_VARIABLES: Readonly<Record<BackendName, Readonly<Record<string, string>>>> = {
  users: { grpc: 'GRPC_PORT', admin: 'ADMIN_PORT' },
  products: {
    grpc: 'GRPC_PORT',
    warehouse: 'WAREHOUSE_PORT',
    reviews: 'REVIEWS_PORT',
    admin: 'ADMIN_PORT',
  },
  orders: { http: 'HTTP_PORT', admin: 'ADMIN_PORT' },
};

export interface Counters {
  readonly calls: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, number>>;
  readonly cancelled: Readonly<Record<string, number>>;
}

/** A demo backend in a process of its own, on free ports, with its data in memory. */
export interface Backend {
  readonly name: BackendName;
  readonly ports: Readonly<Record<string, number>>;
  counters(): Promise<Counters>;
  resetCounters(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the ports that it had, with fresh data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBackend(name: BackendName): Promise<Backend> {
  let { process, ports } = await launch(name, {});
  const admin = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${ports['admin']}${path}`, { method });
  return {
    name,
    ports,
    counters: async () => (await (await admin('/counters')).json()) as Counters,
    async resetCounters() {
      await (await admin('/counters/reset', 'POST')).text();
    },
    async kill() {
      await process.stop('SIGKILL');
    },
    async restart() {
      ({ process, ports } = await launch(name, ports));
    },
    async stop() {
      await process.stop();
    },
  };
}

async function launch(
  name: BackendName,
  wanted: Readonly<Record<string, number>>,
): Promise<{ process: RunningProcess; ports: Readonly<Record<string, number>> }> {
  const env: Record<string, string> = { DATABASE: ':memory:', SLUICE_EXIT_WITH_PARENT: '1' };
  for (const [port, variable] of Object.entries(PORT_VARIABLES[name])) {
    env[variable] = String(wanted[port] ?? 0);
  }
  const started = startProcess([join(projectRoot, `subgraphs/${name}/backend/main.ts`)], { env });
  const [line] = await started.says(/^\{"ready":true.*\}$/m);
  return { process: started, ports: (JSON.parse(line) as { ports: Record<string, number> }).ports };
}

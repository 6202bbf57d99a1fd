import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startBackend } from './backends.ts';
import type { Backend, BackendName } from './backends.ts';
import { startGatewayProcess, writeConfig } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { projectRoot } from './processes.ts';

export type Section = Record<string, unknown>;

/** The parts of a configuration that tests change. */
export interface DemoConfig {
  upstreams: Record<string, Section>;
  subgraphs: Record<string, Section>;
  connectors: { sources: Record<string, Section> };
  [section: string]: unknown;
}

export interface Demo {
  readonly gateway: GatewayProcess;
  readonly backends: Readonly<Record<BackendName, Backend>>;
  /** Where the backends listen, by upstream: `host:port` or a base URL. */
  readonly addresses: Addresses;
  resetCounters(): Promise<void>;
  /** The calls of all backends since the last reset, by operation. */
  calls(): Promise<Readonly<Record<string, number>>>;
  /** Another gateway over the same backends; it stops with the demo. */
  another(change: (config: DemoConfig) => void): Promise<GatewayProcess>;
  stop(): Promise<void>;
}

export interface Addresses {
  readonly users: string;
  readonly catalogue: string;
  readonly warehouse: string;
  readonly orders: string;
  readonly reviews: string;
}

/** The demo as `npm start` runs it: the three real backends and the real gateway, from sluice.yaml, on free ports. */
export async function startDemo(change: (config: DemoConfig) => void = () => undefined): Promise<Demo> {
  const backends = await startBackends();
  const addresses = addressesOf(backends);
  const gateways: GatewayProcess[] = [];
  const files: { remove(): void }[] = [];
  const another = async (changeConfig: (config: DemoConfig) => void): Promise<GatewayProcess> => {
    const config = demoConfig(addresses);
    changeConfig(config);
    const written = writeConfig(config);
    files.push(written);
    const gateway = await startGatewayProcess(['--config', written.file]);
    gateways.push(gateway);
    return gateway;
  };
  const all = Object.values(backends);
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all(all.map((backend) => backend.stop()));
    for (const file of files) file.remove();
  };
  try {
    return {
      gateway: await another(change),
      backends,
      addresses,
      async resetCounters() {
        await Promise.all(all.map((backend) => backend.resetCounters()));
      },
      async calls() {
        const counters = await Promise.all(all.map((backend) => backend.counters()));
        return Object.assign({}, ...counters.map(({ calls }) => calls)) as Record<string, number>;
      },
      another,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startBackends(): Promise<Readonly<Record<BackendName, Backend>>> {
  const [users, products, orders] = await Promise.all([
    startBackend('users'),
    startBackend('products'),
    startBackend('orders'),
  ]);
  return { users, products, orders };
}

function addressesOf({ users, products, orders }: Readonly<Record<BackendName, Backend>>): Addresses {
  return {
    users: `127.0.0.1:${users.ports['grpc']}`,
    catalogue: `127.0.0.1:${products.ports['grpc']}`,
    warehouse: `http://127.0.0.1:${products.ports['warehouse']}`,
    reviews: `http://127.0.0.1:${products.ports['reviews']}`,
    orders: `http://127.0.0.1:${orders.ports['http']}`,
  };
}

/** The project's own sluice.yaml with other addresses, and with paths that hold wherever it lies. */
export function demoConfig(addresses: Addresses): DemoConfig {
  const config = parse(readFileSync(join(projectRoot, 'sluice.yaml'), 'utf8')) as DemoConfig & {
    demo?: unknown;
    server?: unknown;
  };
  delete config.demo;
  delete config.server;
  for (const name of ['users', 'catalogue'] as const) {
    const upstream = config.upstreams[name]!;
    upstream['address'] = addresses[name];
    upstream['protos'] = (upstream['protos'] as string[]).map(absolute);
    upstream['protoPaths'] = (upstream['protoPaths'] as string[]).map(absolute);
  }
  for (const name of ['warehouse', 'orders'] as const) config.upstreams[name]!['url'] = addresses[name];
  for (const subgraph of Object.values(config.subgraphs)) {
    for (const option of ['schema', 'resolvers']) {
      if (typeof subgraph[option] === 'string') subgraph[option] = absolute(subgraph[option]);
    }
  }
  config.connectors.sources['products.reviews']!['baseUrl'] = addresses.reviews;
  return config;
}

const absolute = (path: string): string => join(projectRoot, path);

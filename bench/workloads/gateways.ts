import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProcess } from '../process.ts';
import { freePort } from './ports.ts';
import type { Contestant, Stage } from './workload.ts';

const PROCESSES = join(import.meta.dirname, '../processes');
const HIVE = join(import.meta.dirname, '../peers/hive');
const HIVE_CLI = join(HIVE, 'node_modules/@graphql-hive/gateway/dist/bin.js');
const HIVE_RUST = join(HIVE, 'node_modules/@graphql-hive/router-runtime');
export const PRODUCTION = { NODE_ENV: 'production' };

/** A composed graph, and those of its subgraphs whose work counts as the gateway's. */
export interface Backing {
  readonly supergraphFile: string;
  readonly subgraphs: readonly RunningProcess[];
}

/** Starts what a gateway stands in front of, once for each contestant. */
export type Back = (stage: Stage) => Promise<Backing>;

/** `@apollo/gateway` behind Apollo Server, as its documentation shows. */
export function apolloGateway(name: string, back: Back): Contestant {
  return {
    name,
    kind: 'peer',
    async start(stage) {
      const { supergraphFile, subgraphs } = await back(stage);
      const gateway = await stage.start({
        name: 'apollo-gateway',
        script: join(PROCESSES, 'apollo-gateway.ts'),
        env: { ...PRODUCTION, SUPERGRAPH_FILE: supergraphFile },
        core: 'job',
      });
      return { url: urlOf(gateway), gateway, subgraphs };
    },
  };
}

export interface HiveOptions {
  /** Its own in JavaScript, or the one of Hive Router through N-API. */
  readonly planner: 'js' | 'rust';
  /** Its default: clients who ask the same at the same time share one subgraph request. */
  readonly dedupe: boolean;
  /** Clients who ask the same at the same time share the whole request; off by default. */
  readonly inboundDedupe?: boolean;
}

/** Nobody where `--install-peers` has not been run. */
export function hiveGateway(
  name: string,
  back: Back,
  { planner, dedupe, inboundDedupe = false }: HiveOptions,
): readonly Contestant[] {
  if (!existsSync(planner === 'rust' ? HIVE_RUST : HIVE_CLI)) return [];
  const config = ['--config-path', join(HIVE, 'gateway.config.js')];
  // Compiles the outer operation; the Rust planner brings an executor of its own.
  const jit = planner === 'js' ? ['--jit'] : [];
  return [
    {
      name,
      kind: 'peer',
      async start(stage) {
        const { supergraphFile, subgraphs } = await back(stage);
        const port = await freePort();
        const gateway = await stage.start({
          name: 'hive-gateway',
          script: HIVE_CLI,
          args: ['supergraph', supergraphFile, ...config, '--port', `${port}`, '--host', '127.0.0.1', ...jit],
          env: {
            ...PRODUCTION,
            LOG_LEVEL: 'warn',
            BENCH_WITHOUT_DEDUPE: dedupe ? '' : '1',
            BENCH_INBOUND_DEDUPE: inboundDedupe ? '1' : '',
            BENCH_PLANNER: planner,
          },
          core: 'job',
          readyUrl: `http://127.0.0.1:${port}/readiness`,
        });
        return { url: `http://127.0.0.1:${port}/graphql`, gateway, subgraphs };
      },
    },
  ];
}

export function urlOf(running: RunningProcess): string {
  return `http://127.0.0.1:${running.ports['http']}/`;
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { RunningProcess } from '../process.ts';
import { freePort } from './ports.ts';
import type { Contestant, Stage } from './workload.ts';

const PROCESSES = join(import.meta.dirname, '../processes');
const SCHEMAS = join(import.meta.dirname, '../schema');
const HIVE = join(import.meta.dirname, '../peers/hive');
const HIVE_CLI = join(HIVE, 'node_modules/@graphql-hive/gateway/dist/bin.js');
const PRODUCTION = { NODE_ENV: 'production' };

export interface PeerSubgraph {
  readonly name: string;
  /** Where its backends are. */
  readonly env: Readonly<Record<string, string>>;
}

/** Every peer gateway that can be had, in front of plain Apollo subgraphs that do what Sluice's connectors do. */
export function peers(subgraphs: readonly PeerSubgraph[]): readonly Contestant[] {
  const hive = existsSync(HIVE_CLI) ? [hiveGateway(subgraphs, true), hiveGateway(subgraphs, false)] : [];
  return [apolloGateway(subgraphs), ...hive];
}

/** The one subgraph as the endpoint: Apollo Server with DataLoader and no gateway. */
export function apolloServerAlone(subgraph: PeerSubgraph): Contestant {
  return {
    name: 'Apollo Server, no gateway',
    kind: 'peer',
    async start(stage) {
      const gateway = await startSubgraph(stage, subgraph);
      return { url: urlOf(gateway), gateway, subgraphs: [] };
    },
  };
}

function apolloGateway(subgraphs: readonly PeerSubgraph[]): Contestant {
  return {
    name: 'Apollo Gateway + Apollo subgraphs',
    kind: 'peer',
    async start(stage) {
      const running = await startSubgraphs(stage, subgraphs);
      const gateway = await stage.start({
        name: 'apollo-gateway',
        script: join(PROCESSES, 'apollo-gateway.ts'),
        env: { ...PRODUCTION, SUPERGRAPH_FILE: supergraphFile(stage, subgraphs, running) },
        core: 'job',
      });
      return { url: urlOf(gateway), gateway, subgraphs: running };
    },
  };
}

/** With `dedupe` (its default) clients who ask the same at the same time share one subgraph request. */
function hiveGateway(subgraphs: readonly PeerSubgraph[], dedupe: boolean): Contestant {
  return {
    name: `Hive Gateway + Apollo subgraphs${dedupe ? '' : ', no dedupe'}`,
    kind: 'peer',
    async start(stage) {
      const running = await startSubgraphs(stage, subgraphs);
      const port = await freePort();
      const file = supergraphFile(stage, subgraphs, running);
      const config = ['--config-path', join(HIVE, 'gateway.config.js')];
      const gateway = await stage.start({
        name: 'hive-gateway',
        script: HIVE_CLI,
        args: ['supergraph', file, ...config, '--port', `${port}`, '--host', '127.0.0.1', '--jit'],
        env: { ...PRODUCTION, LOG_LEVEL: 'warn', BENCH_WITHOUT_DEDUPE: dedupe ? '' : '1' },
        core: 'job',
        readyUrl: `http://127.0.0.1:${port}/readiness`,
      });
      return { url: `http://127.0.0.1:${port}/graphql`, gateway, subgraphs: running };
    },
  };
}

async function startSubgraphs(stage: Stage, subgraphs: readonly PeerSubgraph[]): Promise<RunningProcess[]> {
  return Promise.all(subgraphs.map((subgraph) => startSubgraph(stage, subgraph)));
}

/** On the measured core: Sluice does their job, too. */
function startSubgraph(stage: Stage, { name, env }: PeerSubgraph): Promise<RunningProcess> {
  const script = join(PROCESSES, `apollo-${name}.ts`);
  return stage.start({ name: `apollo-${name}`, script, env: { ...PRODUCTION, ...env }, core: 'job' });
}

function supergraphFile(
  stage: Stage,
  subgraphs: readonly PeerSubgraph[],
  running: readonly RunningProcess[],
): string {
  const services = subgraphs.map(({ name }, at) => ({
    name,
    url: urlOf(running[at]!),
    typeDefs: parse(readFileSync(join(SCHEMAS, `peer-${name}.graphql`), 'utf8')),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  const file = join(stage.directory, 'peer-supergraph.graphql');
  writeFileSync(file, supergraphSdl);
  return file;
}

function urlOf(running: RunningProcess): string {
  return `http://127.0.0.1:${running.ports['http']}/`;
}

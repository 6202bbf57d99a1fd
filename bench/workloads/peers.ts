import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { RunningProcess } from '../process.ts';
import { apolloGateway, type Back, hiveGateway, PRODUCTION, urlOf } from './gateways.ts';
import type { Contestant, Stage } from './workload.ts';

const PROCESSES = join(import.meta.dirname, '../processes');
const SCHEMAS = join(import.meta.dirname, '../schema');

export interface PeerSubgraph {
  readonly name: string;
  /** Where its backends are. */
  readonly env: Readonly<Record<string, string>>;
}

/** Every peer gateway that can be had, in front of plain Apollo subgraphs that do what Sluice's connectors do. */
export function peers(subgraphs: readonly PeerSubgraph[]): readonly Contestant[] {
  const back: Back = async (stage) => {
    const running = await Promise.all(subgraphs.map((subgraph) => startSubgraph(stage, subgraph)));
    return { supergraphFile: supergraphFile(stage, subgraphs, running), subgraphs: running };
  };
  const hive = 'Hive Gateway + Apollo subgraphs';
  return [
    apolloGateway('Apollo Gateway + Apollo subgraphs', back),
    ...hiveGateway(hive, back, { planner: 'js', dedupe: true }),
    ...hiveGateway(`${hive}, no dedupe`, back, { planner: 'js', dedupe: false }),
  ];
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

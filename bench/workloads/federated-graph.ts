import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';
import { expectedData } from '../canned/monolith.ts';
import { CANNED_SUBGRAPHS } from '../canned/subgraphs.ts';
import { cannedSupergraph } from '../canned/supergraph.ts';
import { echoFloor } from './floors.ts';
import { apolloGateway, type Back, hiveGateway } from './gateways.ts';
import { sluice } from './sluice.ts';
import type { Prepared, Stage, Workload } from './workload.ts';

const PROCESSES = join(import.meta.dirname, '../processes');

interface Options {
  /** Whether clients who ask the same at the same time may share subgraph requests, where a gateway can. */
  readonly dedupe: boolean;
  /** Whether there is one finished answer to send back. */
  readonly echo: boolean;
}

/** The canned subgraphs of the public benchmark, and every gateway in front of them. */
export function prepareFederated({ dedupe, echo }: Options): (stage: Stage) => Promise<Prepared> {
  return async (stage) => {
    const subgraphs = await stage.start({
      name: 'canned-subgraphs',
      script: join(PROCESSES, 'canned-subgraphs.ts'),
      core: 'rest',
    });
    const addressOf = (name: string) => `http://127.0.0.1:${subgraphs.ports[name]}`;
    const supergraphFile = join(stage.directory, 'supergraph.graphql');
    writeFileSync(
      supergraphFile,
      cannedSupergraph((name) => `${addressOf(name)}/graphql`),
    );
    const configWith = (coalesce: boolean | 'calls'): string => {
      const file = join(stage.directory, `sluice-${coalesce}.yaml`);
      // YAML takes JSON.
      writeFileSync(file, JSON.stringify({ supergraph: { file: supergraphFile }, coalesce }));
      return file;
    };
    const back: Back = () => Promise.resolve({ supergraphFile, subgraphs: [] });
    return {
      counters: CANNED_SUBGRAPHS.map(({ name }) => addressOf(name)),
      contestants: [
        sluice(configWith(dedupe)),
        ...(dedupe && echo
          ? [
              sluice(configWith(true), { name: 'Sluice, lean', env: { SLUICE_MEMORY: 'lean' } }),
              sluice(configWith('calls'), { name: 'Sluice, calls shared only' }),
            ]
          : []),
        apolloGateway('Apollo Gateway', back),
        ...hiveGateway('Hive Gateway, JS planner', back, { planner: 'js', dedupe }),
        ...hiveGateway('Hive Gateway, Rust planner', back, { planner: 'rust', dedupe }),
        ...(dedupe && echo
          ? hiveGateway('Hive Gateway, Rust planner, inbound dedupe', back, {
              planner: 'rust',
              dedupe,
              inboundDedupe: true,
            })
          : []),
        ...(echo ? [echoFloor] : []),
      ],
    };
  };
}

let schema: GraphQLSchema | undefined;

/** Compares with what graphql-js answers over the same data without any federation. */
export const checkFederated: Workload['check'] = (data, body) => {
  schema ??= loadSupergraph(cannedSupergraph(() => 'http://127.0.0.1')).schema;
  const { query, variables } = JSON.parse(body) as {
    readonly query: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  assert.deepEqual(data, expectedData(schema, query, variables));
};

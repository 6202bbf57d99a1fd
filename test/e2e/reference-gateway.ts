import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { getOperationAST, Kind, parse } from 'graphql';
import { draw } from '../../gateway/blueprint.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { FieldFault } from '../../gateway/errors.ts';
import { createLog } from '../../gateway/observe/log.ts';
import { createMetrics } from '../../gateway/observe/metrics.ts';
import { provision } from '../../gateway/provision.ts';
import type { Representation, SubgraphRuntime } from '../../gateway/supergraph/subgraph.ts';
import { requestContext } from '../execute/subgraph-server.ts';
import { demoConfig } from './demo.ts';
import type { Addresses } from './demo.ts';

export interface ReferenceGateway {
  /** The data of an answer that must have no errors. */
  data(query: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Apollo's planner, executor and post-processing over the same supergraph and the same connectors. */
export async function startReferenceGateway(addresses: Addresses): Promise<ReferenceGateway> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const loaded = loadConfig({ file: 'sluice.yaml', text: JSON.stringify(demoConfig(addresses)), env: {} });
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded));
  const drawn = await draw(loaded.config);
  if (!('blueprint' in drawn)) throw new Error(JSON.stringify(drawn.problems));
  const backends = provision(loaded.config, drawn.blueprint, {
    log: createLog({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  });
  const gateway = new ApolloGateway({
    supergraphSdl: drawn.blueprint.supergraphSdl,
    buildService: ({ name }) => dataSource(backends.subgraphs.get(name)!),
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  return {
    async data(query) {
      const response = await server.executeOperation({ query });
      if (response.body.kind !== 'single') throw new Error('one answer was expected');
      const { data, errors } = response.body.singleResult;
      if (errors) throw new Error(JSON.stringify(errors));
      return JSON.parse(JSON.stringify(data)) as unknown;
    },
    async stop() {
      await server.stop();
      await backends.close();
    },
  };
}

/** A connector subgraph as Apollo sees a service: a document goes in, a result comes out. */
function dataSource(subgraph: SubgraphRuntime): GraphQLDataSource {
  return {
    async process({ request }) {
      const operation = request.query!;
      const document = parse(operation);
      const { operation: kind, name, selectionSet } = getOperationAST(document)!;
      const [first] = selectionSet.selections;
      const entities = first?.kind === Kind.FIELD && first.name.value === '_entities';
      const { representations, ...variables } = request.variables ?? {};
      const fetch = subgraph.compileFetch({
        subgraph: subgraph.name,
        kind,
        operation,
        document,
        operationName: name?.value,
        variableNames: Object.keys(variables),
        entities,
      });
      const input = entities ? { representations: representations as readonly Representation[] } : {};
      const result = await fetch({ variables, ...input }, requestContext());
      const errors = (result.errors ?? []).map(({ message }) => ({ message }));
      const data = JSON.parse(
        JSON.stringify(entities ? { _entities: result.entities } : result.data, (_, value: unknown) => {
          if (!(value instanceof FieldFault)) return value;
          errors.push({ message: value.error.message });
          return null;
        }),
      ) as Record<string, unknown>;
      return { data, ...(errors.length > 0 && { errors }) };
    },
  };
}

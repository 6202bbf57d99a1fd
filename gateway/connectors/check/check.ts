import type { Problem } from '../../problem.ts';
import { problemAt } from '../location.ts';
import type { ConnectorModel } from '../model.ts';
import { didYouMean } from '../suggest.ts';
import type { ConnectorServices } from '../run.ts';
import { SubgraphIndex } from '../subgraph-index.ts';
import { checkBatch } from './batch.ts';
import { checkCoverage } from './coverage.ts';
import { checkInputs } from './inputs.ts';
import { checkRequest } from './request.ts';
import { checkResolvers } from './resolvers.ts';
import { checkSelection } from './selection.ts';

export interface CheckOptions {
  /** What to do about a list field whose items are asked one by one. */
  readonly nPlusOne: 'error' | 'warn' | 'allow';
  readonly assumedListSize: number;
}

/** Checks every connector of a subgraph against types, protos and upstreams: all problems at once. */
export function checkConnectors(
  model: ConnectorModel,
  services: ConnectorServices,
  options: CheckOptions,
): Problem[] {
  const problems: Problem[] = [];
  for (const connector of model.connectors) {
    const facts = services.upstream(connector.upstream);
    const at =
      connector.node.arguments?.find((a) => ['upstream', 'source', 'method'].includes(a.name.value)) ??
      connector.node;
    if (!facts) {
      problems.push(
        problemAt(at, {
          code: 'CONNECTOR_UNKNOWN_UPSTREAM',
          message: `${connector.name} uses the upstream "${connector.upstream}", which is not configured.`,
          fix: didYouMean(connector.upstream, services.upstreamNames),
        }),
      );
    } else if (facts.wire !== connector.wire) {
      problems.push(
        problemAt(at, {
          code: 'CONNECTOR_WRONG_WIRE',
          message: `${connector.name} is @${connector.node.name.value}, but the upstream "${connector.upstream}" speaks ${facts.wire}.`,
          fix: `Use an upstream of wire ${connector.wire}.`,
        }),
      );
    } else {
      problems.push(...checkRequest(connector, model, facts), ...checkSelection(connector, model, facts));
    }
  }
  problems.push(...checkResolvers(model), ...checkInputs(model));
  // What follows builds on connectors that are sound by themselves.
  const hasProtos = model.connectors.every((c) => c.wire !== 'grpc' || services.upstream(c.upstream)?.protos);
  if (hasProtos && !problems.some((p) => p.severity === 'error')) {
    const index = new SubgraphIndex(model, services);
    problems.push(...checkBatch(index), ...checkCoverage(index, options));
  }
  return problems.map((p) => ({ subgraph: model.subgraph, ...p }));
}

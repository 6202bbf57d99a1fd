import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { Planner } from '../compile/planner.ts';
import { createFederationPlanner } from '../planner/planner.ts';
import { withIncrementalDirectives } from './incremental-directives.ts';
import { withOneOf } from './one-of.ts';
import { createTypeTable, type TypeTable } from '../compile/type-table.ts';

/** What the gateway knows of a supergraph before any subgraph is at hand. */
export interface LoadedSupergraph {
  /** The API schema: what clients see. */
  readonly schema: GraphQLSchema;
  readonly types: TypeTable;
  readonly planner: Planner;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
}

/** @throws Error that says what is wrong with the SDL */
export function loadSupergraph(
  supergraphSdl: string,
  oneOfInputs: ReadonlySet<string> = new Set(),
): LoadedSupergraph {
  let supergraph: Supergraph;
  try {
    supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `This is not a supergraph schema that can be served: ${reason} A supergraph is what composition prints; to compose subgraphs, use "sluice compose".`,
      { cause },
    );
  }
  // Built here, not by Apollo's package: its copy of graphql-js may be another one than ours.
  const build = (document: DocumentNode): GraphQLSchema => buildASTSchema(document, { assumeValidSDL: true });
  return {
    schema: build(withIncrementalDirectives(withOneOf(supergraph.apiSchema().toAST(), oneOfInputs))),
    types: createTypeTable(build(parse(supergraphSdl))),
    planner: createFederationPlanner(supergraphSdl),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
  };
}

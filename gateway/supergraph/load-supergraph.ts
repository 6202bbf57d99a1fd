import { type DefinitionNode, type GraphQLSchema, Kind } from 'graphql';
import type { Planner } from '../compile/planner.ts';
import { createTypeTable, type TypeTable } from '../compile/type-table.ts';
import { readSupergraphSliced } from '../planner/model/read-supergraph.ts';
import type { SupergraphModel } from '../planner/model/supergraph-model.ts';
import { plannerOf } from '../planner/planner.ts';
import { apiDefinitions } from './api-schema.ts';
import { buildSchema } from './build-schema.ts';
import { readFeatures, refuseFeatures } from './features.ts';
import { withIncrementalDirectives } from './incremental-directives.ts';
import { readSdl } from './read-sdl.ts';
import { atOnce, type Sliced } from './slices.ts';
import { SupergraphError } from './supergraph-error.ts';

/** What the gateway knows of a supergraph before any subgraph is at hand. */
export interface LoadedSupergraph {
  /** The API schema: what clients see. Not validated: composition has done so, or `checkSupergraph` does. */
  readonly schema: GraphQLSchema;
  readonly types: TypeTable;
  /** What `planner` plans with. */
  readonly model: SupergraphModel;
  readonly planner: Planner;
  readonly subgraphs: readonly NamedSubgraph[];
}

/** A subgraph that a supergraph names; `url` is empty if composition knew none. */
export interface NamedSubgraph {
  readonly name: string;
  readonly url: string;
}

/** @throws SupergraphError that says what is wrong with the SDL, and where */
export function loadSupergraph(
  supergraphSdl: string,
  oneOfInputs: ReadonlySet<string> = new Set(),
): LoadedSupergraph {
  return atOnce(loadSupergraphSliced(supergraphSdl, oneOfInputs));
}

/** The same, for `inSlices`. */
export function* loadSupergraphSliced(
  supergraphSdl: string,
  oneOfInputs: ReadonlySet<string> = new Set(),
): Sliced<LoadedSupergraph> {
  try {
    const document = yield* readSdl(supergraphSdl);
    const { definitions } = document;
    const features = readFeatures(definitions);
    const faults = refuseFeatures(features);
    if (faults.length > 0) throw new SupergraphError(faults);
    const model = yield* readSupergraphSliced(document);
    const visible = withIncrementalDirectives(yield* apiDefinitions(definitions, features));
    return {
      schema: yield* buildSchema(visible, { oneOfInputs, assumeValid: true }),
      types: createTypeTable(definitions),
      model,
      planner: plannerOf(model),
      subgraphs: subgraphsOf(definitions),
    };
  } catch (error) {
    throw SupergraphError.from(error);
  }
}

/** Out of the enum `join__Graph` (https://specs.apollo.dev/join/). */
export function subgraphsOf(definitions: readonly DefinitionNode[]): NamedSubgraph[] {
  return definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph'
      ? (node.values ?? []).flatMap(({ directives }) =>
          (directives ?? []).flatMap(({ name, arguments: given }) => {
            if (name.value !== 'join__graph') return [];
            const text = (argument: string) => {
              const value = given?.find((each) => each.name.value === argument)?.value;
              return value?.kind === Kind.STRING ? value.value : '';
            };
            return [{ name: text('name'), url: text('url') }];
          }),
        )
      : [],
  );
}

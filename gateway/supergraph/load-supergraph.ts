import { type DefinitionNode, type GraphQLSchema, Kind } from 'graphql';
import { type Problem, ProblemsError } from '../problem.ts';
import type { Planner } from '../compile/planner.ts';
import { createTypeTable, type TypeTable } from '../compile/type-table.ts';
import { readSupergraphSliced } from '../planner/model/read-supergraph.ts';
import type { SupergraphModel } from '../planner/model/supergraph-model.ts';
import { plannerOf } from '../planner/planner.ts';
import { apiDefinitions } from './api-schema.ts';
import { buildSchema } from './build-schema.ts';
import { contractDefinitions } from './contract/contract.ts';
import type { Contract } from './contract/left-out.ts';
import { readTags } from './contract/tags.ts';
import { type Feature, readFeatures, refuseFeatures } from './features.ts';
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
  /** What the clients of each contract see: parts of `schema`; `schema` itself if it leaves nothing out. */
  readonly contractSchemas: ReadonlyMap<string, GraphQLSchema>;
  /** Warnings about the contracts. */
  readonly problems: readonly Problem[];
}

export interface LoadOptions {
  /** Input types that take exactly one of their fields. */
  readonly oneOfInputs?: ReadonlySet<string> | undefined;
  readonly contracts?: ReadonlyMap<string, Contract> | undefined;
  /** Whether clients may ask for an answer in parts (`@defer`, `@stream`); default true. */
  readonly inParts?: boolean | undefined;
}

/** A subgraph that a supergraph names; `url` is empty if composition knew none. */
export interface NamedSubgraph {
  readonly name: string;
  readonly url: string;
}

/**
 * @throws SupergraphError that says what is wrong with the SDL, and where
 * @throws ProblemsError if a contract leaves nothing to ask for
 */
export function loadSupergraph(supergraphSdl: string, options: LoadOptions = {}): LoadedSupergraph {
  return atOnce(loadSupergraphSliced(supergraphSdl, options));
}

/** The same, for `inSlices`. */
export function* loadSupergraphSliced(
  supergraphSdl: string,
  { oneOfInputs = new Set(), contracts = new Map(), inParts = true }: LoadOptions = {},
): Sliced<LoadedSupergraph> {
  try {
    const document = yield* readSdl(supergraphSdl);
    const { definitions } = document;
    const features = readFeatures(definitions);
    const faults = refuseFeatures(features);
    if (faults.length > 0) throw new SupergraphError(faults);
    const model = yield* readSupergraphSliced(document);
    const api = yield* apiDefinitions(definitions, features);
    const visible = inParts ? withIncrementalDirectives(api) : api;
    const schema = yield* buildSchema(visible, { oneOfInputs, assumeValid: true });
    const contracted = yield* contractSchemasOf(contracts, definitions, features, visible, oneOfInputs);
    for (const name of contracts.keys())
      if (!contracted.contractSchemas.has(name)) contracted.contractSchemas.set(name, schema);
    return {
      schema,
      types: createTypeTable(definitions),
      model,
      planner: plannerOf(model),
      subgraphs: subgraphsOf(definitions),
      ...contracted,
    };
  } catch (error) {
    if (error instanceof ProblemsError) throw error;
    throw SupergraphError.from(error);
  }
}

/** Of the contracts that leave something out. */
function* contractSchemasOf(
  contracts: ReadonlyMap<string, Contract>,
  definitions: readonly DefinitionNode[],
  features: readonly Feature[],
  visible: readonly DefinitionNode[],
  oneOfInputs: ReadonlySet<string>,
): Sliced<{ contractSchemas: Map<string, GraphQLSchema>; problems: readonly Problem[] }> {
  const contractSchemas = new Map<string, GraphQLSchema>();
  const problems: Problem[] = [];
  const tags = contracts.size > 0 ? yield* readTags(definitions, features) : new Map();
  for (const [name, contract] of contracts) {
    if (contract.include.length === 0 && contract.exclude.length === 0) continue;
    const kept = yield* contractDefinitions(name, contract, visible, tags);
    problems.push(...kept.problems);
    if (kept.definitions.length > 0)
      contractSchemas.set(name, yield* buildSchema(kept.definitions, { oneOfInputs, assumeValid: true }));
  }
  if (problems.some(({ severity }) => severity === 'error')) throw new ProblemsError(problems);
  return { contractSchemas, problems };
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

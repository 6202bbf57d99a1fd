import {
  type ConstValueNode,
  type DocumentNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validateSchema,
} from 'graphql';
// Not in the index of graphql-js 16, whose other functions join the errors to one text and lose their places.
import { validateSDL } from 'graphql/validation/validate.js';
import type { Problem } from '../problem.ts';
import { readSupergraph } from '../planner/model/read-supergraph.ts';
import { apiDefinitions } from './api-schema.ts';
import { buildSchema } from './build-schema.ts';
import { readFeatures, refuseFeatures } from './features.ts';
import { type NamedSubgraph, subgraphsOf } from './load-supergraph.ts';
import { atOnce } from './slices.ts';
import { faultOf, SupergraphError, type SupergraphFault } from './supergraph-error.ts';
import { withoutExtensions } from './type-extensions.ts';

/** A supergraph that was composed elsewhere. */
export interface SupergraphSource {
  readonly sdl: string;
  readonly file: string;
}

/** Proven to be one that can be served. */
export type CheckedSupergraph =
  | { readonly subgraphs: readonly NamedSubgraph[] }
  | { readonly problems: readonly Problem[] };

/** Everything that is wrong with a supergraph that nothing has proven yet, with line and column. Takes as long as the SDL is large. */
export function checkSupergraph({ sdl, file }: SupergraphSource): CheckedSupergraph {
  try {
    return { subgraphs: check(sdl) };
  } catch (error) {
    return { problems: SupergraphError.from(error).problems(file) };
  }
}

function check(sdl: string): readonly NamedSubgraph[] {
  const parsed = parse(sdl);
  const features = readFeatures(parsed.definitions);
  refuseAll(refuseFeatures(features));
  refuseAll(validateSDL(parsed).map(faultOf));
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: withoutExtensions(parsed.definitions) };
  readSupergraph(document);
  const schema = atOnce(buildSchema(atOnce(apiDefinitions(document.definitions, features))));
  refuseAll(validateSchema(schema).map(faultOf));
  refuseAll(lostDefaults(schema));
  return subgraphsOf(document.definitions);
}

/** Default values that clients could not write, because something in them is `@inaccessible` or not of the type. */
function lostDefaults(schema: GraphQLSchema): readonly SupergraphFault[] {
  const inputs: (readonly [place: string, input: GraphQLArgument | GraphQLInputField])[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) inputs.push([`${type.name}.${field.name}`, field]);
    else if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields()))
        for (const argument of field.args)
          inputs.push([`${type.name}.${field.name}(${argument.name}:)`, argument]);
  }
  return inputs
    .filter(
      ([, { type, defaultValue, astNode }]) =>
        astNode?.defaultValue && (defaultValue === undefined || hasUnknownField(astNode.defaultValue, type)),
    )
    .map(([place, { astNode }]) => ({
      message: `The default value of ${place} is not one that clients could give.`,
      node: astNode?.defaultValue,
    }));
}

/** graphql-js leaves such fields out without a word. */
function hasUnknownField(value: ConstValueNode, type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  if (value.kind === Kind.LIST) return value.values.some((each) => hasUnknownField(each, named));
  if (value.kind !== Kind.OBJECT || !isInputObjectType(named)) return false;
  const fields = named.getFields();
  return value.fields.some(({ name, value: below }) => {
    const field = fields[name.value];
    return !field || hasUnknownField(below, field.type);
  });
}

function refuseAll(faults: readonly SupergraphFault[]): void {
  if (faults.length > 0) throw new SupergraphError(faults);
}

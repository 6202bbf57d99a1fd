import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SluiceError } from '../errors.ts';

/** An entry of `errors` in a subgraph's answer. */
export interface ToldError {
  readonly kind: 'told';
  readonly error: GraphQLFormattedError;
  readonly service: string;
  /** The engine names the fields of an entity that failed; the entity itself is meant. */
  readonly atEntity: boolean;
}

/** What a data source said, carried through the engine so that Apollo's own form can be made of it. */
export type Downstream =
  | ToldError
  /** What `process` threw: one error without a path, whatever it left null. */
  | { readonly kind: 'thrown'; readonly error: unknown };

/** Symbols are copied with the `extensions` of an error and never printed. */
const DOWNSTREAM = Symbol('downstream');

export function carry(downstream: Downstream, service: string): SluiceError {
  const extensions: Record<string | symbol, unknown> = { subgraph: service, [DOWNSTREAM]: downstream };
  return new SluiceError('SUBGRAPH_ERROR', `The subgraph "${service}" failed.`, { extensions });
}

export function carried(formatted: GraphQLFormattedError): Downstream | undefined {
  const extensions = formatted.extensions as { readonly [DOWNSTREAM]?: Downstream } | undefined;
  return extensions?.[DOWNSTREAM];
}

/** As ApolloGateway tells it: the subgraph's own extensions, its name, and a code if it gave none. */
export function toldError(
  { error, service }: ToldError,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  const code = error.extensions?.['code'] ?? 'DOWNSTREAM_SERVICE_ERROR';
  return new GraphQLError(error.message || `Error while fetching subquery from service "${service}"`, {
    ...(path === undefined ? {} : { path }),
    extensions: { ...error.extensions, serviceName: service, code },
    // Plain data of the answer, not an Error: it is what Apollo hands to `formatError` too.
    originalError: error as unknown as Error,
  });
}

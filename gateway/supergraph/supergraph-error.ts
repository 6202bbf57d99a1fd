import { type ASTNode, getLocation, GraphQLError } from 'graphql';
import type { Problem } from '../problem.ts';

/** One reason why a supergraph cannot be served. */
export interface SupergraphFault {
  readonly message: string;
  /** What is wrong; its place is told if it was parsed with locations. */
  readonly node?: ASTNode | undefined;
  readonly line?: number;
  readonly column?: number;
}

type Place = Pick<Problem, 'line' | 'column'>;

const WAY_OUT = 'A supergraph is what composition prints; to compose subgraphs, use "sluice compose".';

/** A text that cannot be served as a supergraph, with all reasons that were found. */
export class SupergraphError extends Error {
  override readonly name = 'SupergraphError';
  readonly #faults: readonly SupergraphFault[];

  constructor(faults: readonly SupergraphFault[], options?: ErrorOptions) {
    const reasons = faults.map((fault) => `${fault.message}${placeText(placeOf(fault))}`);
    super(`This is not a supergraph schema that can be served: ${reasons.join(' ')} ${WAY_OUT}`, options);
    this.#faults = faults;
  }

  /** What was thrown while a supergraph was read. */
  static from(error: unknown): SupergraphError {
    if (error instanceof SupergraphError) return error;
    if (error instanceof GraphQLError) return new SupergraphError([faultOf(error)], { cause: error });
    const message = error instanceof Error ? error.message : String(error);
    return new SupergraphError([{ message: ended(message) }], { cause: error });
  }

  problems(file: string): readonly Problem[] {
    return this.#faults.map((fault) => ({
      severity: 'error',
      code: 'SUPERGRAPH_INVALID',
      message: `This is not a supergraph schema that can be served: ${fault.message}`,
      file,
      ...placeOf(fault),
      fix: WAY_OUT,
    }));
  }
}

export function faultOf({ message, locations }: GraphQLError): SupergraphFault {
  const [place] = locations ?? [];
  return { message: ended(message), ...(place && { line: place.line, column: place.column }) };
}

function placeOf({ node, line, column }: SupergraphFault): Place {
  if (line !== undefined && column !== undefined) return { line, column };
  return node?.loc ? getLocation(node.loc.source, node.loc.start) : {};
}

function placeText({ line, column }: Place): string {
  return line === undefined ? '' : ` (line ${line}, column ${column})`;
}

function ended(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

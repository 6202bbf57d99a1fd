/** Why one subgraph cannot go on with a query, in the composer's words without the full stop. */
export interface Reason {
  readonly from: string;
  readonly text: string;
}

/** One query that cannot be answered. */
export interface Unsatisfiable {
  /** GraphQL, in the composer's formatting. */
  readonly query: string;
  readonly reasons: readonly Reason[];
}

/** A field of the mutation that cannot be called in any of its subgraphs with all that may be asked of its result. */
export interface UnsatisfiableMutation {
  readonly field: string;
  readonly bySubgraph: readonly { readonly subgraph: string; readonly failures: readonly Unsatisfiable[] }[];
}

const QUERY = 'The following supergraph API query:';
const BECAUSE = 'cannot be satisfied by the subgraphs because:';

/**
 * Takes the message of a SATISFIABILITY_ERROR apart; `undefined` if it is not one of the messages known. The formats are
 * those of `satisfiabilityError` and `validate` in `@apollo/composition/dist/validate.js`.
 */
export function parseUnsatisfiable(message: string): Unsatisfiable | UnsatisfiableMutation | undefined {
  const lines = message.split('\n');
  const mutation = /^Supergraph API queries using the mutation field "([^"]+)" at top-level/.exec(lines[0]!);
  if (mutation) return parseMutation(mutation[1]!, lines.slice(1));
  const [only] = parseFailures(lines);
  return only;
}

function parseMutation(field: string, lines: readonly string[]): UnsatisfiableMutation | undefined {
  const bySubgraph: { subgraph: string; lines: string[] }[] = [];
  for (const line of lines) {
    const head = /^- When calling "[^"]+" at top-level from subgraph "(.+)":$/.exec(line);
    if (head) bySubgraph.push({ subgraph: head[1]!, lines: [] });
    else bySubgraph.at(-1)?.lines.push(line.replace(/^ {2}/, ''));
  }
  const parsed = bySubgraph.map((part) => ({
    subgraph: part.subgraph,
    failures: parseFailures(part.lines),
  }));
  return parsed.length > 0 && parsed.every(({ failures }) => failures.length > 0)
    ? { field, bySubgraph: parsed }
    : undefined;
}

function parseFailures(lines: readonly string[]): Unsatisfiable[] {
  const failures: { query: string[]; reasons: Reason[] }[] = [];
  let from: string | undefined;
  let inQuery = false;
  for (const line of lines) {
    const failure = failures.at(-1);
    if (line === QUERY) {
      failures.push({ query: [], reasons: [] });
      inQuery = true;
    } else if (line === BECAUSE) {
      inQuery = false;
    } else if (inQuery) {
      failure?.query.push(line);
    } else if (failure) {
      const head = /^- from subgraph "(.+?)":(?: (.*))?$/.exec(line);
      if (head) from = head[1]!;
      const text = head ? head[2] : /^ {2}- (.*)$/.exec(line)?.[1];
      if (from !== undefined && text !== undefined)
        failure.reasons.push({ from, text: text.replace(/\.$/, '') });
    }
  }
  return failures
    .filter(({ query }) => query.length > 0)
    .map(({ query, reasons }) => ({ query: query.join('\n'), reasons }));
}

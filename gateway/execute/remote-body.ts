import type { FetchDescription, FetchInput, Representation } from '../supergraph/subgraph.ts';

/** What of a request is known before it is sent. */
interface BodyOf extends Pick<FetchDescription, 'operation' | 'operationName' | 'variableNames'> {
  /** The variables that carry representations. */
  readonly lists: readonly string[];
}

/** @param lists the representations for each of the description's lists */
export type BuildBody = (
  values: FetchInput['variables'],
  lists: readonly (readonly Representation[])[],
) => string;

/** Everything of the request body that does not depend on the variables is serialised once. */
export function compileBody({ operation, operationName, variableNames, lists }: BodyOf): BuildBody {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name}`;
  const labelled = (names: readonly string[]) =>
    names.map((each) => ({ name: each, label: `${JSON.stringify(each)}:` }));
  const listLabels = labelled(lists);
  const variables = labelled(variableNames);
  if (variables.length === 0 && lists.length === 0) {
    const whole = `${head}}`;
    return () => whole;
  }
  const start = `${head},"variables":{`;
  return (values, representations) => {
    let body = start;
    let separator = '';
    for (const [index, { label }] of listLabels.entries()) {
      body += separator + label + JSON.stringify(representations[index] ?? []);
      separator = ',';
    }
    for (const { name: variable, label } of variables) {
      const value = JSON.stringify(values[variable]);
      if (value === undefined) continue;
      body += separator + label + value;
      separator = ',';
    }
    return `${body}}}`;
  };
}

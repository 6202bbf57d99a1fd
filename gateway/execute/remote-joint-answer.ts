import { FieldFault, SluiceError } from '../errors.ts';
import type { FetchDescription, FetchResult, JointInput } from '../supergraph/subgraph.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { JointOperation } from './joint-operation.ts';
import { type DataObject, isDataObject } from './merge.ts';
import { compileAnswer, type Understand } from './remote-answer.ts';
import { subgraphError } from './remote-errors.ts';

type JointUnderstand = (response: UpstreamResponse, inputs: JointInput['inputs']) => FetchResult[];

/**
 * The answer to a joint operation, as if each fetch had been answered by itself. What one part of it has
 * wrong leaves the others as they are; errors that name no part go with those that have no entities, or else with
 * the first.
 */
export function compileJointAnswer(
  name: string,
  fetches: readonly FetchDescription[],
  { parts }: JointOperation,
): JointUnderstand {
  const understandings = fetches.map((fetch) => compileAnswer(name, fetch));
  const aliases = parts.map(({ alias }) => alias);
  const all = aliases.map(() => true);

  return (response, inputs) => {
    const { data: body } = response;
    const asWhole = (): FetchResult[] =>
      inputs.map((input, index) => understandings[index]!(response, { ...input, variables: {} }));
    if (!isDataObject(body)) return asWhole();
    const { data, extensions } = body;
    const errors = body['errors'] ?? [];
    const isAnswer = Array.isArray(errors) && (data === null || data === undefined || isDataObject(data));
    // What is no GraphQL response fails every part in the same way.
    if (!isAnswer) return asWhole();
    const lacking = isDataObject(data) ? aliases.map((alias) => (data[alias] ?? null) === null) : all;
    const byPart = errorsByPart(errors, aliases, lacking);
    return aliases.map((alias, index): FetchResult => {
      const input = { ...inputs[index]!, variables: {} };
      const own = byPart[index]!;
      if (!isDataObject(data) && own.length === 0 && errors.length > 0)
        return lost(name, input.representations);
      const answer: DataObject = {
        data: isDataObject(data) ? { _entities: data[alias] } : data,
        ...(own.length > 0 ? { errors: own } : {}),
        ...(index === 0 ? { extensions } : {}),
      };
      return understandAlone(understandings[index]!, { ...response, data: answer }, input);
    });
  };
}

/** Each part's errors, with the path that they would have if the part stood alone. */
function errorsByPart(
  errors: readonly unknown[],
  aliases: readonly string[],
  lacking: readonly boolean[],
): unknown[][] {
  const byPart: unknown[][] = aliases.map(() => []);
  const unnamed = byPart.filter((_, index) => lacking[index]);
  for (const error of errors) {
    const path: unknown = isDataObject(error) ? error['path'] : undefined;
    const alias: unknown = Array.isArray(path) ? path[0] : undefined;
    const index = typeof alias === 'string' ? aliases.indexOf(alias) : -1;
    if (index < 0) for (const own of unnamed.length > 0 ? unnamed : byPart.slice(0, 1)) own.push(error);
    else
      byPart[index]!.push({ ...(error as DataObject), path: ['_entities', ...(path as unknown[]).slice(1)] });
  }
  return byPart;
}

function understandAlone(
  understand: Understand,
  response: UpstreamResponse,
  input: Parameters<Understand>[1],
): FetchResult {
  try {
    return understand(response, input);
  } catch (error) {
    const fault = new FieldFault(SluiceError.from(error));
    return { entities: (input.representations ?? []).map(() => fault) };
  }
}

/** Null came all the way up from another part. */
function lost(name: string, representations: readonly unknown[]): FetchResult {
  const fault = new FieldFault(
    subgraphError(name, `The subgraph "${name}" gave no data, because another field failed.`),
  );
  return { entities: representations.map(() => fault) };
}

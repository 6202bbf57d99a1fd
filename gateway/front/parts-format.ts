import type { GraphQLFormattedError } from 'graphql';
import type { ExecutionResult, PendingPart, SubsequentResult } from '../compile/executable.ts';
import type { PartsFormat } from './accept.ts';

/** A payload as it is sent. */
export type Payload = Readonly<Record<string, unknown>> & { readonly hasNext: boolean };

/** Turns the parts of one answer into payloads. */
export interface PartsWriter {
  /** @param initial as it is told to the client */
  initial(initial: ExecutionResult, pending: readonly PendingPart[]): Payload;
  subsequent(result: SubsequentResult): Payload;
}

type Errors = readonly GraphQLFormattedError[];
/** The errors as the client may see them. */
export type TellErrors = (errors: Errors) => Errors;

export function createPartsWriter(format: PartsFormat, tell: TellErrors): PartsWriter {
  return format === 'incrementalSpec=v0.2' ? writeWithIds(tell) : writeWithPaths(tell);
}

/** https://specs.apollo.dev/incremental/v0.2, after https://github.com/graphql/graphql-spec/pull/1110 */
function writeWithIds(tell: TellErrors): PartsWriter {
  const told = (pending: readonly PendingPart[]) =>
    pending.map(({ id, path, label }) => ({ id, path, ...(label === undefined ? {} : { label }) }));
  const withErrors = <Each extends { readonly errors?: Errors }>(each: Each): Each =>
    each.errors ? { ...each, errors: tell(each.errors) } : each;
  return {
    initial: (initial, pending) => ({ ...initial, pending: told(pending), hasNext: true }),
    subsequent: ({ pending, incremental, completed, hasNext }) => ({
      ...(pending ? { pending: told(pending) } : {}),
      ...(incremental ? { incremental: incremental.map((each) => withErrors(each)) } : {}),
      ...(completed ? { completed: completed.map((each) => withErrors(each)) } : {}),
      hasNext,
    }),
  };
}

/** The proposal of 2022-08-24: https://github.com/graphql/graphql-spec/tree/48cf7263a71a683fab03d45d309fd42d8d9a6659/spec */
function writeWithPaths(tell: TellErrors): PartsWriter {
  const parts = new Map<string, PendingPart>();
  const open = (pending: readonly PendingPart[] = []): void => {
    for (const part of pending) parts.set(part.id, part);
  };
  const place = ({ path, label, itemsFrom }: PendingPart) => ({
    path: itemsFrom === undefined ? path : [...path, itemsFrom],
    ...(label === undefined ? {} : { label }),
  });
  return {
    initial(initial, pending) {
      open(pending);
      return { ...initial, hasNext: true };
    },
    subsequent({ pending, incremental = [], completed = [], hasNext }) {
      const entries: object[] = incremental.map(({ id, data, items, errors }) => ({
        ...(items ? { items } : { data }),
        ...place(parts.get(id)!),
        ...(errors ? { errors: tell(errors) } : {}),
      }));
      for (const { id, errors } of completed) {
        const part = parts.get(id)!;
        parts.delete(id);
        if (!errors) continue;
        const nothing = part.itemsFrom === undefined ? { data: null } : { items: null };
        entries.push({ ...nothing, ...place(part), errors: tell(errors) });
      }
      open(pending);
      return { ...(entries.length > 0 ? { incremental: entries } : {}), hasNext };
    },
  };
}

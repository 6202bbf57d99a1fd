import type { Problem } from '../../../problem.ts';
import type { ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { UniqueNames } from '../unique-names.ts';
import { camelCase } from '../names.ts';
import { fieldNameOf, roleOf, serviceNoun } from './methods.ts';
import type { MethodRole } from './methods.ts';

/** A method and the field that it becomes. */
export interface Operation {
  readonly method: ProtoMethod;
  readonly role: MethodRole;
  readonly name: string;
}

export const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;

/** Notes a problem at a method's place. */
export type Say = (method: ProtoMethod, problem: Omit<Problem, 'file' | 'line'>) => void;

export function nothingToImport(
  source: string,
  all: readonly ProtoMethod[],
  only: readonly string[] | undefined,
): Problem {
  return all.length === 0
    ? {
        severity: 'error',
        code: 'IMPORT_EMPTY',
        message: 'There is no service with methods in it.',
        file: source,
        fix: 'Give the files that declare services; what they import is read by itself.',
      }
    : {
        severity: 'error',
        code: 'IMPORT_EMPTY',
        message: `None of the ${all.length} methods is called like ${only!.map((p) => `"${p}"`).join(' or ')}.`,
        file: source,
        fix: `A full name is "${all[0]!.fullName}"; "*" stands for any text.`,
      };
}

/** GraphQL has no streams of requests, and an argument list is always an object. */
export function isPossible(method: ProtoMethod, say: Say): boolean {
  if (method.clientStreaming) {
    say(method, {
      severity: 'warning',
      code: 'IMPORT_LEFT_OUT',
      message: `${method.fullName} takes a stream of requests, which no GraphQL field can send: it is left out.`,
    });
    return false;
  }
  const { request } = method;
  const isValue = request.wellKnown !== undefined && !['Empty', 'Struct'].includes(request.wellKnown);
  if (isValue)
    say(method, {
      severity: 'warning',
      code: 'IMPORT_LEFT_OUT',
      message: `${method.fullName} takes a ${request.name} as its whole request, which cannot be made of arguments: it is left out.`,
      fix: 'Give the method a request message of its own.',
    });
  return !isValue;
}

/** What says nothing of itself may write; only where nothing would be left to query, it is taken to read. */
export function withQuery(
  methods: readonly ProtoMethod[],
  hasBatches: boolean,
  say: Say,
): readonly { method: ProtoMethod; role: MethodRole }[] {
  const all = methods.map((method) => ({ method, role: roleOf(method) }));
  const hasQuery = all.some(({ role }) => role.root === 'Query');
  const doReadGuesses = !hasQuery && all.some(({ role }) => role.isGuess);
  const operations = all.map(({ method, role }) => {
    if (!role.isGuess) return { method, role };
    const root = doReadGuesses ? ('Query' as const) : role.root;
    say(method, {
      severity: doReadGuesses ? 'warning' : 'hint',
      code: 'IMPORT_GUESSED',
      message: `The name of ${method.fullName} does not tell whether it only reads: it became a field of ${root}.`,
      fix: `Move the field, or say it in the proto: option idempotency_level = ${doReadGuesses ? 'IDEMPOTENCY_UNKNOWN' : 'NO_SIDE_EFFECTS'};`,
    });
    return { method, role: { ...role, root } };
  });
  const first = methods[0];
  if (!operations.some(({ role }) => role.root === 'Query') && first && !hasBatches)
    say(first, {
      severity: 'warning',
      code: 'IMPORT_NO_QUERY',
      message: 'No method reads: the subgraph has no Query, and needs another one beside it that has.',
    });
  return operations;
}

/** Two services may both have a `List`; then each field is told apart by its service. */
export function named(
  operations: readonly { method: ProtoMethod; role: MethodRole }[],
  say: Say,
): readonly Operation[] {
  const wanted = operations.map((operation) => ({
    ...operation,
    name: fieldNameOf(operation.method, operation.role),
  }));
  const names = new Map(ROOTS.map((root) => [root, new UniqueNames()]));
  const wholes = counted(wanted.flatMap(({ name, method }) => [...new Set([name, camelCase(method.name)])]));
  const shared = counted(wanted.map(({ name, role }) => `${role.root} ${name}`));
  return wanted.map((operation) => {
    const { method, role, name } = operation;
    const taken = names.get(role.root)!;
    // `fetchClusters` and `listClusters`, where `clusters` would be both.
    const whole = camelCase(method.name);
    const alternatives = [
      ...(whole !== name && wholes.get(whole) === 1 ? [whole] : []),
      camelCase(`${serviceNoun(method)}_${name}`),
      whole,
    ];
    const long = camelCase(`${method.service.replaceAll('.', '_')}_${method.name}`);
    const [first, ...rest] =
      shared.get(`${role.root} ${name}`)! > 1 ? [...alternatives, long] : [name, ...alternatives, long];
    const free = taken.take(first, ...rest);
    if (free !== name)
      say(method, {
        severity: 'hint',
        code: 'IMPORT_RENAMED',
        message: `${method.fullName} became ${role.root}.${free}: "${name}" means several methods.`,
      });
    return { method, role, name: free };
  });
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

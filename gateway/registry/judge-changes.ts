import { setImmediate } from 'node:timers/promises';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Problem } from '../problem.ts';
import { usedCoordinates } from '../usage/coordinates.ts';
import type { UsedOperation } from '../usage/usage.ts';
import type { SchemaChange } from './schema-changes.ts';

/** What clients have sent in the last days. */
export interface RecordedUsage {
  readonly days: number;
  readonly operations: readonly UsedOperation[];
}

/** Problems that are told one by one; of more, how many there are. */
const MAX_TOLD = 50;
/** Clients that are named for one change. */
const MAX_NAMED = 3;
/** Operations that are looked at in one turn of the event loop. */
const SLICE = 20;

/**
 * What clients would lose: an error where somebody uses what goes away, a warning where nobody does or nothing is
 * recorded. Operations that would not be valid any more for another reason are told, too.
 */
export async function judgeChanges(
  changes: readonly SchemaChange[],
  before: GraphQLSchema,
  after: GraphQLSchema,
  usage: RecordedUsage,
): Promise<readonly Problem[]> {
  const breaking = changes.filter(({ level }) => level === 'breaking');
  if (breaking.length === 0) return [];
  const users = new Map(breaking.map((change) => [change, [] as UsedOperation[]]));
  const problems: Problem[] = [];
  for (const [index, operation] of usage.operations.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate();
    const document = parse(operation.document, { noLocation: true });
    // Recorded for an older schema: not this change's fault.
    if (validate(before, document).length > 0) continue;
    const used = usedCoordinates(before, document, operation.operationName);
    const hit = breaking.filter((change) => isUsed(change, used));
    for (const change of hit) users.get(change)!.push(operation);
    if (hit.length > 0) continue;
    const [invalid] = validate(after, document);
    if (invalid) problems.push(broken(invalid.message, [operation], usage.days));
  }
  for (const [{ message }, operations] of users)
    problems.push(operations.length > 0 ? broken(message, operations, usage.days) : unused(message, usage));
  return limited(problems.toSorted((left, right) => order(left) - order(right)));
}

/** `ADDED` and breaking: something is required now where it was not. */
function isUsed({ path, kind }: SchemaChange, used: ReadonlySet<string>): boolean {
  if (path === undefined) return used.size > 0;
  if (!kind.endsWith('_ADDED')) return used.has(path);
  const parent = path.slice(0, path.lastIndexOf('.'));
  return used.has(parent === '' ? path : parent);
}

function broken(message: string, operations: readonly UsedOperation[], days: number): Problem {
  return {
    severity: 'error',
    code: 'CHANGE_BREAKS_CLIENTS',
    message: `${ended(message)} In the last ${days} days it was used by ${tellClients(operations)}.`,
    fix: 'Keep it, marked @deprecated, until they have moved on; "--force" takes it away nevertheless.',
  };
}

function unused(message: string, { days, operations }: RecordedUsage): Problem {
  const known =
    operations.length > 0
      ? `No operation of the last ${days} days uses it.`
      : `No operations are recorded, so nobody knows whether it is used.`;
  return { severity: 'warning', code: 'SCHEMA_BREAKING_CHANGE', message: `${ended(message)} ${known}` };
}

/** `web 3.1 (CartPage, 1200 times), ios (…) and 2 more`. */
function tellClients(operations: readonly UsedOperation[]): string {
  const uses = operations
    .flatMap(({ operationName, documentHash, clients }) =>
      clients.map(({ client, clientVersion, count }) => ({
        count,
        who: client === '' ? 'an unnamed client' : [client, clientVersion].filter(Boolean).join(' '),
        what: operationName ?? `the operation ${documentHash.slice(0, 12)}`,
      })),
    )
    .toSorted((left, right) => right.count - left.count);
  const named = uses
    .slice(0, MAX_NAMED)
    .map(({ who, what, count }) => `${who} (${what}, ${count} ${count === 1 ? 'time' : 'times'})`);
  const more = uses.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function ended(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function order({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1;
}

function limited(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MAX_TOLD) return problems;
  const rest = problems.slice(MAX_TOLD);
  const severity = rest.some((problem) => problem.severity === 'error') ? 'error' : 'warning';
  const message = `${rest.length} more changes that break operations or may do so.`;
  return [...problems.slice(0, MAX_TOLD), { severity, code: 'SCHEMA_BREAKING_CHANGE', message }];
}

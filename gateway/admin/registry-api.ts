import { MAIN_GRAPH } from '../context.ts';
import { SluiceError } from '../errors.ts';
import { errorResponse, JSON_TYPE } from '../http/error-response.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import { type Problem, ProblemsError } from '../problem.ts';
import type { CompletedRecord } from '../registry/complete-record.ts';
import { readRecord } from '../registry/read-record.ts';
import { withOwnRootFields } from '../registry/root-fields.ts';
import type { ChangeOptions, ChangeResult, Registry } from '../registry/registry.ts';
import { type KeptState, revisionDiff } from '../registry/revision-diff.ts';
import { RegistryUnavailable } from '../registry/store.ts';
import type { BackendHealth } from '../observe/backend-health.ts';
import { createRefusedChanges, type RefusedChanges } from './refused-changes.ts';
import { REGISTRY_OPENAPI } from './registry-openapi.ts';
import { type ConfiguredSubgraph, listSubgraphs } from './subgraph-list.ts';
import type { VariantList } from './variant-list.ts';
import { deprecatedUses } from '../usage/deprecated-uses.ts';
import { usageOfVariant, type UsedOperation } from '../usage/usage.ts';
import type { GraphQLSchema } from 'graphql';
import type { Authenticate } from './tokens.ts';

export interface RegistryApiParts {
  readonly registry: Registry;
  readonly authenticate: Authenticate;
  /** The subgraphs of the configuration; they are listed and cannot be changed here. */
  readonly configured: () => readonly ConfiguredSubgraph[];
  /** What the gateway has seen of the backends of a subgraph. */
  readonly health: (subgraph: string) => readonly BackendHealth[];
  /** The graph that this gateway serves, as the clients of this variant see it (absent: of the main graph); undefined = there is no such variant. */
  readonly served: (
    variant?: string,
  ) => { readonly apiSdl: string; readonly supergraphSdl: string } | undefined;
  /** The variants of that graph. */
  readonly variants: () => VariantList;
  /** What is being done to make the next graph. */
  readonly progress: () => { readonly what: string; readonly sinceMs: number } | undefined;
  /** Completes what was sent: a subgraph may be known by its URL or its description only. */
  readonly complete: (
    name: string,
    record: { readonly [key: string]: unknown },
    signal: AbortSignal,
  ) => Promise<CompletedRecord>;
  /** Absent = usage is not recorded. */
  readonly usage:
    | {
        readonly operations: (days: number) => Promise<readonly UsedOperation[]>;
        readonly checkDays: number;
        readonly schema: () => GraphQLSchema;
      }
    | undefined;
  /** Every change and every try to make one is written here. */
  readonly log: Log;
}

export const REGISTRY_PATH = '/registry';
const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

type Parts = RegistryApiParts & { readonly refused: RefusedChanges };

/** The admin API of the registry; `registry-openapi.ts` describes it. */
export function createRegistryApi(given: RegistryApiParts): HttpHandler {
  const parts: Parts = { ...given, refused: createRefusedChanges() };
  return async (request) => {
    try {
      if (request.path === `${REGISTRY_PATH}/openapi.json`) return json(200, REGISTRY_OPENAPI);
      const actor = parts.authenticate(request.headers);
      return await route(request, actor, parts);
    } catch (error) {
      return failure(error, request, parts.log);
    }
  };
}

async function route(request: HttpRequest, actor: string, parts: Parts): Promise<HttpResponse> {
  const { registry } = parts;
  const segments = request.path.slice(REGISTRY_PATH.length).split('/').filter(Boolean).map(decode);
  const [kind, id, rest] = segments;
  const { method } = request;
  const query = new URLSearchParams(request.query);

  if (kind === undefined && method === 'GET') return json(200, await overview(parts));
  if (kind === 'schema' && id === undefined && method === 'GET')
    return json(200, servedSchemas(query.get('variant') ?? undefined, parts));
  if (kind === 'variants' && id === undefined && method === 'GET') return json(200, parts.variants());
  if (kind === 'progress' && id === undefined && method === 'GET') return json(200, parts.progress() ?? {});
  if (kind === 'refused' && id === undefined && method === 'GET')
    return json(200, { refused: parts.refused.list() });
  if (kind === 'subgraphs' && id !== undefined && rest === undefined) {
    if (method === 'GET') return describeSubgraph(id, parts);
    if (method === 'PUT') return register(id, request, actor, parts);
    if (method === 'DELETE') {
      const options = readOptions(Object.fromEntries(query), actor);
      return audited('unregister', id, options, parts, () => registry.unregister(id, options));
    }
  }
  if (kind === 'revisions' && id === undefined && method === 'GET') {
    const subgraph = query.get('subgraph');
    const before = query.get('before');
    const revisions = await registry.history({
      limit: Math.min(wholeNumber(query.get('limit') ?? `${DEFAULT_PAGE}`, 'limit'), MAX_PAGE),
      ...(before !== null && { before: wholeNumber(before, 'before') }),
      ...(subgraph !== null && { subgraph }),
    });
    return json(200, { revisions });
  }
  if (kind === 'revisions' && id !== undefined && rest === undefined && method === 'GET') {
    const number = wholeNumber(id, 'revision');
    const state = await registry.state(number);
    if (!state?.revision) throw notFound(`There is no revision ${number}, or it has been forgotten.`);
    const supergraphSdl = await registry.supergraph(number);
    return json(200, { ...state.revision, records: state.records, supergraphSdl });
  }
  if (kind === 'usage' && id === undefined && method === 'GET') {
    if (!parts.usage) throw notFound('Usage is not recorded (usage.enabled).');
    const days = wholeNumber(query.get('days') ?? `${parts.usage.checkDays}`, 'days');
    const all = await parts.usage.operations(days);
    const variant = query.get('variant');
    const operations =
      variant === null ? all : usageOfVariant(all, variant === MAIN_GRAPH ? undefined : variant);
    return json(200, { days, operations, deprecated: deprecatedUses(parts.usage.schema(), operations) });
  }
  if (kind === 'diff' && id === undefined && method === 'GET') {
    const to = await kept(query.get('to'), 'to', registry);
    const number = query.get('from') ?? `${to.revision!.number - 1}`;
    return json(200, await revisionDiff(await kept(number, 'from', registry), to));
  }
  if (kind === 'rollback' && id === undefined && method === 'POST') {
    const body = await readBody(request);
    const to = wholeNumber(body['to'], 'to');
    const options = readOptions(body, actor);
    return audited('rollback', `${to}`, options, parts, () => registry.rollback(to, options));
  }
  throw notFound('There is nothing at this path. /registry/openapi.json describes what there is.');
}

function servedSchemas(variant: string | undefined, { served, variants }: Parts): object {
  const schemas = served(variant);
  if (schemas) return schemas;
  const names = variants().variants.map(({ name }) => name);
  throw notFound(`There is no variant "${variant}". There are: ${names.join(', ') || 'none'}.`);
}

/** A state with its supergraph; the newest one if no number is given. */
async function kept(text: string | null, name: string, registry: Registry): Promise<KeptState> {
  const number = text === null ? ((await registry.state())?.revision?.number ?? 0) : wholeNumber(text, name);
  const [state, supergraphSdl] = await Promise.all([registry.state(number), registry.supergraph(number)]);
  if (!state || supergraphSdl === undefined)
    throw notFound(
      number === 0
        ? 'Before the first registration there is no revision to compare with.'
        : `There is no revision ${number}, or it has been forgotten.`,
    );
  return { ...state, supergraphSdl };
}

async function overview({ registry, configured, health, variants }: RegistryApiParts): Promise<object> {
  const [status, state, subgraphs] = await Promise.all([
    registry.status(),
    registry.state(),
    listSubgraphs(registry, configured(), health),
  ]);
  return {
    ...status,
    revision: state?.revision,
    subgraphs,
    variants: variants().variants.map(({ name }) => name),
  };
}

async function describeSubgraph(
  name: string,
  { registry, configured }: RegistryApiParts,
): Promise<HttpResponse> {
  const state = await registry.state();
  const record = state?.records.find((one) => one.name === name);
  const fixed = configured().find((one) => one.name === name);
  if (!record && fixed) return json(200, { source: 'configuration', ...fixed });
  if (record && (fixed || record.configured !== true)) {
    const source = record.configured === true ? 'configuration' : 'registry';
    const revisions = await registry.history({ limit: DEFAULT_PAGE, subgraph: name });
    const served = fixed && state?.revision?.pinned?.[name] === undefined ? fixed : {};
    const version = state!.revision!.subgraphs[name];
    return json(200, { source, version, ...record, ...served, revisions });
  }
  throw notFound(`There is no subgraph "${name}".`);
}

async function register(
  name: string,
  request: HttpRequest,
  actor: string,
  parts: Parts,
): Promise<HttpResponse> {
  const body = await readBody(request);
  const { reason, author, expected, force, dryRun, renameCollisions, ...raw } = body;
  const options = readOptions({ reason, author, expected, force, dryRun }, actor);
  const mayRename = flag(renameCollisions, 'renameCollisions');
  return audited('register', name, options, parts, async () => {
    const completed = await parts.complete(name, raw, request.signal);
    const problems = [...completed.problems];
    const read = readRecord(name, completed.raw);
    if ('problems' in read)
      return { outcome: 'refused', problems: [...problems, ...read.problems], changes: [] };
    let { record } = read;
    if (mayRename || completed.isDescribed) {
      const renamed = withOwnRootFields(name, record.sdl, await otherSchemas(name, parts));
      record = { ...record, sdl: renamed.sdl };
      problems.push(...renamed.problems);
    }
    const result = await parts.registry.register(record, options);
    return { ...result, problems: [...problems, ...result.problems] };
  });
}

async function otherSchemas(name: string, { registry, configured }: RegistryApiParts): Promise<string[]> {
  const registered = (await registry.state())?.records ?? [];
  const others = registered.filter((record) => record.name !== name && record.configured !== true);
  return [...others, ...configured()].map(({ sdl }) => sdl);
}

/** Runs a change and writes down who wanted what, and what came of it. */
async function audited(
  action: string,
  subject: string,
  options: ChangeOptions,
  { log, refused }: Parts,
  change: () => Promise<ChangeResult>,
): Promise<HttpResponse> {
  const facts = { audit: true, action, subject, ...options };
  let result: ChangeResult;
  try {
    result = await change().catch(refusedFor);
  } catch (error) {
    log.warn({ ...facts, outcome: 'failed', error }, 'the graph was not changed');
    throw error;
  }
  refused.add(action, subject, options, result);
  const revision = 'revision' in result ? result.revision?.number : undefined;
  const entry = { ...facts, outcome: result.outcome, ...(revision !== undefined && { revision }) };
  if (result.outcome === 'served') log.info(entry, 'the graph was changed');
  else log.info(entry, 'the graph was not changed');
  return json(STATUSES[result.outcome], result);
}

function refusedFor(error: unknown): ChangeResult {
  if (error instanceof ProblemsError) return { outcome: 'refused', problems: error.problems, changes: [] };
  throw error;
}

const STATUSES: Readonly<Record<ChangeResult['outcome'], number>> = {
  served: 200,
  valid: 200,
  unchanged: 200,
  refused: 422,
  conflict: 409,
};

function readOptions(raw: Readonly<Record<string, unknown>>, actor: string): ChangeOptions {
  const { reason, author, expected, force, dryRun } = raw;
  return {
    actor,
    ...(reason !== undefined && { reason: shortText(reason, 'reason') }),
    ...(author !== undefined && { author: shortText(author, 'author') }),
    ...(expected !== undefined && { expected: wholeNumber(expected, 'expected') }),
    force: flag(force, 'force'),
    dryRun: flag(dryRun, 'dryRun'),
  };
}

const MAX_TEXT_LENGTH = 2000;

function shortText(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH) return value;
  throw new SluiceError('BAD_REQUEST', `${name} must be a text of at most ${MAX_TEXT_LENGTH} characters.`);
}

function flag(value: unknown, name: string): boolean {
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new SluiceError('BAD_REQUEST', `${name} must be true or false.`);
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new SluiceError('BAD_REQUEST', `${name} must be a whole number.`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SluiceError('BAD_REQUEST', 'The path is not valid.');
  }
}

async function readBody(request: HttpRequest): Promise<Record<string, unknown>> {
  if (request.headers['content-type']?.startsWith('application/json') !== true)
    throw new SluiceError('UNSUPPORTED_MEDIA_TYPE', 'Send JSON: "content-type: application/json".');
  let body: unknown;
  try {
    body = JSON.parse((await request.readBody()).toString('utf8'));
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw new SluiceError('BAD_REQUEST', 'The body is not JSON.');
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new SluiceError('BAD_REQUEST', 'The body is not a JSON object.');
}

function notFound(message: string): SluiceError {
  return new SluiceError('NOT_FOUND', message);
}

/** Codes whose status is 200 inside of a GraphQL answer, and what they are here. */
const HTTP_STATUSES: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, NOT_FOUND: 404 };

function failure(error: unknown, request: HttpRequest, log: Log): HttpResponse {
  if (error instanceof RegistryUnavailable) {
    log.error({ error }, 'the registry is not available');
    const problem: Problem = {
      severity: 'error',
      code: 'REGISTRY_UNAVAILABLE',
      message: 'The registry does not answer; what is served stays.',
      fix: 'Look into the log of the gateway.',
    };
    return json(503, { outcome: 'refused', problems: [problem], changes: [] });
  }
  const known = SluiceError.from(error);
  if (known.code === 'INTERNAL_SERVER_ERROR') log.error({ error }, 'admin request failed');
  const status = HTTP_STATUSES[known.code];
  return errorResponse(
    known,
    { accept: request.headers['accept'], id: '' },
    {
      ...(status !== undefined && { status }),
      ...(status === 401 && { headers: { 'www-authenticate': 'Bearer realm="sluice admin"' } }),
    },
  );
}

function json(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}

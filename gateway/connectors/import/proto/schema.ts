import type { Problem } from '../../../problem.ts';
import type { ProtoRegistry } from '../../../upstreams/grpc/registry.ts';
import type { ProtoMethod } from '../../../upstreams/grpc/types.ts';
import type { ImportOptions } from '../imported.ts';
import { camelCase, UniqueNames } from '../names.ts';
import { printSdl } from '../print-sdl.ts';
import type { SdlDirective, SdlField, SdlType } from '../print-sdl.ts';
import { Draft } from './draft.ts';
import { findEntities } from './entities.ts';
import type { Entity } from './entities.ts';
import { InputTypes } from './input-types.ts';
import { Links } from './links.ts';
import { fieldNameOf, roleOf, serviceNoun } from './methods.ts';
import type { MethodRole } from './methods.ts';
import { OutputTypes } from './output-types.ts';
import { RootFields } from './root-fields.ts';
import { typeNames } from './type-names.ts';

interface Operation {
  readonly method: ProtoMethod;
  readonly role: MethodRole;
  readonly name: string;
}

const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;

/** The schema for the services of a registry; `files` are their texts, for places in problems. */
export function draftSchema(
  registry: ProtoRegistry,
  { name: upstream, source, only }: ImportOptions,
  files: ReadonlyMap<string, string>,
): { sdl: string; problems: readonly Problem[]; isEmpty: boolean } {
  const draft = new Draft();
  const say = (method: ProtoMethod, problem: Omit<Problem, 'file' | 'line'>): void => {
    draft.problems.push({ ...problem, ...placeOf(method, registry, files) });
  };
  const all = registry.services().flatMap(({ methods }) => [...methods.values()]);
  const chosen = all.filter(({ fullName }) => matches(fullName, only));
  if (chosen.length === 0) {
    draft.problems.push(nothingToImport(source, all, only));
    return { sdl: '', problems: draft.problems, isEmpty: true };
  }
  const methods = chosen.filter((method) => isPossible(method, say));
  const entities = findEntities(registry.services(), methods);
  const batches = new Set([...entities.values()].map(({ batch }) => batch?.method));
  const operations = named(
    withQuery(
      methods.filter((method) => !batches.has(method)),
      batches.size > 0,
      say,
    ),
    say,
  );
  const typeNamesOf = typeNames(methods, (name) => registry.message(name) !== undefined, draft.names);
  const context = { draft, typeNames: typeNamesOf, entities, links: new Links(entities.values()), upstream };
  const outputs = new OutputTypes(context);
  const inputs = new InputTypes({
    draft,
    typeNames: typeNamesOf,
    outputs,
    keyOf: (message) => entities.get(message.name)?.key ?? [],
  });
  const fields = new RootFields({ ...context, outputs, inputs });
  const roots = new Map<string, SdlField[]>(ROOTS.map((root) => [root, []]));
  for (const { method, role, name } of operations)
    roots.get(role.root)!.push(fields.field(name, method, role));
  for (const entity of entities.values()) {
    if (entity.batch) outputs.object(entity.message);
    else sayUnbatched(entity, say);
  }
  outputs.finish();
  const rootTypes = ROOTS.flatMap((name) =>
    roots.get(name)!.length > 0 ? [{ kind: 'type' as const, name, fields: roots.get(name)! }] : [],
  );
  const types = draft.types();
  const scalars = types.filter((type) => type.kind === 'scalar');
  const others = types.filter((type) => type.kind !== 'scalar');
  const sdl = printSdl({
    directives: links([...rootTypes, ...others]),
    types: [...scalars, ...rootTypes, ...others],
  });
  return { sdl, problems: draft.problems, isEmpty: operations.length === 0 && batches.size === 0 };
}

type Say = (method: ProtoMethod, problem: Omit<Problem, 'file' | 'line'>) => void;

/** `*` is any text. */
function matches(fullName: string, only: readonly string[] | undefined): boolean {
  if (only === undefined) return true;
  return only.some((pattern) => {
    const [first = '', ...rest] = pattern.split('*');
    if (rest.length === 0) return fullName === pattern;
    if (!fullName.startsWith(first)) return false;
    const last = rest.pop()!;
    let at = first.length;
    for (const part of rest) {
      const found = fullName.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return fullName.length - last.length >= at && fullName.endsWith(last);
  });
}

function nothingToImport(
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
function isPossible(method: ProtoMethod, say: Say): boolean {
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
function withQuery(
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
function named(
  operations: readonly { method: ProtoMethod; role: MethodRole }[],
  say: Say,
): readonly Operation[] {
  const wanted = operations.map((operation) => ({
    ...operation,
    name: fieldNameOf(operation.method, operation.role),
  }));
  const names = new Map(ROOTS.map((root) => [root, new UniqueNames()]));
  const count = (name: string): number =>
    wanted.filter((other) => [other.name, camelCase(other.method.name)].includes(name)).length;
  const isShared = ({ role, name }: Operation): boolean =>
    wanted.filter((other) => other.role.root === role.root && other.name === name).length > 1;
  return wanted.map((operation) => {
    const { method, role, name } = operation;
    const taken = names.get(role.root)!;
    // `fetchClusters` and `listClusters`, where `clusters` would be both.
    const whole = camelCase(method.name);
    const alternatives = [
      ...(whole !== name && count(whole) === 1 ? [whole] : []),
      camelCase(`${serviceNoun(method)}_${name}`),
      whole,
    ];
    const long = camelCase(`${method.service.replaceAll('.', '_')}_${method.name}`);
    const [first = name, ...rest] = isShared(operation)
      ? [...alternatives, long]
      : [name, ...alternatives, long];
    const free = taken.take(first, rest);
    if (free !== name)
      say(method, {
        severity: 'hint',
        code: 'IMPORT_RENAMED',
        message: `${method.fullName} became ${role.root}.${free}: "${name}" means several methods.`,
      });
    return { method, role, name: free };
  });
}

function sayUnbatched({ message, single }: Entity, say: Say): void {
  if (!single) return;
  const short = message.name.slice(message.name.lastIndexOf('.') + 1);
  say(single.method, {
    severity: 'warning',
    code: 'IMPORT_NO_BATCH',
    message: `${message.name} has no batch method: each one that a query needs costs a call of ${single.method.fullName}.`,
    fix: `Add a method BatchGet${short}s to the service, with a list of keys in its request and the list of messages in its response.`,
  });
}

function placeOf(
  { service, name }: ProtoMethod,
  registry: ProtoRegistry,
  files: ReadonlyMap<string, string>,
): Pick<Problem, 'file' | 'line' | 'column'> {
  const file = registry.services().find((s) => s.name === service)?.file;
  const lines = file === undefined ? [] : (files.get(file)?.split('\n') ?? []);
  // Of two services with a method of that name, the one after its own service's line.
  const from = lines.findIndex((line) =>
    new RegExp(`\\bservice\\s+${service.split('.').at(-1)}\\b`).test(line),
  );
  const rpc = new RegExp(`\\brpc\\s+${name}\\b`);
  const index = lines.findIndex((line, i) => i >= from && rpc.test(line));
  return {
    ...(file !== undefined && { file }),
    ...(index >= 0 && { line: index + 1, column: lines[index]!.search(rpc) + 1 }),
  };
}

/** Only what the schema uses is imported. */
function links(types: readonly SdlType[]): readonly SdlDirective[] {
  const used = new Set(
    types
      .flatMap((type) => [
        ...(type.directives ?? []),
        ...('fields' in type ? type.fields.flatMap((field) => field.directives ?? []) : []),
      ])
      .map(({ name }) => name),
  );
  const imports = (...names: readonly string[]): readonly string[] =>
    names.filter((name) => used.has(name)).map((name) => `@${name}`);
  const link = (url: string, names: readonly string[]): SdlDirective => ({
    name: 'link',
    args: { url, import: names.length > 0 ? names : undefined },
  });
  return [
    link('https://specs.apollo.dev/federation/v2.9', imports('key', 'shareable')),
    link('https://specs.sluice.dev/connector/v0.1', imports('grpc', 'mapping')),
  ];
}

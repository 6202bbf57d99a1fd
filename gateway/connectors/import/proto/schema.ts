import type { Problem } from '../../../problem.ts';
import type { ProtoRegistry } from '../../../upstreams/grpc/registry.ts';
import type { ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { acceptor } from '../only.ts';
import type { ImportOptions } from '../imported.ts';
import { linksOf } from '../sdl/links.ts';
import { printSdl } from '../sdl/print.ts';
import type { SdlField } from '../sdl/model.ts';
import { Draft } from './draft.ts';
import { findEntities } from './entities.ts';
import type { Entity } from './entities.ts';
import { InputTypes } from './input-types.ts';
import { Links } from './links.ts';
import { isPossible, named, nothingToImport, ROOTS, withQuery } from './operations.ts';
import type { Say } from './operations.ts';
import { MethodPlaces } from './method-places.ts';
import { OutputTypes } from './output-types.ts';
import { RootFields } from './root-fields.ts';
import { typeNames } from './type-names.ts';

/** The schema for the services of a registry; `files` are their texts, for places in problems. */
export function draftSchema(
  registry: ProtoRegistry,
  { name: upstream, source, only }: ImportOptions,
  files: ReadonlyMap<string, string>,
): { sdl: string; problems: readonly Problem[]; isEmpty: boolean } {
  const draft = new Draft();
  const places = new MethodPlaces(registry.services(), files);
  const say = (method: ProtoMethod, problem: Omit<Problem, 'file' | 'line'>): void => {
    draft.problems.push({ ...problem, ...places.of(method) });
  };
  const all = registry.services().flatMap(({ methods }) => [...methods.values()]);
  const accepts = acceptor(only);
  const chosen = all.filter(({ fullName }) => accepts(fullName));
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
    directives: linksOf([...rootTypes, ...others]),
    types: [...scalars, ...rootTypes, ...others],
  });
  return { sdl, problems: draft.problems, isEmpty: operations.length === 0 && batches.size === 0 };
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

import type { Problem } from '../../../problem.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { printSdl } from '../sdl/print.ts';
import { typedAnswer } from './answers.ts';
import { Calls } from './calls.ts';
import type { Planned } from './entities.ts';
import { findEntities } from './entities.ts';
import { Enums } from './enums.ts';
import { Inputs } from './inputs.ts';
import type { Library } from './library.ts';
import type { OpenapiSource } from './open-library.ts';
import { openLibrary } from './open-library.ts';
import { textOf } from './part.ts';
import { addLinks, linkedAnswer } from './links.ts';
import { Notes } from './notes.ts';
import { operationNames } from './operation-names.ts';
import type { Operation } from './operations.ts';
import { isSafe, readOperations } from './operations.ts';
import { Outputs } from './outputs.ts';
import { graphSdl } from './graph-sdl.ts';
import { reachable } from './reachable.ts';
import { SchemaReader } from './schema-reader.ts';
import { isSecurity, readSecurity } from './security.ts';
import { Servers } from './servers.ts';
import { settle } from './settle.ts';
import { TypeNames } from './type-names.ts';
import { UniqueNames } from '../unique-names.ts';
import { versionProblem } from './version.ts';

export interface OpenapiOptions extends ImportOptions {
  /** Where the API is, instead of the description's `servers`. */
  readonly baseUrl?: string;
}

/**
 * Makes a subgraph with `@source` and `@connect` of an OpenAPI 3.0, 3.1 or 3.2 description
 * (https://spec.openapis.org/oas/v3.2.0). Never throws for what the description holds; with errors there is no schema.
 */
export async function importOpenapi(source: OpenapiSource, options: OpenapiOptions): Promise<ImportResult> {
  const notes = new Notes(options.name);
  try {
    const library = await openLibrary(source, options.source, options.name, notes);
    if (!('root' in library)) return { problems: library };
    return build(library, options, notes);
  } catch (error) {
    // References through thousands of schemas, each in the next: nothing else is this deep.
    if (!(error instanceof RangeError)) throw error;
    const message = 'The schemas of the description refer to each other more deeply than can be followed.';
    const problem: Problem = {
      severity: 'error',
      code: 'OPENAPI_TOO_LARGE',
      message,
      subgraph: options.name,
      file: options.source,
    };
    return { problems: [problem] };
  }
}

function build(library: Library, options: OpenapiOptions, notes: Notes): ImportResult {
  const wrong = versionProblem(library.root, options);
  if (wrong) return { problems: [wrong] };
  const security = readSecurity(library, options.name, notes);
  const operations = readOperations(library, options.only, notes).map((operation) => ({
    ...operation,
    parameters: operation.parameters.filter((p) => !isSecurity(p, security)),
  }));
  const servers = new Servers(library, options.baseUrl, notes);
  const reader = new SchemaReader(library, notes);
  const names = new TypeNames(library);
  const enums = new Enums(names);
  const outputs = new Outputs(library, reader, names, enums, notes);

  const planned = plan(operations, outputs);
  outputs.complete();
  const entities = findEntities(planned, reader);
  const objects = [...outputs.objects.values()];
  addLinks(objects, entities, notes);
  settle(objects, [...outputs.unions.values()], notes);

  const inputs = new Inputs(reader, names, enums, notes);
  const calls = new Calls(inputs, reader, notes);
  const byPath = new Map([...entities.values()].map((e) => [e.field.operation.path, e]));
  const called = planned.flatMap((field) => {
    const answer = { ...field.answer, output: linkedAnswer(field.answer.output, entities) };
    const call = calls.of({ ...field, answer }, byPath.get(field.operation.path));
    return call ? { ...call, source: servers.sourceOf(field.operation) } : [];
  });
  inputs.settle();
  tellPages(operations, notes);
  if (called.length === 0 && !notes.hasErrors)
    notes.problem(
      'OPENAPI_EMPTY',
      library.root,
      options.only
        ? `No operation matches ${options.only.join(', ')}.`
        : 'There is no operation that a connector can call.',
      'Operations are called "GET /path"; * stands for any text.',
    );
  if (notes.hasErrors) return { problems: notes.problems() };
  const info = library.get(library.root, 'info');
  const schema = graphSdl({
    title: textOf(info, 'title'),
    sources: servers.sources,
    security,
    calls: called,
    entities,
    sourceOf: (entity) => servers.sourceOf((entity.batch?.field ?? entity.field).operation),
    used: reachable(called, entities),
  });
  return { sdl: printSdl(schema), upstreams: {}, files: new Map(), problems: notes.problems() };
}

/** Names and types of all fields. Ids that were given twice leave the name to the path. */
function plan(operations: readonly Operation[], outputs: Outputs): Planned[] {
  const names = { query: new UniqueNames(['_entities', '_service']), mutation: new UniqueNames() };
  return operations.map((operation) => {
    const name = names[isSafe(operation.method) ? 'query' : 'mutation'].take(...operationNames(operation));
    return { operation, name, answer: typedAnswer(operation, name, outputs) };
  });
}

function tellPages(operations: readonly Operation[], notes: Notes): void {
  for (const { answer, method, fullName } of operations)
    if (isSafe(method) && answer.hasLinkHeader)
      notes.problem(
        'OPENAPI_PAGINATION',
        answer.part,
        `${fullName} tells the next page in a Link header, which clients of the graph do not see.`,
        'Let clients count pages with the arguments, or add a field with a mapping of $response.headers.link.',
      );
}

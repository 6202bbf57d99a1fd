/** Imports of the fixtures, and what the gateway says about them. */
import path from 'node:path';
import { importDescription } from '../../../../gateway/connectors/import/described.ts';
import type { ImportedSubgraph } from '../../../../gateway/connectors/import/imported.ts';
import type { OpenapiOptions } from '../../../../gateway/connectors/import/openapi/openapi.ts';
import { importOpenapi } from '../../../../gateway/connectors/import/openapi/openapi.ts';
import { readConnectors } from '../../../../gateway/connectors/read.ts';
import type { Problem } from '../../../../gateway/problem.ts';
import { composeSupergraph } from '../../../../gateway/supergraph/compose.ts';
import { problemsOf } from '../../graph.ts';

export const FIXTURES = path.join(import.meta.dirname, 'fixtures');

/** A fixture, read from its file. Throws if it is refused. */
export async function importFixture(
  file: string,
  options: { baseUrl?: string; only?: readonly string[] } = {},
): Promise<ImportedSubgraph> {
  return accepted(
    await importDescription('api', { kind: 'openapi', file: path.join(FIXTURES, file), ...options }),
  );
}

/** A document as a text, or an object. */
export function importText(document: unknown, options: Partial<OpenapiOptions> = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return importOpenapi({ text }, { name: 'api', source: 'api.json', baseUrl: 'http://api.test', ...options });
}

export async function importDocument(
  document: unknown,
  options: Partial<OpenapiOptions> = {},
): Promise<ImportedSubgraph> {
  return accepted(await importText(document, options));
}

function accepted(result: ImportedSubgraph | { readonly problems: readonly Problem[] }): ImportedSubgraph {
  if (!('sdl' in result)) throw new Error(JSON.stringify(result.problems, null, 2));
  return result;
}

/** Errors of the connectors, their checks and the composition; the graph has another subgraph with a query. */
export function errorsOf(sdl: string): unknown[] {
  const checked = problemsOf(sdl).filter((p) => p.severity === 'error');
  const { model } = readConnectors({ name: 'api', file: 'api.graphql', sdl });
  const composed = composeSupergraph([
    { name: 'api', sdl: model?.sdl ?? '' },
    { name: 'other', sdl: 'type Query { other: Int }', url: 'http://other.test' },
  ]);
  return [...checked, ...('problems' in composed ? composed.problems : [])];
}

/** A document around paths and schemas. */
export function openapi(paths: object, schemas: object = {}, more: object = {}): object {
  return {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    paths,
    components: { schemas },
    ...more,
  };
}

/** An operation that answers with JSON of a schema. */
export function answering(schema: unknown, more: object = {}): object {
  return { responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } }, ...more };
}

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

export const lineOf = ({ severity, code, file, line, column, message, fix }: Problem): string =>
  `${severity} ${code} ${path.basename(file ?? '')}${line === undefined ? '' : `:${line}:${column}`} ${message}${fix === undefined ? '' : ` → ${fix}`}`;

/** Descriptions of the fixtures imported, checked and composed as `sluice check` would. */
import path from 'node:path';
import { fileSource } from '../../../../gateway/connectors/import/xml/file-source.ts';
import { importWsdl, type WsdlOptions } from '../../../../gateway/connectors/import/xml/import-wsdl.ts';
import { importXsd, type XsdOptions } from '../../../../gateway/connectors/import/xml/import-xsd.ts';
import type { ImportedSubgraph, ImportResult } from '../../../../gateway/connectors/import/imported.ts';
import type { DescriptionSource } from '../../../../gateway/connectors/import/xml/source.ts';
import type { Problem } from '../../../../gateway/problem.ts';
import { composeSupergraph } from '../../../../gateway/supergraph/compose.ts';
import { readConnectors } from '../../../../gateway/connectors/read.ts';
import { problemsOf } from '../../graph.ts';

export const FIXTURES = path.join(import.meta.dirname, 'fixtures');

export const wsdl = (file: string, options: Partial<WsdlOptions> = {}): Promise<ImportResult> =>
  importWsdl(fileSource(path.join(FIXTURES, file)), { name: 'xml', source: file, ...options });

export const xsd = (file: string, options: Partial<XsdOptions> = {}): Promise<ImportResult> =>
  importXsd(fileSource(path.join(FIXTURES, file)), {
    name: 'xml',
    source: file,
    url: 'http://service.example',
    ...options,
  });

/** Documents by location, without any file. */
export function memory(documents: Readonly<Record<string, string | Uint8Array>>): DescriptionSource {
  const [location = ''] = Object.keys(documents);
  return {
    location,
    resolve: (reference) => ({ location: reference }),
    read: (at) => {
      const found = documents[at];
      if (found === undefined) return Promise.reject(new Error('ENOENT'));
      return Promise.resolve(typeof found === 'string' ? Buffer.from(found) : found);
    },
  };
}

export const wsdlOf = (
  documents: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<WsdlOptions> = {},
) => importWsdl(memory(documents), { name: 'xml', source: Object.keys(documents)[0]!, ...options });

export const xsdOf = (
  documents: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<XsdOptions> = {},
) =>
  importXsd(memory(documents), {
    name: 'xml',
    source: Object.keys(documents)[0]!,
    url: 'http://service.example',
    ...options,
  });

export function subgraphOf(result: ImportResult): ImportedSubgraph {
  if (!('sdl' in result)) throw new Error(told(result.problems).join('\n'));
  return result;
}

/** Each as one line: severity, code, place, message. */
export const told = (problems: readonly Problem[]): string[] =>
  problems.map(({ severity, code, file, line, column, message }) =>
    [
      severity,
      code,
      [file?.split('/').at(-1), line, column].filter((p) => p !== undefined).join(':'),
      message,
    ].join(' '),
  );

/** Errors and warnings of the checks and of composition, beside another subgraph that has a query. */
export function checked(sdl: string): unknown[] {
  const problems = problemsOf(sdl, { links: false }).filter((p) => p.severity !== 'hint');
  const { model } = readConnectors({ name: 'imported', sdl });
  const composed = model
    ? composeSupergraph([
        { name: 'imported', sdl: model.sdl },
        { name: 'other', sdl: 'type Query { other: Int }' },
      ])
    : { problems: [] };
  return [...problems, ...('problems' in composed ? composed.problems : [])];
}

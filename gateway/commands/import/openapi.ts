import type { ImportResult } from '../../connectors/import/imported.ts';
import { fileSource } from '../../connectors/import/openapi/files.ts';
import { importOpenapi } from '../../connectors/import/openapi/openapi.ts';

export interface OpenapiCommandOptions {
  readonly file: string;
  readonly name: string;
  readonly baseUrl?: string;
  readonly only?: readonly string[];
  readonly remoteRefs?: boolean;
}

/** `sluice import openapi FILE`. */
export const openapiImporter = {
  name: 'openapi',
  summary: 'an OpenAPI 3.0, 3.1 or 3.2 description, JSON or YAML',
  arguments: [
    { name: '<file>', description: 'the description; files that it refers to lie in the same folder' },
  ],
  options: [
    { flags: '--base-url <url>', description: "where the API is, instead of the description's servers" },
    {
      flags: '--only <pattern...>',
      description: 'import only these operations: "GET /pets*" (* is any text)',
    },
    { flags: '--remote-refs', description: 'let the description refer to http and https addresses' },
  ],
  async run({ file, name, baseUrl, only, remoteRefs }: OpenapiCommandOptions): Promise<ImportResult> {
    const source = await fileSource(file, { remote: remoteRefs === true });
    if ('refused' in source) {
      const message = `The description ${source.refused}.`;
      return {
        problems: [
          {
            severity: 'error',
            code: 'FILE_UNREADABLE',
            message,
            subgraph: name,
            file,
            fix: 'Check the path.',
          },
        ],
      };
    }
    return importOpenapi(source, {
      name,
      source: file,
      ...(baseUrl !== undefined && { baseUrl }),
      ...(only && { only }),
    });
  },
} as const;

import type { ImportResult } from './imported.ts';

/** A description of a service, and where the service is. Paths are those of files on disk. */
export type Description =
  | {
      readonly kind: 'proto';
      readonly files: readonly string[];
      /** Where imports start; none = see `ProtoPaths`. */
      readonly includeFolders: readonly string[];
      /** `host:port` */
      readonly address: string;
    }
  | { readonly kind: 'reflection'; readonly address: string }
  | {
      readonly kind: 'openapi';
      readonly file: string;
      /** Instead of the description's servers. */
      readonly baseUrl?: string;
      /** Whether http and https addresses that it refers to are fetched; default: no. */
      readonly remoteRefs?: boolean;
      readonly only?: readonly string[];
    }
  | {
      readonly kind: 'wsdl';
      readonly file: string;
      /** Instead of the description's address. */
      readonly url?: string;
      /** Documents are read from here and below; default: the folder of the file. */
      readonly root?: string;
      readonly remote?: boolean;
      readonly only?: readonly string[];
      /** Operations that change nothing, though their names do not say so. */
      readonly queries?: readonly string[];
    };

/** The subgraph that a description makes. Loads only the importer that it needs. */
export async function importDescription(name: string, description: Description): Promise<ImportResult> {
  switch (description.kind) {
    case 'proto': {
      const { importProto } = await import('./proto/import-proto.ts');
      const { files, includeFolders, address } = description;
      const options = { name, source: files[0] ?? name, address };
      return importProto({ files: { paths: files, includeDirs: includeFolders } }, options);
    }
    case 'reflection': {
      const { importReflection } = await import('./proto/import-reflection.ts');
      return importReflection(description.address, { name, source: description.address });
    }
    case 'openapi':
      return importOpenapiFile(name, description);
    case 'wsdl': {
      const { fileSource } = await import('./xml/file-source.ts');
      const { importWsdl } = await import('./xml/import-wsdl.ts');
      const { file, url, root, remote, only, queries } = description;
      const source = fileSource(file, {
        ...(root !== undefined && { root }),
        ...(remote !== undefined && { allowRemote: remote }),
      });
      return importWsdl(source, {
        name,
        source: file,
        ...(url !== undefined && { url }),
        ...(only && { only }),
        ...(queries && { queries }),
      });
    }
  }
}

async function importOpenapiFile(
  name: string,
  { file, baseUrl, remoteRefs = false, only }: Description & { kind: 'openapi' },
): Promise<ImportResult> {
  const { fileSource } = await import('./openapi/files.ts');
  const { importOpenapi } = await import('./openapi/openapi.ts');
  const source = await fileSource(file, { remote: remoteRefs });
  if ('refused' in source)
    return {
      problems: [
        {
          severity: 'error',
          code: 'FILE_UNREADABLE',
          message: `The description ${source.refused}.`,
          file,
          fix: source.refused.includes('larger') ? 'Take a part of it.' : 'Check the path.',
        },
      ],
    };
  return importOpenapi(source, {
    name,
    source: file,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(only && { only }),
  });
}

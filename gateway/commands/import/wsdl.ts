import { fileSource } from '../../connectors/import/xml/file-source.ts';
import { importWsdl } from '../../connectors/import/xml/import-wsdl.ts';
import { importXsd } from '../../connectors/import/xml/import-xsd.ts';
import type { ImportResult } from '../../connectors/import/imported.ts';

/** A kind of description that `sluice import` reads, as the command line sees it. */
export interface Importer<Options> {
  /** `sluice import <name>`. */
  readonly name: string;
  readonly summary: string;
  /** As commander writes arguments. */
  readonly arguments: string;
  readonly options: readonly ImporterOption[];
  run(options: Options): Promise<ImportResult>;
}

export interface ImporterOption {
  /** As commander writes options: `--url <url>`, `--only <pattern...>`. */
  readonly flags: string;
  readonly description: string;
}

interface SharedOptions {
  /** Of the subgraph; default: the first file's name. */
  readonly name?: string;
  readonly url?: string;
  readonly only?: readonly string[];
  readonly root?: string;
  readonly remote?: boolean;
}

export interface WsdlCommandOptions extends SharedOptions {
  readonly file: string;
  readonly query?: readonly string[];
}

export interface XsdCommandOptions extends SharedOptions {
  readonly files: readonly string[];
  readonly operation?: readonly string[];
}

const SHARED: readonly ImporterOption[] = [
  { flags: '--url <url>', description: 'address of the service, in place of what the description says' },
  { flags: '--name <name>', description: 'of the subgraph and its upstream (default: the name of the file)' },
  {
    flags: '--root <folder>',
    description: 'folder that imports may not leave (default: that of the first file)',
  },
  { flags: '--remote', description: 'fetch imported documents from http(s) addresses' },
];

export const wsdlImporter: Importer<WsdlCommandOptions> = {
  name: 'wsdl',
  summary: 'a WSDL 1.1 description: SOAP 1.1 and 1.2, and HTTP GET',
  arguments: '<file>',
  options: [
    ...SHARED,
    { flags: '--only <pattern...>', description: 'operations to take, as port.operation; * is any text' },
    {
      flags: '--query <pattern...>',
      description: 'operations that change nothing, though their names do not say so',
    },
  ],
  run({ file, query, url, only, ...options }) {
    return importWsdl(fileSource(file, sourceOptions(options)), {
      name: options.name ?? nameOf(file),
      source: file,
      ...(url !== undefined && { url }),
      ...(only && { only }),
      ...(query && { queries: query }),
    });
  },
};

export const xsdImporter: Importer<XsdCommandOptions> = {
  name: 'xsd',
  summary: 'XML Schemas, with sample documents, of a service that speaks XML over HTTP',
  arguments: '<file...>',
  options: [
    ...SHARED,
    { flags: '--only <pattern...>', description: 'operations to take, as "GET /path"; * is any text' },
    {
      flags: '--operation <text...>',
      description: 'what can be called: "GET /orders/{id} order", "POST /orders newOrder order"',
    },
  ],
  run({ files, operation, url, only, ...options }) {
    const [first = '', ...rest] = files;
    return importXsd(fileSource(first, { ...sourceOptions(options), named: rest }), {
      name: options.name ?? nameOf(first),
      source: first,
      files: rest,
      ...(url !== undefined && { url }),
      ...(only && { only }),
      ...(operation && { operations: operation }),
    });
  },
};

function sourceOptions({ root, remote }: SharedOptions): { root?: string; allowRemote?: boolean } {
  return { ...(root !== undefined && { root }), ...(remote !== undefined && { allowRemote: remote }) };
}

/** `services/Orders.v1.wsdl` → `orders-v1`. */
function nameOf(file: string): string {
  const base =
    file
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  const words = base.replace(/\.\w+$/, '').match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [];
  return words.join('-').toLowerCase() || 'imported';
}

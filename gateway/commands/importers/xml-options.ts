import type { Command } from 'commander';

/** What the importers of WSDL and of XML Schema have in common. */
export interface XmlOptions {
  readonly name?: string;
  readonly url?: string;
  readonly only?: readonly string[];
  readonly root?: string;
  readonly remote?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

export function withXmlOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address of the service, in place of what the description says')
    .option('--name <name>', "of the subgraph and its upstream (default: the file's)")
    .option('--root <folder>', 'folder that imports may not leave (default: that of the file)')
    .option('--remote', 'fetch imported documents from http and https addresses')
    .option('-o, --out <folder>', 'write <folder>/<name>/schema.graphql, and print the lines for sluice.yaml')
    .option('--force', 'write over files that are there');
}

export function sourceOptions({ root, remote }: Pick<XmlOptions, 'root' | 'remote'>): {
  root?: string;
  allowRemote?: boolean;
} {
  return { ...(root !== undefined && { root }), ...(remote !== undefined && { allowRemote: remote }) };
}

/** `services/Orders.v1.wsdl` → `orders-v1`. */
export function nameOfFile(file: string): string {
  const base =
    file
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  const words = base.replace(/\.\w+$/, '').match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [];
  return words.join('-').toLowerCase() || 'imported';
}

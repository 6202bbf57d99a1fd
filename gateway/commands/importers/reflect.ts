import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CommandFailure, type CommandContext } from '../command-context.ts';
import { checkName, writeImport } from './write-import.ts';
import { repeatable } from '../repeatable.ts';

const HELP = `
The server must have gRPC server reflection (v1 or v1alpha) switched on. It is asked once, now: its descriptors are
written as .proto files, and the gateway never needs its reflection. Descriptors rarely have comments: where the .proto
files are at hand, "sluice import proto" gives descriptions, too.

Examples:
  sluice import reflect localhost:50051
  sluice import reflect shop.internal:443 --tls --name shop --out subgraphs
  sluice import reflect localhost:50051 --only 'shop.v1.*'
`;

interface ReflectOptions {
  readonly name?: string;
  readonly only?: readonly string[];
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly timeout: number;
  readonly out?: string;
  readonly force?: boolean;
}

export function addImportReflectCommand(program: Command, context: CommandContext): void {
  program
    .command('reflect')
    .summary('of a running gRPC server')
    .description('Makes a subgraph of what a running gRPC server says of itself.')
    .argument('<host:port>', 'where the server listens')
    .option('--name <name>', 'of the subgraph and its upstream (default: the first part of the host name)')
    .option(
      '--only <pattern>',
      'only these methods, as package.Service/Method with *; may be given several times',
      repeatable,
    )
    .option('--tls', 'speak TLS; implied by the options below')
    .option('--ca <file>', 'PEM file of the authority that signed the certificate')
    .option('--cert <file>', 'PEM file of a certificate of its own, for mutual TLS')
    .option('--key <file>', 'PEM file of its key')
    .option('--server-name <name>', "the certificate's name, if it is another than the host's")
    .option('--timeout <ms>', 'longest wait, in milliseconds', milliseconds, 10_000)
    .option(
      '-o, --out <folder>',
      'write <folder>/<name>/schema.graphql and the protos, and print the lines for sluice.yaml',
    )
    .option('--force', 'write over files that are there')
    .addHelpText('after', HELP)
    .action((address: string, options: ReflectOptions) => importServer(address, options, context));
}

async function importServer(
  address: string,
  options: ReflectOptions,
  context: CommandContext,
): Promise<void> {
  const { name, only, timeout: timeoutMs, tls, ca, cert, key, serverName, ...write } = options;
  const subgraph = checkName(name ?? /^[^.:/]*/.exec(address)![0]);
  const isTls = tls === true || [ca, cert, key, serverName].some((option) => option !== undefined);
  const { importReflection } = await import('../../connectors/import/proto/import-reflection.ts');
  const result = await importReflection(address, {
    name: subgraph,
    source: address,
    timeoutMs,
    ...(only && { only }),
    ...(isTls && {
      tls: {
        ...(ca !== undefined && { ca: pem(ca) }),
        ...(cert !== undefined && { cert: pem(cert) }),
        ...(key !== undefined && { key: pem(key) }),
        ...(serverName !== undefined && { serverName }),
      },
    }),
  });
  writeImport(subgraph, result, write, context, isTls ? [tlsLine({ ca, cert, key, serverName })] : []);
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 600_000) return value;
  throw new InvalidArgumentError('Expected a number of milliseconds, at most 600000.');
}

function pem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CommandFailure([
      { severity: 'error', code: 'FILE_UNREADABLE', message: 'The PEM file cannot be read.', file },
    ]);
  }
}

function tlsLine(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? 'tls: {}'
    : `tls: { ${given.map(([k, v]) => `${k}: ${JSON.stringify(v)}`).join(', ')} }`;
}

import type { Problem } from '../../../problem.ts';
import { bundledName } from '../../../upstreams/grpc/proto-files.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { decodeFileDescriptor } from './descriptors.ts';
import type { FileDescriptor } from './descriptors.ts';
import { importProto } from './import-proto.ts';
import { printProto } from './print-proto.ts';
import { bundledFileOf, declaredIn, usedIn } from './references.ts';
import { reflect, ReflectionError } from './reflection-client.ts';
import type { ReflectionOptions, Request, Response } from './reflection-client.ts';

export type ReflectionImportOptions = ImportOptions & ReflectionOptions;

/** What servers have beside what they are there for. */
const INFRASTRUCTURE = /^grpc\.(?:reflection|health|channelz)\./;

/**
 * A subgraph out of what a running gRPC server says of itself (server reflection v1, or v1alpha). Its descriptors
 * become `.proto` texts, so that the gateway needs no server to start, and people something to read. Resolves always.
 */
export async function importReflection(
  address: string,
  options: ReflectionImportOptions,
): Promise<ImportResult> {
  let found: { files: ReadonlyMap<string, FileDescriptor>; problems: readonly Problem[] };
  try {
    found = await reflect(address, options, (send) => fetchFiles(send, options.source));
  } catch (error) {
    return { problems: [refusal(error, address, options.source)] };
  }
  const files = new Map<string, string>();
  const problems: Problem[] = [...found.problems];
  for (const [name, file] of found.files) {
    try {
      files.set(name, printProto(file));
    } catch (error) {
      problems.push({
        severity: 'error',
        code: 'REFLECTION_INVALID',
        message: `The server's descriptor of ${JSON.stringify(name)} is not valid: ${error instanceof Error ? error.message : String(error)}.`,
        file: options.source,
      });
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const result = importProto({ files }, { ...options, address });
  return { ...result, problems: [...problems, ...result.problems] };
}

/** The files of all services, with those that they depend on. */
async function fetchFiles(
  send: (request: Request) => Promise<Response>,
  source: string,
): Promise<{ files: ReadonlyMap<string, FileDescriptor>; problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const listed = await send({ list_services: '*' });
  if (listed.error_response) throw refused(listed);
  const services = (listed.list_services_response?.service ?? [])
    .map(({ name }) => name)
    .filter((name) => !INFRASTRUCTURE.test(name));
  const files = new Map<string, FileDescriptor>();
  /** Full name of a message or enum → the file that declares it. */
  const declaring = new Map<string, string>();
  const add = (response: Response): void => {
    for (const bytes of response.file_descriptor_response?.file_descriptor_proto ?? []) {
      const file = decodeFileDescriptor(bytes);
      // The types of google.protobuf come with the gateway, whatever file the server has them in.
      if (files.has(file.name) || file.package === 'google.protobuf') continue;
      files.set(file.name, file);
      for (const type of declaredIn(file)) declaring.set(type, file.name);
    }
  };
  for (const service of services) {
    const response = await send({ file_containing_symbol: service });
    add(response);
    if (response.error_response)
      problems.push({
        severity: 'warning',
        code: 'REFLECTION_INCOMPLETE',
        message: `The server lists the service ${service}, but does not describe it: ${refused(response).message}. It is left out.`,
        file: source,
      });
  }
  const asked = new Set<string>();
  const imports = new Map<string, readonly string[]>();
  // The map grows while it is read.
  for (const [file, { dependency = [] }] of files) {
    const used = [...usedIn(files.get(file)!)].filter((type) => bundledFileOf(type) === undefined);
    const isMissing = (type: string): boolean => !declaring.has(type);
    for (const name of used.some(isMissing) ? dependency : []) {
      if (files.has(name) || asked.has(name) || bundledName(name) !== undefined) continue;
      asked.add(name);
      add(await send({ file_by_filename: name }));
    }
    // Servers of grpc-node leave out what their files import (grpc/grpc-node#2595), and some import through others.
    for (const type of used.filter(isMissing)) {
      if (asked.has(type) || !isMissing(type)) continue;
      asked.add(type);
      // What is not there is told where it is used.
      add(await send({ file_containing_symbol: type }));
    }
    imports.set(file, importsOf(files.get(file)!, declaring));
  }
  const complete = [...files].map(
    ([name, file]) => [name, { ...file, dependency: imports.get(name)! }] as const,
  );
  return { files: new Map(complete), problems };
}

/** The files of everything that a file uses; nothing else needs to be imported. */
function importsOf(file: FileDescriptor, declaring: ReadonlyMap<string, string>): readonly string[] {
  const found = [...usedIn(file)].map((type) => bundledFileOf(type) ?? declaring.get(type));
  return [...new Set(found.filter((name) => name !== undefined && name !== file.name))].map(String).sort();
}

const refused = ({ error_response: error }: Response): ReflectionError =>
  new ReflectionError('NOT_FOUND', error?.error_message ?? `status ${error?.error_code ?? 0}`);

function refusal(error: unknown, address: string, source: string): Problem {
  const base = { severity: 'error', file: source } as const;
  if (!(error instanceof ReflectionError))
    return {
      ...base,
      code: 'REFLECTION_INVALID',
      message: `What ${address} sends is no description: ${error instanceof Error ? error.message : String(error)}.`,
    };
  switch (error.grpcStatus) {
    case 'UNIMPLEMENTED':
      return {
        ...base,
        code: 'REFLECTION_UNAVAILABLE',
        message: `The server at ${address} has no reflection.`,
        fix: 'Switch it on in the server, or import its files: sluice import proto FILE --address HOST:PORT.',
      };
    case 'DEADLINE_EXCEEDED':
      return {
        ...base,
        code: 'REFLECTION_UNAVAILABLE',
        message: `The server at ${address} did not answer in time.`,
        fix: 'Check the address, whether it wants TLS (--tls), or give it longer (--timeout).',
      };
    default:
      return {
        ...base,
        code: 'REFLECTION_UNAVAILABLE',
        message: `The server at ${address} cannot be asked: ${error.message} (${error.grpcStatus}).`,
        fix: 'Check the address, that the server is running, and whether it wants TLS (--tls).',
      };
  }
}

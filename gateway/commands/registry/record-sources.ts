import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { failure } from '../command-context.ts';

/** What is sent to the registry; the gateway checks it. */
export type RecordBody = Readonly<Record<string, unknown>>;

/** The text of a file that a person has named. */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('FILE_UNREADABLE', `"${file}" cannot be read: ${reason}.`);
  }
}

type Upstreams = Record<string, Record<string, unknown>>;

/**
 * `upstreams:` of a YAML file as one writes them in the configuration, with the files that they name: those are sent
 * along, under their paths from the YAML file's folder.
 */
export function readUpstreams(file: string): {
  readonly upstreams: Upstreams;
  readonly files: Record<string, string>;
} {
  let content: unknown;
  try {
    content = parseYaml(readNamed(file));
  } catch (error) {
    // A mistake of form, or aliases that multiply beyond reason.
    if (error instanceof Error && (error.name === 'YAMLParseError' || error instanceof ReferenceError))
      throw failure('CONFIG_SYNTAX', `${file}: ${error.message}`);
    throw error;
  }
  const upstreams = (content as { upstreams?: Upstreams } | null)?.upstreams;
  if (typeof upstreams !== 'object' || upstreams === null)
    throw failure(
      'CONFIG_INVALID',
      `"${file}" has no "upstreams:".`,
      'Write them as in sluice.yaml: upstreams: { name: { wire: grpc, … } }',
    );
  const folder = dirname(resolve(file));
  const files: Record<string, string> = {};
  const send = (path: string): string => {
    const name = relative(folder, resolve(folder, path)).split(sep).join('/');
    if (name === '..' || name.startsWith('../'))
      throw failure(
        'CONFIG_INVALID',
        `"${path}" is not below the folder of ${file}, so it cannot be sent.`,
        `Move ${file} above it.`,
      );
    files[name] = readNamed(join(folder, name));
    return name;
  };
  // What is no upstream at all goes to the gateway as it is, which says what is wrong with it.
  const complete = Object.entries(upstreams).map(([name, upstream]: [string, unknown]) => [
    name,
    isRecord(upstream) ? withFiles(upstream, folder, send) : upstream,
  ]);
  return { upstreams: Object.fromEntries(complete) as Upstreams, files };
}

function withFiles(
  upstream: Readonly<Record<string, unknown>>,
  folder: string,
  send: (path: string) => string,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...upstream };
  const { protos, protoPaths, tls } = upstream;
  const sent = (path: unknown): unknown => (typeof path === 'string' ? send(path) : path);
  if (Array.isArray(protos)) result['protos'] = protos.map(sent);
  if (Array.isArray(protoPaths))
    result['protoPaths'] = protoPaths.map((path: unknown) => {
      if (typeof path !== 'string') return path;
      for (const proto of protosBelow(resolve(folder, path))) send(proto);
      return relative(folder, resolve(folder, path)).split(sep).join('/') || '.';
    });
  if (isRecord(tls))
    result['tls'] = Object.fromEntries(
      Object.entries(tls).map(([key, value]) => [key, key === 'serverName' ? value : sent(value)]),
    );
  return result;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function protosBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.proto')).map((name) => join(folder, name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('FILE_UNREADABLE', `"${folder}" cannot be read: ${reason}.`);
  }
}

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, expect } from 'vitest';

const SUBGRAPHS = join(import.meta.dirname, '../../../subgraphs');

/** Where a backend says it listens. */
export type Ports = Readonly<Record<string, number>>;

/** The backend of a subgraph as a process of its own. What a test leaves running is killed. */
export function backendProcess(subgraph: string): {
  /** A folder for databases, gone with the test file. */
  readonly folder: string;
  readonly start: (environment: Readonly<Record<string, string>>) => ChildProcessWithoutNullStreams;
  /** Starts a process that must refuse to. @returns what it says about that */
  readonly refusal: (environment: Readonly<Record<string, string>>) => Promise<string>;
} {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${subgraph}-`));
  const running = new Set<ChildProcessWithoutNullStreams>();
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const start = (environment: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams => {
    const env = { PATH: process.env['PATH'], DATABASE: ':memory:', ...environment };
    const child = spawn(process.execPath, [join(SUBGRAPHS, subgraph, 'backend/main.ts')], { env });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const refusal = async (environment: Readonly<Record<string, string>>): Promise<string> => {
    const child = start(environment);
    const said = child.stderr.setEncoding('utf8').toArray() as Promise<string[]>;
    expect(await exit(child)).toBe(1);
    return (await said).join('');
  };
  return { folder, start, refusal };
}

/** Waits for the one line in which a backend says that it is ready. */
export async function ready(child: ChildProcessWithoutNullStreams): Promise<Ports> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { ports, ...rest } = JSON.parse(line) as { ports: Ports };
  expect(rest).toEqual({ ready: true });
  return ports;
}

/** Waits for the end of a process. @returns its exit code, null after a signal that it does not handle */
export async function exit(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { usageOf, type Usage } from './usage.ts';

const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 5_000;
const HOOK = join(import.meta.dirname, 'processes', 'usage-hook.ts');

export interface ProcessOptions {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly core: 'job' | 'rest';
  readonly readyUrl?: string;
  readonly nodeFlags?: readonly string[];
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** From its ready line; empty if it was awaited by `readyUrl`. */
  readonly ports: Readonly<Record<string, number>>;
  usage(): Promise<Usage>;
  /** SIGTERM, then SIGKILL if it does not listen. */
  stop(): Promise<void>;
}

/** How processes are kept apart. `undefined` = they are not, and `why` says why. */
export interface Pinning {
  readonly cpus: Readonly<Record<'job' | 'rest', string>> | undefined;
  readonly why: string;
}

export function findPinning(): Pinning {
  const cores = availableParallelism();
  if (cores < 2) return { cpus: undefined, why: 'one core only' };
  if (spawnSync('taskset', ['-V']).status !== 0) return { cpus: undefined, why: 'no taskset on this system' };
  const rest = cores === 2 ? '1' : `1-${cores - 1}`;
  return { cpus: { job: '0', rest }, why: `gateway on core 0, load and backends on ${rest}` };
}

/** The command line that runs `command` on the wanted core. */
export function pinned(
  pinning: Pinning,
  core: 'job' | 'rest',
  command: readonly string[],
): readonly string[] {
  return pinning.cpus === undefined ? command : ['taskset', '-c', pinning.cpus[core], ...command];
}

/** Starts a Node script on its core and waits until it serves. Throws with its last output if it does not. */
export async function startProcess(options: ProcessOptions, pinning: Pinning): Promise<RunningProcess> {
  const hooked = process.platform !== 'linux';
  const flags = [...(hooked ? ['--import', HOOK] : []), ...(options.nodeFlags ?? [])];
  const node = [process.execPath, ...flags, options.script, ...(options.args ?? [])];
  const [command, ...args] = pinned(pinning, options.core, node);
  const child = spawn(command!, args, {
    env: { ...process.env, ...options.env, SLUICE_EXIT_WITH_PARENT: '1' },
    // The pipe to its input ends with this process, even if that is killed; the scripts here end with it.
    stdio: hooked ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const keep = (line: string) => {
    output.push(line);
    if (output.length > 12) output.shift();
  };
  const [stdin, stdout, stderr] = child.stdio as unknown as [Writable, Readable, Readable];
  stdin.on('error', () => undefined);
  createInterface(stderr).on('line', keep);
  const lines = createInterface(stdout).on('line', keep);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const killer = () => void child.kill('SIGKILL');
  process.once('exit', killer);
  const stop = async () => {
    process.removeListener('exit', killer);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  const failed = (why: string) => new Error(`${options.name} ${why}\n${output.join('\n')}`);
  try {
    const ports = await Promise.race([
      options.readyUrl === undefined ? readyLine(lines) : readyAnswer(options.readyUrl, child),
      ended.then((how) => Promise.reject(failed(`ended before it was ready (${how})`))),
      giveUp().then(() => Promise.reject(failed(`was not ready after ${READY_TIMEOUT_MS / 1000} s`))),
    ]);
    return { name: options.name, pid: child.pid!, ports, stop, usage: () => usageOf(child) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyLine(lines: NodeJS.EventEmitter): Promise<Record<string, number>> {
  return new Promise((resolve) => {
    lines.on('line', (line: string) => {
      if (!line.startsWith('{"ready":true')) return;
      resolve((JSON.parse(line) as { ports: Record<string, number> }).ports);
    });
  });
}

async function readyAnswer(url: string, child: ChildProcess): Promise<Record<string, number>> {
  while (child.exitCode === null && child.signalCode === null) {
    const status = await request(url).then(
      async (answer) => (await answer.body.dump(), answer.statusCode),
      () => 0,
    );
    if (status === 200) return {};
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return new Promise(() => {});
}

function giveUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, READY_TIMEOUT_MS).unref());
}

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { DemoBackendConfig } from '../../config/schema.ts';
import { CommandFailure, type CommandContext } from '../command-context.ts';
import { eachLine } from './lines.ts';

/** How long a backend has to stop by itself after SIGTERM. */
const STOP_GRACE_MS = 5000;
/** Lines of a backend's error output that are repeated when it fails to start. */
const LAST_LINES = 5;
/** The gateway's own address and places; a backend has its own in the configuration. */
const GATEWAY_ONLY = ['HOST', 'PORT', 'ADMIN_PORT', 'DATABASE'];

/** One demo backend: a child process that ends with its parent, whatever happens to that. */
export class BackendProcess {
  readonly name: string;
  /** Settles when it said that it is ready; rejects with `CommandFailure` if it ended before or took too long. */
  readonly ready: Promise<void>;
  /** Settles when it is gone. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #isReady = false;

  constructor(
    { name, command, env, readyTimeoutMs }: DemoBackendConfig,
    parentEnv: CommandContext['env'],
    onLine: (line: string) => void,
  ) {
    this.name = name;
    const inherited = Object.fromEntries(
      Object.entries(parentEnv).filter(([key]) => !GATEWAY_ONLY.includes(key)),
    );
    // A group of its own: Ctrl-C is for the gateway, which stops its backends after its last operation.
    // The pipe to its standard input ends with this process, even if that is killed.
    this.#child = spawn(process.execPath, [command], {
      env: { ...inherited, ...env, SLUICE_EXIT_WITH_PARENT: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const child = this.#child;
    child.stdin.on('error', () => undefined);
    const lastLines: string[] = [];
    eachLine(child.stderr, (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      onLine(line);
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.ready = this.#untilReady(readyTimeoutMs, onLine, lastLines);
    // Whoever waits for all backends hears of the first failure; the others' must not end the process.
    this.ready.catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** SIGTERM, then SIGKILL if it does not listen. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #untilReady(
    timeoutMs: number,
    onLine: (line: string) => void,
    lastLines: readonly string[],
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      const fix =
        'Something is slow: a first start fills its database. Raise demo.backends[].readyTimeoutMs, or look at its output above.';
      reject(this.#failure(`was not ready after ${timeoutMs / 1000} s`, fix));
    }, timeoutMs);
    eachLine(this.#child.stdout, (line) => {
      if (this.#isReady || !saysReady(line)) return onLine(line);
      this.#isReady = true;
      resolve();
    });
    void this.ended.then((how) => {
      const output = lastLines.join('\n');
      const portTaken = /EADDRINUSE|in use|could not bind|No address added/i.test(output);
      const fix = portTaken
        ? 'Its port is in use: stop the process that has it, or choose another port (see the variables in sluice.yaml).'
        : undefined;
      reject(this.#failure(`ended before it was ready (${how})${output === '' ? '' : `:\n${output}`}`, fix));
    });
    return promise.finally(() => clearTimeout(timer));
  }

  #failure(what: string, fix: string | undefined): CommandFailure {
    const message = `The demo backend "${this.name}" ${what}`;
    return new CommandFailure([
      { severity: 'error', code: 'DEMO_BACKEND_FAILED', message, ...(fix === undefined ? {} : { fix }) },
    ]);
  }
}

function saysReady(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return (JSON.parse(line) as { ready?: unknown }).ready === true;
  } catch {
    return false;
  }
}

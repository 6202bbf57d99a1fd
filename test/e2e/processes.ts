import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const projectRoot = join(import.meta.dirname, '../..');

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of ours. It cannot outlive the tests: its standard input is a pipe, and the end of this process kills it. */
export interface RunningProcess {
  readonly pid: number;
  /** Settles when it is gone and all of its output has been read. */
  readonly ended: Promise<Ending>;
  stdout(): string;
  stderr(): string;
  /** Waits until either output has this; throws, with all that it said, if it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Writes to its standard input. */
  say(text: string): void;
  /** Sends the signal (default SIGTERM) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

const running = new Set<() => void>();
process.once('exit', () => {
  for (const kill of running) kill();
});

/** Runs Node with these arguments; of the environment it gets PATH and what is given. */
export function startProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): RunningProcess {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? projectRoot,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  const kill = (): void => void child.kill('SIGKILL');
  running.add(kill);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      child.emit('said');
    });
  }
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ending>();
  child.once('error', reject);
  child.once('close', (code, signal) => {
    running.delete(kill);
    resolve({ code, signal });
  });
  const find = (pattern: RegExp): RegExpExecArray | null =>
    pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
  return {
    pid: child.pid!,
    ended,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async says(pattern) {
      for (;;) {
        const match = find(pattern);
        if (match) return match;
        const more = new Promise<'more'>((said) => child.once('said', () => said('more')));
        if ((await Promise.race([more, ended])) === 'more') continue;
        const last = find(pattern);
        if (last) return last;
        throw new Error(`ended without saying ${pattern}:\n${output.stdout}\n${output.stderr}`);
      }
    },
    say: (text) => void child.stdin.write(text),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

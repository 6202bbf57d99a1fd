import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const fixtures = join(import.meta.dirname, 'fixtures');
let folder: string;
let running: Run[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-start-'));
  writeFileSync(join(folder, 'super.graphql'), '');
});

afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL');
  running = [];
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  text(): string;
  /** Waits until the output has this. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [join(fixtures, 'run.ts'), 'start', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0', ...env },
  });
  let text = '';
  const { promise: ended, resolve } = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  child.once('close', (code, signal) => resolve({ code, signal }));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      child.emit('text');
    });
  }
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      const more = new Promise<'more'>((resolve) => child.once('text', () => resolve('more')));
      const next = await Promise.race([more, ended]);
      if (next !== 'more' && !pattern.test(text)) throw new Error(`ended without ${pattern}:\n${text}`);
    }
  };
  const run = { child, ended, says, text: () => text };
  running.push(run);
  return run;
}

function demo(backends: string): string[] {
  const file = join(folder, 'demo.yaml');
  writeFileSync(file, `supergraph: { file: super.graphql }\ndemo:\n  backends:\n${backends}`);
  return ['--demo', '--config', file];
}

const backend = (name: string, env = '{}', more = ''): string =>
  `    - { name: ${name}, command: ${join(fixtures, 'backend.ts')}, env: ${env}${more} }\n`;

describe('start', () => {
  test('names the page, the endpoint and the admin address, and shows warnings', async () => {
    const run = start(['--supergraph', 'super.graphql']);
    const [, url] = await run.says(/Page\s+(\S+)/);
    expect(await (await fetch(url!)).text()).toBe('hello');
    expect(run.text()).toContain('warning  SOME_WARNING Mind.');
    expect(run.text()).toMatch(/Admin\s+http/);
    expect(run.text()).not.toContain('\u001b');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends in an orderly way on %s', async (signal) => {
    const run = start(['--supergraph', 'super.graphql']);
    await run.says(/Page/);
    run.child.kill(signal);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.text()).toContain('closing the gateway');
  });

  test('ends at once on the second signal', async () => {
    const run = start(['--supergraph', 'super.graphql'], { CLOSE: 'never' });
    await run.says(/Page/);
    run.child.kill('SIGTERM');
    await run.says(/closing the gateway/);
    run.child.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: 143, signal: null });
  });

  test('ends with code 1 and the problem when it cannot listen', async () => {
    const taken = await occupiedPort();
    const run = start(['--supergraph', 'super.graphql', '--port', String(taken.port)]);
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.text()).toContain('EADDRINUSE');
    taken.server.close();
  });

  test.each([
    [['--port', '99999'], 'Use a number from 0 to 65535.'],
    [['--prot', '1'], 'Did you mean --port?'],
    [['--supergraph', 'nope.graphql'], 'CONFIG_FILE_NOT_FOUND'],
    [[], 'There is no configuration file "sluice.yaml"'],
  ])('refuses %j with code 1', async (args, message) => {
    const run = start(args);
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.text()).toContain(message);
  });
});

describe('a running start', () => {
  const config = (timeoutMs: number | string) =>
    `supergraph: { file: super.graphql, timeoutMs: ${timeoutMs} }\n`;
  const write = (text: string): string => {
    const file = join(folder, 'reloaded.yaml');
    writeFileSync(file, text);
    return file;
  };

  test('reads its configuration again on SIGHUP, and goes on with the old one if that has mistakes', async () => {
    const run = start(['--config', write(config(1000))]);
    await run.says(/Page/);
    write(config(2000));
    run.child.kill('SIGHUP');
    await run.says(/reloading with 2000 ms\nReloaded: the new graph is served\./);
    write(`\n${config('soon')}`);
    run.child.kill('SIGHUP');
    await run.says(/reloaded\.yaml:2:\d+ {2}error {2}CONFIG_INVALID .*timeoutMs/);
    await run.says(/Not reloaded: the running graph stays\./);
    run.child.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: 0, signal: null });
  });

  test.each(['the configuration', 'a schema', 'a file that takes its place'])(
    'with --watch notices that %s has changed',
    async (what) => {
      const run = start(['--watch', '--config', write(config(1000))]);
      await run.says(/Page/);
      if (what === 'a schema') writeFileSync(join(folder, 'super.graphql'), `# ${Math.random()}`);
      else if (what === 'the configuration') write(config(3000));
      else {
        writeFileSync(join(folder, 'aside.yaml'), config(4000));
        renameSync(join(folder, 'aside.yaml'), join(folder, 'reloaded.yaml'));
      }
      await run.says(/reloading with \d000 ms/);
    },
  );

  test('with --watch does nothing when a file is written with what it said before', async () => {
    const run = start(['--watch', '--config', write(config(1000))]);
    await run.says(/Page/);
    write(config(1000));
    // The change after it is the first that is seen.
    write(config(5000));
    await run.says(/reloading with 5000 ms/);
    expect(run.text().match(/reloading/g)).toHaveLength(1);
  });
});

describe('start --demo', () => {
  test('runs the backends first, stops them last, and keeps its own port from them', async () => {
    const run = start(demo(backend('one') + backend('two')));
    await run.says(/Page/);
    expect(run.text()).toMatch(/\[one\] ready after .*\n(?:.*\n)*.*Sluice is ready/);
    expect(run.text()).toContain("[two] mode good, gateway's port not seen");
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(0);
  });

  test('starts nothing when a backend fails, and repeats what that said', async () => {
    const run = start(demo(backend('one') + backend('two', '{ MODE: dies }')));
    expect((await run.ended).code).toBe(1);
    expect(run.text()).toContain(
      'The demo backend "two" ended before it was ready (exit code 3):\nmode dies',
    );
    expect(run.text()).not.toContain('Sluice is ready');
  });

  test('says that a port is in use', async () => {
    const taken = await occupiedPort();
    const run = start(demo(backend('one', `{ PORT_TO_USE: ${taken.port} }`)));
    expect((await run.ended).code).toBe(1);
    expect(run.text()).toContain('Its port is in use');
    taken.server.close();
  });

  test('does not wait for ever, and says who is slow', async () => {
    const run = start(demo(backend('slow', '{ MODE: silent }', ', readyTimeoutMs: 300')));
    expect((await run.ended).code).toBe(1);
    expect(run.text()).toContain('The demo backend "slow" was not ready after 0.3 s');
  });

  test('goes on when a backend dies later', async () => {
    const run = start(demo(`    - { name: one, command: ${writeMortal()} }\n`));
    const [, url] = await run.says(/Page\s+(\S+)/);
    await run.says(/\[one\] ended \(exit code 7\); the gateway goes on/);
    expect(await (await fetch(url!)).text()).toBe('hello');
  });

  test('is refused when the configuration has no backends', async () => {
    const run = start(['--demo', '--supergraph', 'super.graphql']);
    expect((await run.ended).code).toBe(1);
    expect(run.text()).toContain('no demo.backends');
  });
});

/** A backend that ends as soon as it has been taken for ready. */
function writeMortal(): string {
  const script = `console.log('{"ready":true}');\nsetTimeout(() => process.exit(7), 500);\n`;
  const file = join(folder, 'mortal.ts');
  writeFileSync(file, script);
  return file;
}

async function occupiedPort(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../gateway/errors.ts';
import { createLog } from '../../gateway/observe/log.ts';
import type { LogOptions } from '../../gateway/observe/log.ts';

function capture(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ ...options, write: (line) => lines.push(line) });
  return { log, lines, first: () => JSON.parse(lines[0] ?? '{}') as Record<string, unknown> };
}

describe('a JSON line', () => {
  test('has level, ISO time, message and fields', () => {
    const { log, first } = capture();
    log.info({ requestId: 'r1' }, 'request');
    expect(first()).toMatchObject({ level: 'info', message: 'request', requestId: 'r1' });
    expect(first()['time']).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  });

  test('never has credentials, wherever headers are', () => {
    const { log, lines } = capture();
    const headers = {
      authorization: 'Bearer s3cret',
      Cookie: 's3cret',
      'x-api-key': 's3cret',
      accept: 'a/b',
    };
    log.info({ headers, request: { headers }, response: { headers: { 'set-cookie': 's3cret' } } }, 'x');
    expect(lines[0]).not.toContain('s3cret');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      headers: { accept: 'a/b', authorization: '[redacted]' },
    });
  });

  test('tells an error with its code, stack and cause', () => {
    const { log, first } = capture();
    const error = new SluiceError('UPSTREAM_ERROR', 'outer', { cause: new Error('inner') });
    log.error({ error }, 'failed');
    expect(first()['error']).toMatchObject({
      message: 'outer',
      code: 'UPSTREAM_ERROR',
      cause: { message: 'inner' },
    });
    expect(JSON.stringify(first()['error'])).toContain('log.test.ts');
  });

  test('tells a cause that is no Error by its plain values: a gRPC status says why', () => {
    const { log, lines, first } = capture();
    const status = { code: 13, details: 'disk I/O error', metadata: { authorization: 'SECRET' } };
    log.error({ error: new SluiceError('UPSTREAM_ERROR', 'outer', { cause: status }) }, 'failed');
    expect(first()['error']).toMatchObject({ cause: { code: 13, details: 'disk I/O error' } });
    expect(JSON.stringify(first())).not.toContain('SECRET');
    const middle = new Error('middle', { cause: 'a text' });
    log.error({ error: new Error('outer', { cause: middle }) }, 'failed');
    expect(JSON.parse(lines[1]!)).toMatchObject({ error: { cause: { message: 'middle', cause: 'a text' } } });
  });

  test('below the level is not written', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info({}, 'no');
    log.warn({}, 'yes');
    expect(lines).toHaveLength(1);
    expect(log.isLevelEnabled('info')).toBe(false);
  });
});

describe('a line for people', () => {
  test('is short, uncoloured off a terminal, with the stack below', () => {
    const { log, lines } = capture({ format: 'pretty' });
    log.warn({ port: 4000, why: 'two words', error: new Error('boom') }, 'listening');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}listening port=4000 why="two words"\n {2}Error: boom\n {2}/,
    );
  });

  test('cannot be used to steer the terminal', () => {
    const { log, lines } = capture({ format: 'pretty' });
    log.info({ path: '/\u001B[2J', name: 'a\u009Bb' }, 'x\u001B[31my');
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(lines[0]).not.toMatch(/[\u001B\u009B]/);
  });
});

test('what is in memory is written when the process exits', () => {
  const script = `
    const { createLog } = await import(${JSON.stringify(new URL('../../gateway/observe/log.ts', import.meta.url).href)});
    createLog().info({}, 'last words');
    process.exit(0);`;
  const output = execFileSync('node_modules/.bin/node', ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toMatchObject({ message: 'last words' });
});

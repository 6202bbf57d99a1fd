import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LoadOrder, LoadResult } from '../../bench/load/load.ts';

const SCRIPT = join(import.meta.dirname, '../../bench/processes/load-generator.ts');
const run = promisify(execFile);

/** Drives a server for a moment and tells what both sides counted. */
async function drive(
  bodies: readonly string[],
  answer: (number: number) => { readonly status: number; readonly text: string; readonly isChunked: boolean },
): Promise<{ readonly received: readonly string[]; readonly result: LoadResult }> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(Buffer.concat(chunks).toString());
      const { status, text, isChunked } = answer(received.length);
      const half = text.length >> 1;
      if (isChunked) {
        response.writeHead(status).write(text.slice(0, half));
        response.end(text.slice(half));
      } else response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const order: LoadOrder = {
    url: `http://127.0.0.1:${port}/graphql`,
    bodies,
    connections: 3,
    seconds: 0.3,
    from: 1000,
  };
  const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(order)]);
  await new Promise((resolve) => server.close(resolve));
  return { received, result: JSON.parse(stdout) as LoadResult };
}

test('every request that was sent is waited for and counted, however its answer is framed', async () => {
  const large = JSON.stringify({ data: 'ä'.repeat(200_000) });
  const { received, result } = await drive(['{"query":"{ ä }"}'], (number) => ({
    status: 200,
    text: number % 2 === 0 ? large : '{}',
    isChunked: number % 4 < 2,
  }));
  expect(result.errors).toBe(0);
  expect(result.requests).toBe(received.length);
  expect(result.requests).toBeGreaterThan(3);
  expect(new Set(received)).toEqual(new Set(['{"query":"{ ä }"}']));
});

test('bodies are sent in turn, each with a number of its own', async () => {
  const { received } = await drive(['{"a":@SEQUENCE@}', '{"b":"@SEQUENCE@","c":@SEQUENCE@}'], () => ({
    status: 200,
    text: '{}',
    isChunked: false,
  }));
  expect(new Set(received).size).toBe(received.length);
  expect(received).toContain('{"b":"1001","c":1001}');
  expect(received).toContain('{"a":1002}');
});

test('answers other than 200 are errors', async () => {
  const { result } = await drive(['{}'], (number) => ({
    status: number === 2 ? 503 : 200,
    text: '{}',
    isChunked: false,
  }));
  expect(result.errors).toBe(1);
});

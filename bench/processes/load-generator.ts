// Load that waits for what is under way when the time is over: so many connections, each with one request at a time.
// On bare sockets, because it shares its core with the backends; it reads no more of an answer than it must.
import { connect, type Socket } from 'node:net';
import type { LoadOrder, LoadResult } from '../load/load.ts';
import { SEQUENCE, numbered } from '../workloads/workload.ts';

const TIMEOUT_MS = 30_000;
/** More, and there is no point in going on. */
const MAX_ERRORS = 1000;
const READ_BYTES = 262_144;
const HEADERS_END = '\r\n\r\n';
/** JSON has no line ends inside of strings: this cannot be content. */
const LAST_CHUNK = '\r\n0\r\n\r\n';

const { url, bodies, connections, seconds, from } = JSON.parse(process.argv[2]!) as LoadOrder;
const { hostname, port, host, pathname } = new URL(url);
const latencies: number[] = [];
let [errors, bytes, number] = [0, 0, from];
const prepared = bodies.map((body) => (body.includes(SEQUENCE) ? undefined : requestOf(body)));
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

function requestOf(body: string): Buffer {
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}${HEADERS_END}${body}`,
  );
}

function nextRequest(): Buffer {
  number += 1;
  const at = number % bodies.length;
  return prepared[at] ?? requestOf(numbered(bodies[at]!, number));
}

/** An answer as it comes in. */
class Answer {
  #head = '';
  /** What is still to come; `undefined` = not known yet, or sent in chunks. */
  #remaining: number | undefined;
  #tail = '';
  status = 0;

  /** Returns whether the answer is complete. */
  read(chunk: Buffer): boolean {
    if (this.status !== 0) return this.#readBody(chunk);
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(HEADERS_END);
    if (end < 0) return false;
    this.status = Number(this.#head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head.slice(0, end));
    if (length) this.#remaining = Number(length[1]);
    return this.#readBody(Buffer.from(this.#head.slice(end + HEADERS_END.length), 'latin1'));
  }

  #readBody(chunk: Buffer): boolean {
    if (this.#remaining !== undefined) return (this.#remaining -= chunk.length) <= 0;
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - LAST_CHUNK.length))).slice(
      -LAST_CHUNK.length,
    );
    return this.#tail === LAST_CHUNK;
  }
}

/** One connection until the time is over; a new one if it breaks. */
function drive(): Promise<void> {
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    let sentAt = 0;
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(length, buffer) {
          bytes += length;
          if (answer?.read(Buffer.from(buffer.buffer, buffer.byteOffset, length)) !== true) return true;
          const now = performance.now();
          latencies.push(now - sentAt);
          if (answer.status !== 200) errors += 1;
          answer = undefined;
          if (now < endsAt) send();
          else socket.end();
          return true;
        },
      },
    });
    const send = () => {
      answer = new Answer();
      sentAt = performance.now();
      socket.write(nextRequest());
    };
    socket.setNoDelay(true).setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.once('connect', send).on('error', () => undefined);
    socket.once('close', () => {
      if (answer !== undefined || sentAt === 0) errors += 1;
      if (performance.now() < endsAt && errors < MAX_ERRORS) resolve(drive());
      else resolve();
    });
  });
}

await Promise.all(Array.from({ length: connections }, drive));
latencies.sort((a, b) => a - b);
const result: LoadResult = {
  requests: latencies.length,
  errors,
  seconds: (performance.now() - startedAt) / 1000,
  p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
  p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  bytes,
};
console.log(JSON.stringify(result));

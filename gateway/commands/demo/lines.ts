import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls back for each line of a child's output, without its end. */
export function eachLine(stream: Readable, callback: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', callback);
}

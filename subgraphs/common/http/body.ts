import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpFault } from './fault.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** A client that sends more than the limit is still listened to this far, so that it reads our answer. */
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;
const EMPTY = Buffer.alloc(0);

/**
 * The whole body, or undefined if the client left before its end.
 * @throws HttpFault 413
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    request.resume();
    return EMPTY;
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else if (sizeBytes > MAX_DISCARDED_BYTES) response.destroy();
    }
  } catch {
    return undefined;
  }
  if (sizeBytes > MAX_BODY_BYTES) {
    throw new HttpFault(413, 'BODY_TOO_LARGE', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  return Buffer.concat(chunks, sizeBytes);
}

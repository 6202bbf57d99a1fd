import type { ServerResponse } from 'node:http';
import { isStream } from './message.ts';
import type { HttpResponse } from './message.ts';

/** Writes an answer. The promise of a streamed body settles when it is sent or the client has left; it rejects if the stream fails. */
export function send(
  response: ServerResponse,
  answer: HttpResponse,
  closing: boolean,
): Promise<void> | undefined {
  const { body } = answer;
  if (isStream(body)) {
    response.writeHead(answer.status, headerList(answer.headers, -1, closing));
    return sendStream(response, body);
  }
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  // RFC 9110 section 8.6: no length with 204 and 304.
  const empty = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, headerList(answer.headers, empty ? -1 : bytes, closing));
  response.end(empty ? undefined : body);
  return undefined;
}

/** Name, value, name, value: the form that Node writes without another copy. */
function headerList(headers: Record<string, string>, bytes: number, closing: boolean): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name] as string);
  if (bytes >= 0) list.push('content-length', String(bytes));
  if (closing) list.push('connection', 'close');
  return list;
}

async function sendStream(response: ServerResponse, body: AsyncIterable<string | Uint8Array>): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  // A HEAD or a client that left before the first chunk: nothing is read, but the source must know.
  if (response.req.method === 'HEAD' || response.destroyed) {
    response.end();
    await iterator.return?.();
    return;
  }
  response.flushHeaders();
  const closed = new Promise<'closed'>((resolve) => response.once('close', () => resolve('closed')));
  for (;;) {
    const next = iterator.next();
    const result = await Promise.race([next, closed]);
    if (result === 'closed') {
      next.catch(() => {});
      await iterator.return?.();
      return;
    }
    if (result.done === true) {
      response.end();
      return;
    }
    if (!response.write(result.value)) {
      await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed]);
    }
  }
}

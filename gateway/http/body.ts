import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../errors.ts';

/**
 * The whole body of a message. Beyond `maxBytes` it rejects with `REQUEST_TOO_LARGE` and lets the rest
 * run into the void: nothing of it is kept, and the server's `requestTimeoutMs` ends it.
 */
export function readBoundedBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(message.headers['content-length']) > maxBytes) {
    return Promise.reject(bodyTooLarge(maxBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      stop();
      message.resume();
      reject(bodyTooLarge(maxBytes));
    };
    const onEnd = () => {
      stop();
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes));
    };
    const onGone = () => {
      stop();
      reject(
        new SluiceError(
          'REQUEST_CANCELLED',
          'The client closed the connection before its request was complete.',
        ),
      );
    };
    const stop = () => {
      message.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
    };
    // An aborted message emits `error` after the listeners are gone; without one it would end the process.
    message.on('error', ignore);
    message.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function ignore(): void {}

export function bodyTooLarge(maxBytes: number): SluiceError {
  return new SluiceError(
    'REQUEST_TOO_LARGE',
    `The request's body is larger than ${maxBytes} bytes, the limit of this gateway (limits.bodyBytes). Send less, or raise the limit.`,
    { extensions: { limit: 'bodyBytes', maximum: maxBytes } },
  );
}

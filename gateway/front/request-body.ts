import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../errors.ts';
import type { HttpRequest } from '../http/message.ts';

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;

/**
 * The JSON of a POST.
 * @param wanted what the body should be, for the message if there is none
 * Throws `SluiceError` for another media type, encoding or charset, and for what is not JSON.
 */
export async function readJsonBody(
  request: HttpRequest,
  wanted = 'a JSON object with "query"',
): Promise<unknown> {
  const contentType = request.headers['content-type'];
  if (contentType !== 'application/json' && !JSON_MEDIA_TYPE.test(contentType ?? '')) {
    throw new SluiceError(
      'UNSUPPORTED_MEDIA_TYPE',
      contentType === undefined
        ? 'A POST needs a content-type header. Send `content-type: application/json`.'
        : 'A POST must be JSON in UTF-8. Send `content-type: application/json`.',
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new SluiceError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Compressed request bodies are not supported. Send the body without content-encoding.',
    );
  }
  const body = await request.readBody();
  if (body.length === 0) {
    throw new SluiceError('BAD_REQUEST', `The request has no body. Send ${wanted}.`);
  }
  if (!isUtf8(body)) throw new SluiceError('BAD_REQUEST', 'The request body is not valid UTF-8.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new SluiceError('BAD_REQUEST', `The request body is not JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

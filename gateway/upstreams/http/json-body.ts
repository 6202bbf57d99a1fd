import { UpstreamError } from '../../errors.ts';
import { isJson } from './media.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The body of a request as its media type wants it: JSON, a form, or text. Throws `BAD_USER_INPUT`. */
export function encodeBody(body: unknown, type: string, service: string): string | Buffer {
  if (isJson(type)) return encodeJson(body, service);
  if (type === FORM) return encodeForm(body, service);
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (type.startsWith('text/') && isScalar(body)) return String(body);
  throw refused(service, `cannot be sent as "${type}"; use application/json, ${FORM} or text`);
}

function encodeJson(body: unknown, service: string): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw refused(service, 'cannot be written as JSON', error);
  }
}

function encodeForm(body: unknown, service: string): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null)
    throw refused(service, 'is not an object, as a form needs it');
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item === undefined || item === null) continue;
      if (!isScalar(item))
        throw refused(service, `has an object under "${name}", and a form takes only scalars and lists`);
      form.append(name, String(item));
    }
  }
  return form.toString();
}

function isScalar(value: unknown): value is string | number | boolean | bigint {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}

function refused(service: string, fault: string, cause?: unknown): UpstreamError {
  return new UpstreamError(
    'BAD_USER_INPUT',
    service,
    `The body of a request to the service "${service}" ${fault}.`,
    {
      cause,
    },
  );
}

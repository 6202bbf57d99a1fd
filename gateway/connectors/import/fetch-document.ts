import { MAX_DESCRIPTION_BYTES } from './imported.ts';

/** How long an address may take, in milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * A document at an http(s) address. Redirects are not followed: they could lead where a person has not allowed to read.
 * Throws an `Error` whose message ends a sentence that begins with "it".
 */
export async function fetchDocument(address: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Error('cannot be fetched');
  }
  if (!response.ok || !response.body) throw new Error(`is not given out (status ${response.status})`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DESCRIPTION_BYTES) throw new Error(tooLarge());
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const tooLarge = (): string => `is larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MiB`;

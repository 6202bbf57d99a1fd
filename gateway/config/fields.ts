import { z } from 'zod';

/** Longest delay that a Node timer takes, in milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;

/** The attempt time-out of a backend call where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 5000;

export const port = z.int().min(0).max(65_535);
export const durationMs = z.int().min(1).max(MAX_TIMER_MS);
export const count = z.int().min(1);

/** A path to a file or folder; relative ones are resolved by `paths.ts`, which lists where they stand. */
export const filePath = z.string().min(1);

export const httpUrl = z
  .string()
  .refine(isHttpUrl, { error: 'expected an http:// or https:// URL without user, query and fragment' });

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.search === '' &&
    url.hash === ''
  );
}

/** Headers that belong to one connection or one body (RFC 9110 section 7.6.1), so that nobody may copy them. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A header's name, lower case in the result. */
export const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, { error: 'expected the name of an HTTP header' });

const copyableHeaderName = headerName.refine((name) => !CONNECTION_HEADERS.has(name), {
  error: 'this header belongs to the connection or the body and cannot be set or forwarded',
});

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, { error: 'expected visible ASCII characters' });

export const headerRules = z
  .strictObject({
    forward: z
      .array(copyableHeaderName)
      .default([])
      .describe("Names of the client's headers that are passed on."),
    set: z
      .record(copyableHeaderName, headerValue)
      .default({})
      .describe('Headers with fixed values; they win over forwarded ones.'),
  })
  .prefault({})
  .describe('Headers (gRPC: metadata) of every call to this backend.');

export const tls = z
  .strictObject({
    ca: filePath
      .exactOptional()
      .describe("PEM file of the certificate authority; without it the system's are trusted."),
    cert: filePath.exactOptional().describe('PEM file of the client certificate (mutual TLS).'),
    key: filePath.exactOptional().describe("PEM file of the client certificate's private key."),
    serverName: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Name that the certificate must carry, if not the host of the address.'),
  })
  .describe('TLS towards this backend.');

/** An environment variable's value; YAML numbers and booleans are written as they stand. */
export const environmentValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value));

/** Names of upstreams and subgraphs: they appear in metrics, logs and messages. */
export const entryName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, {
  error: 'a name starts with a letter; then letters, digits, "_" and "-"',
});

import { hash } from 'node:crypto';

/** A page with the headers of its answer. */
export interface InlinePage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers of a page that is one document: it runs this script and no other, and asks its own origin only. */
export function inlinePageHeaders(script: string): InlinePage['headers'] {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
      "style-src 'unsafe-inline'",
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

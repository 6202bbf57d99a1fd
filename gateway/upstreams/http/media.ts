/** `application/json`, `text/json` and everything with the suffix `+json`. Not NDJSON or JSON sequences. */
export function isJson(type: string): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

/** `application/xml`, `text/xml` and everything with the suffix `+xml` (RFC 7303). */
export function isXml(type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml');
}

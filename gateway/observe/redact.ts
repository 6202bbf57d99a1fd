const SECRET_NAMES = /authorization|cookie|token|secret|password|api[-_]?key|signature/i;

/** A copy of a header record in which whatever could open a door is struck out. */
export function redactHeaders(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null) return headers;
  const redacted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    redacted[name] = SECRET_NAMES.test(name) ? '[redacted]' : value;
  }
  return redacted;
}

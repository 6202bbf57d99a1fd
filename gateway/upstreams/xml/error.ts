/**
 * Why a document was refused; the wire makes an `UpstreamError` of it.
 * - `malformed`: not well-formed XML 1.0 with namespaces, or with a DOCTYPE.
 * - `limit`: deeper or with more nodes than allowed.
 * - `unencodable`: a tree that cannot be written.
 */
export type XmlFault = 'malformed' | 'limit' | 'unencodable';

/** `message` completes "it …" and holds no text of the document. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly fault: XmlFault;

  constructor(fault: XmlFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export function malformed(message: string): XmlError {
  return new XmlError('malformed', `is not well-formed XML: ${message}`);
}

/** With the place, counted from 1. */
export function malformedAt(text: string, offset: number, message: string): XmlError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return malformed(`${message} (line ${line}, column ${column})`);
}

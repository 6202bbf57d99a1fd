/** Terminals of XML 1.0 (fifth edition) section 2 and of Namespaces in XML 1.0, shared by reading and writing. */

const NAME_START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D' +
  '\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uDB7F\\uDC00-\\uDFFF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
const NCNAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*`;

/** A name without a colon. */
export const LOCAL_NAME = new RegExp(`^${NCNAME}$`);
/** `prefix:name` or `name`, and nothing else. */
export const QUALIFIED_NAME_ONLY = new RegExp(`^${NCNAME}(?::${NCNAME})?$`);
/** `prefix:name` or `name`, from `lastIndex` on. */
export const qualifiedName = (): RegExp => new RegExp(`${NCNAME}(?::${NCNAME})?`, 'y');
/** White space, a qualified name, `=` and a quoted value without `<`, from `lastIndex` on; group 1 is the name. */
export const attribute = (): RegExp =>
  new RegExp(`[ \\t\\r\\n]+(${NCNAME}(?::${NCNAME})?)[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"[^"<]*"|'[^'<]*')`, 'y');

/** Characters that no document may hold, not even as a reference. Lone surrogates are seen by `isWellFormed`. */
export const ILLEGAL_CHARACTER = /[^\t\n\r\x20-\uFFFD]/;

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/** How a document with a declaration begins. */
export const XML_DECLARATION = /^<\?xml[ \t\r\n]/;
const TARGET = qualifiedName();

/** The name of the processing instruction whose `<?` ends at `from`. */
export function instructionTarget(text: string, from: number): string | undefined {
  TARGET.lastIndex = from;
  return TARGET.test(text) ? text.slice(from, TARGET.lastIndex) : undefined;
}

/** The place of the first character from `from` on that is not white space. */
export function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return at;
    at += 1;
  }
}

/** Whether the text has only what XML calls white space. */
export function isWhiteSpace(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}

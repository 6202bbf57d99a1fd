const DECLARED = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };

/** The text of a document, by its byte order mark, else its XML declaration, else UTF-8; undefined if the bytes do not fit. */
export function decodeDocument(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    // The same document whatever the line ends (XML 1.0 section 2.11).
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  } catch {
    return undefined;
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  if (first === 0xef && second === 0xbb) return 'utf-8';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString(
    'latin1',
  );
  const named = DECLARED.exec(head)?.[1]?.toLowerCase() ?? 'utf-8';
  // Bytes that begin like ASCII are no UTF-16, whatever they say.
  return named.startsWith('utf-16') ? 'utf-8' : named;
}

/** Text with its references resolved; undefined if it has one that only a DOCTYPE could declare. */
export function decodeReferences(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let isUnknown = false;
  const decoded = text.replace(/&([^;&\s]*);?/g, (_, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const point = code ? Number.parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16) : -1;
    if (point > 0 && point <= 0x10ffff) return String.fromCodePoint(point);
    const found = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (found === undefined) isUnknown = true;
    return found ?? '';
  });
  return isUnknown ? undefined : decoded;
}

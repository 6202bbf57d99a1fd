import { hasOutsideLatin1 } from './encoding.ts';
import type { Charset } from './encoding.ts';

// XML 1.0 section 2.2: what no document may contain, not even as a reference.
// oxlint-disable-next-line eslint/no-control-regex -- these are the characters meant
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
// oxlint-disable-next-line eslint/no-control-regex -- as above
const SUSPECT = /[&<>"\r\n\t\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  ...TEXT_ESCAPES,
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Element content. Forbidden characters become U+FFFD. */
export function text(value: string): string {
  if (!SUSPECT.test(value)) return value;
  return legal(value).replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character]!);
}

/** What stands between the double quotes of an attribute; line ends and tabs survive (XML 1.0 section 3.3.3). */
export function attribute(value: string): string {
  if (!SUSPECT.test(value)) return value;
  return legal(value).replace(/[&<>"\r\n\t]/g, (character) => ATTRIBUTE_ESCAPES[character]!);
}

/**
 * A CDATA section. What cannot stand in one leaves it for a moment: its own end mark, a carriage
 * return, and, since a reference means nothing inside, characters that the charset lacks.
 */
export function cdata(value: string, charset: Charset): string {
  let content = legal(value).replaceAll(']]>', ']]]]><![CDATA[>').replaceAll('\r', ']]>&#13;<![CDATA[');
  if (charset === 'iso-8859-1' && hasOutsideLatin1(content)) {
    content = content.replace(/[\u0100-\u{10ffff}]+/gu, ']]>$&<![CDATA[');
  }
  return `<![CDATA[${content}]]>`;
}

function legal(value: string): string {
  return value.toWellFormed().replace(FORBIDDEN, '\ufffd');
}

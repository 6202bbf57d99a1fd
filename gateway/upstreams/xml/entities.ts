import { malformed } from './error.ts';
import { ILLEGAL_CHARACTER } from './grammar.ts';

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const REFERENCE = /&([^;&]*)(;?)/g;
const NUMBER = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/;

/** Text with its references replaced: the five predefined entities and character references, no others (XML 1.0 section 4.6). */
export function decodeReferences(raw: string): string {
  return raw.includes('&') ? raw.replace(REFERENCE, replaceReference) : raw;
}

/** An attribute's value: literal line breaks and tabs count as spaces (XML 1.0 section 3.3.3), referenced ones do not. */
export function decodeAttribute(raw: string): string {
  return decodeReferences(raw.replace(/[\t\n]/g, ' '));
}

function replaceReference(_whole: string, name: string, end: string): string {
  if (end === '') throw malformed('"&" that begins no reference');
  if (Object.hasOwn(PREDEFINED, name)) return PREDEFINED[name]!;
  const number = NUMBER.exec(name);
  if (number === null) throw malformed('a reference to an entity that is not one of the five predefined');
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  const character = code > 0x10_ffff ? '\0' : String.fromCodePoint(code);
  if (ILLEGAL_CHARACTER.test(character) || !character.isWellFormed()) {
    throw malformed('a reference to a character that XML does not allow');
  }
  return character;
}

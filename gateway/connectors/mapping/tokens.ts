import type { Dialect, MappingProblem } from './syntax.ts';

export type TokenKind = 'name' | 'string' | 'number' | 'variable' | 'key' | 'punctuator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The decoded text of a string, `$name` of a variable, `@name` or `#text` of an XML key, else as written. */
  readonly value: string;
  readonly offset: number;
  readonly length: number;
  /** How many brackets are open around the token; an opening and its closing bracket have the same. */
  readonly nesting: number;
  /** The first token of its line: where reading goes on after a mistake. */
  readonly startsLine: boolean;
}

const SPACES = /[\s\uFEFF]+/y;
const COMMENT = /#[^\n]*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const VARIABLE = /\$[A-Za-z_][A-Za-z0-9_]*/y;
// The dot belongs to the number unless a key follows: `1.` and `1.5` are numbers, `1.name` is a path.
const NUMBER = /(?:[0-9]+(?:\.(?![A-Za-z_"'.])[0-9]*)?|\.[0-9]+)/y;
const PUNCTUATOR = /\.\.\.|->|\?\?|\?!|\$\(|[{}()[\]:,.?$@-]/y;
const ATTRIBUTE = /@[A-Za-z_][A-Za-z0-9_]*/y;
const TEXT_KEY = /#text(?![A-Za-z0-9_])/y;

const OPENING = new Set(['{', '(', '[', '$(']);
const CLOSING = new Set(['}', ')', ']']);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Cuts a text into tokens, the last of which is `end`. Characters that belong nowhere are reported and skipped. */
export function tokenize(
  text: string,
  dialect: Dialect,
  jsonEscapes: boolean,
  problems: MappingProblem[],
): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let nesting = 0;
  let startsLine = true;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, value: string, length: number): void => {
    if (kind === 'punctuator' && CLOSING.has(value)) nesting = Math.max(0, nesting - 1);
    tokens.push({ kind, value, offset: position, length, nesting, startsLine });
    if (kind === 'punctuator' && OPENING.has(value)) nesting += 1;
    startsLine = false;
    position += length;
  };

  while (position < text.length) {
    const spaces = match(SPACES);
    if (spaces !== undefined) {
      startsLine ||= spaces.includes('\n');
      position += spaces.length;
      continue;
    }
    const xmlKey = dialect === 'xml' ? (match(ATTRIBUTE) ?? match(TEXT_KEY)) : undefined;
    if (xmlKey !== undefined) {
      push('key', xmlKey, xmlKey.length);
      continue;
    }
    const comment = match(COMMENT);
    if (comment !== undefined) {
      position += comment.length;
      continue;
    }
    const name = match(NAME);
    if (name !== undefined) {
      push('name', name, name.length);
      continue;
    }
    const variable = match(VARIABLE);
    if (variable !== undefined) {
      push('variable', variable, variable.length);
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      push('number', number, number.length);
      continue;
    }
    const character = text[position]!;
    if (character === '"' || character === "'") {
      const string = readString(text, position, jsonEscapes);
      if (!string.closed) {
        problems.push({
          message: `This string has no closing ${character}.`,
          offset: position,
          length: text.length - position,
          fix: `Add ${character} where the string ends.`,
        });
      }
      push('string', string.value, string.length);
      continue;
    }
    const punctuator = match(PUNCTUATOR);
    if (punctuator !== undefined) {
      push('punctuator', punctuator, punctuator.length);
      continue;
    }
    const length = text.codePointAt(position)! > 0xffff ? 2 : 1;
    if (problems.length < MAX_LEXICAL_PROBLEMS) {
      problems.push({
        message: `The character ${JSON.stringify(text.slice(position, position + length))} has no meaning here.`,
        offset: position,
        length,
        fix: 'Put names with unusual characters in quotes.',
      });
    }
    position += length;
  }
  tokens.push({ kind: 'end', value: '', offset: text.length, length: 0, nesting: 0, startsLine: true });
  return tokens;
}

/** A binary file given as a mapping must not become a thousand problems. */
const MAX_LEXICAL_PROBLEMS = 10;

/**
 * Reads a quoted string. `\n` is a line break and any other escaped character stands for itself; from
 * connect v0.4 on, where any JSON value is a mapping, the other escapes of JSON hold as well.
 */
function readString(
  text: string,
  start: number,
  jsonEscapes: boolean,
): { value: string; length: number; closed: boolean } {
  const quote = text[start];
  let value = '';
  let position = start + 1;
  while (position < text.length) {
    const character = text[position]!;
    if (character === quote) return { value, length: position + 1 - start, closed: true };
    if (character !== '\\' || position + 1 >= text.length) {
      value += character;
      position += 1;
      continue;
    }
    const escaped = text[position + 1]!;
    const hex = escaped === 'u' && jsonEscapes ? text.slice(position + 2, position + 6) : '';
    if (/^[0-9a-fA-F]{4}$/.test(hex)) {
      value += String.fromCharCode(Number.parseInt(hex, 16));
      position += 6;
      continue;
    }
    value += escaped === 'n' || jsonEscapes ? (ESCAPES[escaped] ?? escaped) : escaped;
    position += 2;
  }
  return { value, length: text.length - start, closed: false };
}

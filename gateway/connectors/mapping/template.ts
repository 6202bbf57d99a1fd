import { SluiceError } from '../../errors.ts';
import { compileMapping, parseMapping } from './mapping.ts';
import { MAX_TEXT_BYTES } from './syntax.ts';
import { isObject, scalarText } from './values.ts';
import type { Mapping } from './mapping.ts';
import type { MappingOptions, MappingProblem, Variables, VariableUse } from './syntax.ts';

/** Literal text, or an expression of the mapping language. */
export type TemplatePart = string | { readonly expression: Mapping; readonly offset: number };

/** A URL template: `https://host/users/{$args.id}?limit={$args.limit}`, or the same from the first `/` on. */
export interface Template {
  readonly text: string;
  readonly options: MappingOptions;
  /** `https://host:port`, or empty for a template that starts with `/`. Always literal. */
  readonly origin: string;
  /** The path's segments, without the slashes. */
  readonly segments: readonly (readonly TemplatePart[])[];
  /** The query's parameters, without `?` and `&`; `undefined` if there is no `?`. */
  readonly parameters: readonly (readonly TemplatePart[])[] | undefined;
  /** Their offsets count from the start of the template. */
  readonly variables: readonly VariableUse[];
}

/** Reads a URL template; never throws. With any problem there is no template, and all problems found are told. */
export function parseTemplate(
  text: string,
  options: MappingOptions,
): { template: Template | undefined; problems: MappingProblem[] } {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    const message = `The template is longer than ${MAX_TEXT_BYTES / 1024} KiB.`;
    return { template: undefined, problems: [{ message, offset: 0, length: text.length }] };
  }
  const problems: MappingProblem[] = [];
  const { parts, variables } = cutExpressions(text, options, problems);
  const first = parts[0];
  const origin = typeof first === 'string' ? (/^https?:\/\/[^/?#]*/i.exec(first)?.[0] ?? '') : '';
  const rest = origin === '' ? parts : [(first as string).slice(origin.length), ...parts.slice(1)];
  checkStart(text, origin, rest, problems);

  const { segments, parameters } = cutSegments(rest);
  for (const segment of segments) checkLiteralSegment(segment, text, problems);
  if (problems.length > 0) return { template: undefined, problems };
  return { template: { text, options, origin, segments, parameters, variables }, problems };
}

/** Cuts a text at its `{expressions}`; `checkText` sees the literal parts. */
export function cutExpressions(
  text: string,
  options: MappingOptions,
  problems: MappingProblem[],
  checkText = checkLiteral,
): { parts: TemplatePart[]; variables: VariableUse[] } {
  const parts: TemplatePart[] = [];
  const variables: VariableUse[] = [];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('{', position);
    const end = open === -1 ? text.length : open;
    checkText(text, position, end, problems);
    // Line breaks and tabs are for the reader of the template.
    const literal = text.slice(position, end).replace(/[\t\n\f\r]/g, '');
    if (literal !== '') parts.push(literal);
    if (open === -1) break;
    const close = closingBrace(text, open);
    if (close === undefined) {
      problems.push({
        message: 'This `{` is never closed.',
        offset: open,
        length: text.length - open,
        fix: 'Add `}`.',
      });
      break;
    }
    const offset = open + 1;
    const { mapping, problems: inner } = parseMapping(text.slice(offset, close), options);
    for (const problem of inner) problems.push({ ...problem, offset: problem.offset + offset });
    if (mapping !== undefined) {
      parts.push({ expression: mapping, offset });
      for (const use of mapping.variables) variables.push({ ...use, offset: use.offset + offset });
      if (mapping.ast.kind === 'selection' || mapping.ast.kind === 'object') {
        problems.push({
          message: 'An expression in a URL must be a single value.',
          offset,
          length: Math.max(1, close - offset),
          fix: 'Write a path such as {$args.id}.',
        });
      }
    }
    position = close + 1;
  }
  return { parts, variables };
}

/** The brace that closes the one at `open`; braces in strings do not count. */
function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  for (let position = open; position < text.length; position += 1) {
    const character = text[position];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === '"' || character === "'") {
      for (position += 1; position < text.length && text[position] !== character; position += 1) {
        if (text[position] === '\\') position += 1;
      }
    }
    if (depth === 0) return position;
  }
  return undefined;
}

// RFC 3986: unreserved, reserved except `#`, and percent-encoded octets.
const LITERAL_ERROR = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%\t\n\f\r]|%(?![0-9A-Fa-f]{2})/u;

function checkLiteral(text: string, start: number, end: number, problems: MappingProblem[]): void {
  const literal = text.slice(start, end);
  const match = LITERAL_ERROR.exec(literal);
  if (match === null) return;
  const [found] = match;
  problems.push({
    message:
      found === '#'
        ? 'A fragment (`#…`) is never sent to a server.'
        : `${JSON.stringify(found)} cannot stand in a URL as it is.`,
    offset: start + match.index,
    length: found.length,
    fix: found === '#' ? 'Leave it out, or write %23.' : `Write ${found === '%' ? '%25' : encode(found)}.`,
  });
}

function checkStart(
  text: string,
  origin: string,
  rest: readonly TemplatePart[],
  problems: MappingProblem[],
): void {
  const [start] = rest.length > 0 && rest[0] === '' ? rest.slice(1) : rest;
  if (origin !== '') {
    if (start !== undefined && (typeof start !== 'string' || !/^[/?]/.test(start))) {
      problems.push({
        message: 'The host of a URL must be written out: an expression could lead the call elsewhere.',
        offset: typeof start === 'string' ? 0 : start.offset - 1,
        length: 1,
        fix: 'Put a `/` between the host and the first expression.',
      });
    }
    if (origin.includes('@') || !URL.canParse(origin)) {
      problems.push({
        message: `${origin} is not the address of a server.`,
        offset: 0,
        length: origin.length,
      });
    }
    return;
  }
  const isPath = typeof start === 'string' && start.startsWith('/') && !start.startsWith('//');
  if (isPath || text === '') return;
  problems.push({
    message: 'A URL template starts with `/` (one) or with `https://` and a host.',
    offset: 0,
    length: 1,
    fix: 'Start it with `/`; the host comes from the upstream or the source.',
  });
}

/** Cuts at the slashes and ampersands of the literal text; those in the values of expressions cut nothing. */
function cutSegments(parts: readonly TemplatePart[]): Pick<Template, 'segments' | 'parameters'> {
  const segments: TemplatePart[][] = [];
  let parameters: TemplatePart[][] | undefined;
  let current: TemplatePart[] = [];
  for (const part of parts) {
    if (typeof part !== 'string') {
      current.push(part);
      continue;
    }
    let literal = '';
    const finish = (list: TemplatePart[][]): void => {
      if (literal !== '') current.push(literal);
      list.push(current);
      current = [];
      literal = '';
    };
    for (const character of part) {
      if (parameters === undefined && character === '/') finish(segments);
      else if (parameters === undefined && character === '?') {
        finish(segments);
        parameters = [];
      } else if (parameters !== undefined && character === '&') finish(parameters);
      else literal += character;
    }
    if (literal !== '') current.push(literal);
  }
  (parameters ?? segments).push(current);
  // What stands before the first slash is nothing.
  if (segments[0]?.length === 0) segments.shift();
  return { segments, parameters };
}

function checkLiteralSegment(
  segment: readonly TemplatePart[],
  text: string,
  problems: MappingProblem[],
): void {
  const [only] = segment;
  if (segment.length !== 1 || typeof only !== 'string' || !isDotSegment(only)) return;
  problems.push({
    message: `The segment \`${only}\` would be resolved away.`,
    offset: Math.max(0, text.indexOf(only)),
    length: only.length,
    fix: 'Write the path that is meant.',
  });
}

function isDotSegment(encoded: string): boolean {
  const decoded = encoded.replace(/%2e/gi, '.');
  return decoded === '.' || decoded === '..';
}

/** Percent-encodes all but the unreserved characters of RFC 3986. A lone surrogate becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

type Piece = string | { readonly name: string; readonly evaluate: (variables: Variables) => unknown };

function compilePieces(parts: readonly TemplatePart[]): Piece[] {
  return parts.map((part) => {
    if (typeof part === 'string') return part;
    const apply = compileMapping(part.expression);
    const name = `{${part.expression.text.trim()}}`;
    return { name, evaluate: (variables) => apply(undefined, variables) };
  });
}

/**
 * Builds the function that fills a template: origin, path and query, ready to be sent. No value can change the host
 * or the segments: a path segment that would be missing, empty, `.` or `..` is a `BAD_USER_INPUT` error, as is a
 * list or an object anywhere. A query parameter whose value is missing or null is left out.
 */
export function compileTemplate(template: Template): (variables: Variables) => string {
  const segments = template.segments.map((parts) => compileSegment(parts));
  const parameters = template.parameters?.map((parts) => compileParameter(parts));
  return (variables) => {
    let url = template.origin;
    for (const segment of segments) url += `/${segment(variables)}`;
    if (parameters === undefined) return url;
    let separator = '?';
    for (const parameter of parameters) {
      const text = parameter(variables);
      if (text === undefined) continue;
      url += separator + text;
      separator = '&';
    }
    return url;
  };
}

function compileSegment(parts: readonly TemplatePart[]): (variables: Variables) => string {
  const pieces = compilePieces(parts);
  const names = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name])).join(' ');
  if (names === '') {
    const literal = parts.map(String).join('');
    return () => literal;
  }
  return (variables) => {
    let segment = '';
    for (const piece of pieces) {
      segment += typeof piece === 'string' ? piece : encodeSegment(piece.evaluate(variables), piece.name);
    }
    return checkSegment(segment, names);
  };
}

function encodeSegment(value: unknown, name: string): string {
  if (value === undefined || value === null) {
    throw new SluiceError('BAD_USER_INPUT', `${name} has no value, but the path of the call needs one.`);
  }
  return encode(scalar(value, name));
}

function checkSegment(segment: string, name: string): string {
  if (segment !== '' && !isDotSegment(segment)) return segment;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `${name} is ${segment === '' ? 'empty' : JSON.stringify(segment)}, which cannot be a segment of the call's path.`,
  );
}

function scalar(value: unknown, name: string): string {
  const text = scalarText(value);
  if (text !== undefined) return text;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `${name} is ${Array.isArray(value) ? 'a list' : 'an object'}, and a URL takes only single values; a list can be joined with ->joinNotNull(',').`,
  );
}

function compileParameter(parts: readonly TemplatePart[]): (variables: Variables) => string | undefined {
  const pieces = compilePieces(parts);
  return (variables) => {
    let parameter = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        parameter += piece;
        continue;
      }
      const value = piece.evaluate(variables);
      if (value === undefined || value === null) return undefined;
      parameter += encode(scalar(value, piece.name));
    }
    return parameter;
  };
}

/**
 * A `queryParams` mapping: the properties of the object that it yields, as `a=1&b=2` (without `?`, empty if there are
 * none). Null and missing ones are left out and a list repeats its parameter.
 */
export function compileQueryParams(mapping: Mapping): (variables: Variables) => string {
  const apply = compileMapping(mapping);
  return (variables) => {
    const value = apply(undefined, variables);
    if (value === undefined || value === null) return '';
    if (!isObject(value)) {
      throw new SluiceError('BAD_USER_INPUT', 'The query parameters of the call must be an object.');
    }
    const parameters: string[] = [];
    for (const name of Object.keys(value)) {
      const property = value[name];
      for (const element of Array.isArray(property) ? (property as unknown[]) : [property]) {
        if (element === null || element === undefined) continue;
        parameters.push(`${encode(name)}=${encode(scalar(element, `The query parameter "${name}"`))}`);
      }
    }
    return parameters.join('&');
  };
}

/** A `path` mapping: the elements of the list that it yields, each as one segment, as `/a/b`; empty for no list. */
export function compilePathSegments(mapping: Mapping): (variables: Variables) => string {
  const apply = compileMapping(mapping);
  return (variables) => {
    const value = apply(undefined, variables);
    if (value === undefined || value === null) return '';
    if (!Array.isArray(value)) {
      throw new SluiceError('BAD_USER_INPUT', 'The path of the call must be a list of segments.');
    }
    return value
      .map((element: unknown, index) => {
        const name = `Segment ${index + 1} of the path`;
        return `/${checkSegment(encodeSegment(element, name), name)}`;
      })
      .join('');
  };
}

import { type DefinitionNode, type DocumentNode, GraphQLError, Kind, parse, Source } from 'graphql';
import { withoutExtensions } from './type-extensions.ts';
import type { Sliced } from './slices.ts';

/** Characters that are parsed in one step, about a millisecond; a definition that is longer is one step. */
const PIECE_CHARACTERS = 16_384;

/**
 * Parses a schema piece by piece. Nodes have no locations; extensions are merged into what they extend.
 * @throws GraphQLError with the place in `sdl`
 */
export function* readSdl(sdl: string): Sliced<DocumentNode> {
  const definitions: DefinitionNode[] = [];
  for (const [start, end] of piecesOf(sdl)) {
    yield;
    definitions.push(...parsePiece(sdl, start, end));
  }
  return { kind: Kind.DOCUMENT, definitions: withoutExtensions(definitions) };
}

function parsePiece(sdl: string, start: number, end: number): readonly DefinitionNode[] {
  try {
    return parse(sdl.slice(start, end), { noLocation: true }).definitions;
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.positions === undefined) throw error;
    const positions = error.positions.map((position) => start + position);
    throw new GraphQLError(error.message, { source: new Source(sdl), positions });
  }
}

/**
 * Cuts behind the closing brace of a definition. Whatever else the text is, nothing is lost: what is no definition makes
 * the parser complain about its piece.
 */
function* piecesOf(sdl: string): Generator<[start: number, end: number]> {
  let start = 0;
  let depth = 0;
  let isBlank = true;
  for (let at = 0; at < sdl.length; at++) {
    switch (sdl[at]) {
      case '#':
        at = endOfLine(sdl, at);
        break;
      case '"':
        at = endOfString(sdl, at);
        isBlank = false;
        break;
      case '{':
      case '(':
      case '[':
        depth++;
        isBlank = false;
        break;
      case ')':
      case ']':
        depth--;
        break;
      case '}':
        depth--;
        if (depth > 0 || at - start < PIECE_CHARACTERS) break;
        yield [start, at + 1];
        start = at + 1;
        depth = 0;
        isBlank = true;
        break;
      case ' ':
      case '\n':
      case '\r':
      case '\t':
      case ',':
      case '\uFEFF':
        break;
      default:
        isBlank = false;
    }
  }
  if (!isBlank || start === 0) yield [start, sdl.length];
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from, from + 200).search(/[\r\n]/);
  if (end >= 0) return from + end;
  const feeds = [text.indexOf('\n', from), text.indexOf('\r', from)].filter((at) => at >= 0);
  return feeds.length === 0 ? text.length : Math.min(...feeds);
}

/** Of the last character of the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  if (text.startsWith('"""', from)) {
    let end = from + 3;
    for (;;) {
      end = text.indexOf('"""', end);
      if (end < 0) return text.length;
      if (text[end - 1] !== '\\') return end + 2;
      end += 3;
    }
  }
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === '\n' || character === '\r') return at;
    if (character === '\\') at++;
  }
  return text.length;
}

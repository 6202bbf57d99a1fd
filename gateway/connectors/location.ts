import type { ASTNode, StringValueNode } from 'graphql';
import { getLocation } from 'graphql';
import type { Problem } from '../problem.ts';

type ProblemFacts = Pick<Problem, 'code' | 'message' | 'fix' | 'subgraph'> & {
  severity?: Problem['severity'];
};

/** A problem at a place of an SDL document that was parsed with its file's name as the source's name. */
export function problemAt(node: ASTNode | undefined, facts: ProblemFacts, offset = 0): Problem {
  const { severity = 'error', ...rest } = facts;
  if (!node?.loc) return { severity, ...rest };
  const { line, column } = getLocation(node.loc.source, node.loc.start + offset);
  return { severity, ...rest, file: node.loc.source.name, line, column };
}

/**
 * A problem inside the text of a string value. `offset` counts in the *value*; a block string's value
 * has lost its quotes and its common indentation, so the place is found again line by line.
 */
export function problemInText(node: StringValueNode, offset: number, facts: ProblemFacts): Problem {
  return problemAt(node, facts, sourceOffset(node, offset));
}

function sourceOffset(node: StringValueNode, offset: number): number {
  if (!node.loc) return 0;
  const raw = node.loc.source.body.slice(node.loc.start, node.loc.end);
  if (!node.block) return escapedOffset(raw, offset);
  const before = node.value.slice(0, offset);
  const lineIndex = before.split('\n').length - 1;
  const column = offset - (before.lastIndexOf('\n') + 1);
  const valueLine = node.value.split('\n')[lineIndex] ?? '';
  const rawLines = raw.slice(3, -3).split('\n');
  // The value starts with the first raw line that is not blank; later lines follow one to one.
  const firstLine = rawLines.findIndex((line) => line.trim() !== '');
  const rawIndex = Math.max(firstLine, 0) + lineIndex;
  const indent = Math.max((rawLines[rawIndex] ?? '').indexOf(valueLine), 0);
  let start = 3;
  for (let i = 0; i < rawIndex; i++) start += (rawLines[i]?.length ?? 0) + 1;
  return start + indent + column;
}

/** An escape (`\\"`, `\\u00e4`, `\\u{1f600}`) is one or two characters of the value, and more of the text. */
function escapedOffset(raw: string, offset: number): number {
  const unit = /\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\.|[^\\]/gsy;
  unit.lastIndex = 1;
  let length = 0;
  let at = 1;
  while (length < offset) {
    const [text] = unit.exec(raw) ?? [];
    if (text === undefined) break;
    length += text.startsWith('\\u{') && parseInt(text.slice(3), 16) > 0xffff ? 2 : 1;
    at = unit.lastIndex;
  }
  return at;
}

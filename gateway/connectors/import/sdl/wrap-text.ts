/** Breaks paragraphs anew where a line is longer than `width`; lists, indented code and tables stay as they are. */
export function wrapText(text: string, width: number): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  if (lines.every((line) => line.length <= width)) return lines.join('\n');
  const paragraphs: string[] = [];
  let isFenced = false;
  for (const line of lines) {
    const last = paragraphs.at(-1);
    if (line.trimStart().startsWith('```')) isFenced = !isFenced;
    const isJoined = !isFenced && last !== undefined && last !== '' && isProse(line) && !last.endsWith('```');
    if (isJoined && !isCode(last)) paragraphs[paragraphs.length - 1] = `${last} ${line.trimStart()}`;
    else paragraphs.push(line);
  }
  return paragraphs.map((line) => wrapLine(line, width)).join('\n');
}

/** A line that goes on with what the one before it says. */
const isProse = (line: string): boolean => /^\s{0,3}[^\s|#>*\-+`]/.test(line) && !/^\s*\d+[.)]\s/.test(line);
const isCode = (line: string): boolean => /^(?:\s{4}|\t|\||#)/.test(line);

function wrapLine(line: string, width: number): string {
  if (line.length <= width || /^(?:\s{4}|\t|\|)/.test(line)) return line;
  const indent = /^\s*(?:[-*]\s+|\d+\.\s+)?/.exec(line)?.[0] ?? '';
  const hanging = ' '.repeat(indent.length);
  const lines: string[] = [];
  let current = indent;
  let isEmpty = true;
  for (const word of line.slice(indent.length).split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = hanging;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

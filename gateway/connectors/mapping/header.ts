import { compileMapping } from './mapping.ts';
import { MAX_TEXT_BYTES } from './syntax.ts';
import { cutExpressions } from './template.ts';
import { scalarText } from './values.ts';
import type { MappingOptions, MappingProblem, Variables, VariableUse } from './syntax.ts';
import type { TemplatePart } from './template.ts';

/** The value of a header: text with expressions, `Bearer {$config.token}`. */
export interface HeaderTemplate {
  readonly text: string;
  readonly parts: readonly TemplatePart[];
  readonly variables: readonly VariableUse[];
}

/** Reads a header's value; never throws. */
export function parseHeaderTemplate(
  text: string,
  options: MappingOptions,
): { template: HeaderTemplate | undefined; problems: MappingProblem[] } {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    return {
      template: undefined,
      problems: [{ message: 'The value is too long.', offset: 0, length: text.length }],
    };
  }
  const problems: MappingProblem[] = [];
  const { parts, variables } = cutExpressions(text, options, problems, checkText);
  return { template: problems.length > 0 ? undefined : { text, parts, variables }, problems };
}

/** RFC 9110 section 5.5: visible characters, spaces and tabs. */
function checkText(text: string, start: number, end: number, problems: MappingProblem[]): void {
  const at = text.slice(start, end).search(/[^\t\x20-\x7E\x80-\xFF]/);
  if (at >= 0)
    problems.push({ message: 'This character cannot stand in a header.', offset: start + at, length: 1 });
}

/** Fills a header's value. A missing or null part leaves the header out; what a header cannot hold is dropped from values. */
export function compileHeaderValue(template: HeaderTemplate): (variables: Variables) => string | undefined {
  const pieces = template.parts.map((part) =>
    typeof part === 'string' ? part : compileMapping(part.expression),
  );
  return (variables) => {
    let value = '';
    for (const piece of pieces) {
      const text = typeof piece === 'string' ? piece : scalarText(piece(undefined, variables));
      if (text === undefined) return undefined;
      // A line break in a value would start a header of its own.
      value += typeof piece === 'string' ? text : text.replace(/[^\t\x20-\x7E\x80-\xFF]/g, '');
    }
    return value;
  };
}

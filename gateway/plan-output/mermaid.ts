import { conditionText, type OutlineStep, type PlanOutline, stagesOf } from './outline.ts';

const MAX_FIELD_LINES = 12;
const MAX_LINE = 60;

/**
 * A plan as the source of a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html): a frame per stage, a
 * node per step, and an arrow from each step to those that wait for it
 * and for nobody after it.
 */
export function planToMermaid(outline: PlanOutline): string {
  const lines = ['flowchart TD'];
  if (outline.steps.length === 0) lines.push('  gateway["answered by the gateway itself"]');
  for (const [index, steps] of stagesOf(outline).entries()) {
    const together = steps.length > 1 ? ` - ${steps.length} steps at once` : '';
    lines.push(`  subgraph stage${index + 1}["Stage ${index + 1}${together}"]`);
    for (const step of steps) lines.push(`    s${step.id}["${labelOf(step)}"]`);
    lines.push('  end');
  }
  for (const { id, arrowsFrom, when } of outline.steps) {
    const condition = conditionText(when);
    const arrow = condition === '' ? '-->' : `-->|"${escaped(condition)}"|`;
    for (const before of arrowsFrom) lines.push(`  s${before} ${arrow} s${id}`);
  }
  return `${lines.join('\n')}\n`;
}

function labelOf({ id, subgraph, asks, at, waitsFor, when, inputs, fields, fetch }: OutlineStep): string {
  const where = at === '' ? '' : ` at ${at}`;
  // Not `1. `: newer versions of Mermaid take that for a list in Markdown.
  const lines = [`Step ${id}: ${asks === 'subscription' ? 'events of ' : ''}${subgraph}${where}`];
  // A step that waits for nobody has no arrow to write it on.
  if (when.length > 0 && waitsFor.length === 0) lines.push(conditionText(when));
  if (fetch.deliveries) lines.push(`later, for ${fetch.deliveries.join(' and ')}`);
  for (const { type, fields: needed } of inputs) lines.push(`by ${type} { ${needed} }`);
  lines.push(...fields.slice(0, MAX_FIELD_LINES));
  if (fields.length > MAX_FIELD_LINES) lines.push(`and ${fields.length - MAX_FIELD_LINES} more lines`);
  return lines.map((line) => escaped(shortened(line)).replaceAll(/^ +/g, indentation)).join('<br/>');
}

function shortened(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}

/** Mermaid writes characters as `#code;`; what could end a label or be taken for markup is written so. */
function escaped(text: string): string {
  return text.replaceAll(/["#&<>`\\|[\]*]|(?<!\w)_/g, (character) => `#${character.codePointAt(0)};`);
}

const indentation = (spaces: string): string => '#160;'.repeat(spaces.length);

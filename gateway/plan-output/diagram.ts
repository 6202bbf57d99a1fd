import { conditionText, type OutlineStep, type PlanOutline, stagesOf } from './outline.ts';

/** Colours that the page has; the name of the subgraph always stands beside. */
const TONES = 8;
const MAX_OPEN_LINES = 14;

/**
 * A plan as HTML: a list of stages, each a list of boxes. Complete without style and script; `data-arrows` says
 * from which boxes arrows come. Everything that a client or a schema can choose is escaped.
 */
export function planToDiagram(outline: PlanOutline): string {
  if (outline.steps.length === 0)
    return '<p class="alone">The gateway answers this operation by itself: no subgraph is asked.</p>';
  const tones = new Map<string, number>();
  for (const { subgraph } of outline.steps) if (!tones.has(subgraph)) tones.set(subgraph, tones.size % TONES);
  const stages = stagesOf(outline).map((steps, index) => {
    const together = steps.length > 1 ? ` <small>${steps.length} steps at once</small>` : '';
    const boxes = steps.map((step) => boxOf(step, tones.get(step.subgraph) ?? 0)).join('');
    return `<li class="stage"><h3>Stage ${index + 1}${together}</h3><ul class="steps">${boxes}</ul></li>`;
  });
  return `<ol class="stages">${stages.join('')}</ol>`;
}

function boxOf(step: OutlineStep, tone: number): string {
  const { id, subgraph, asks, at, waitsFor, arrowsFrom, when, inputs, fields, fetch } = step;
  const facts: string[] = [];
  if (at !== '') facts.push(fact('at', code(at)));
  if (fetch.deliveries) facts.push(fact('later, for', code(fetch.deliveries.join(' and '))));
  if (when.length > 0) facts.push(fact('only', code(conditionText(when))));
  for (const { type, fields: needed } of inputs) facts.push(fact('by', code(`${type} { ${needed} }`)));
  if (waitsFor.length > 0) {
    const links = waitsFor.map((each) => `<a href="#step-${each}">step ${each}</a>`);
    facts.push(fact('waits for', links.join(', ')));
  }
  return (
    `<li class="step tone-${tone}" id="step-${id}" data-arrows="${arrowsFrom.join(' ')}" tabindex="-1">` +
    `<h4><span class="number">${id}</span> ${escapeHtml(subgraph)} <small>${ASKS[asks]}</small></h4>` +
    `${facts.length > 0 ? `<dl>${facts.join('')}</dl>` : ''}${fieldsOf(fields)}</li>`
  );
}

const ASKS: Readonly<Record<OutlineStep['asks'], string>> = {
  root: 'root fields',
  entities: 'entities',
  subscription: 'events',
};

function fieldsOf(fields: readonly string[]): string {
  const text = `<pre>${escapeHtml(fields.join('\n'))}</pre>`;
  if (fields.length <= MAX_OPEN_LINES) return text;
  return `<details><summary>${fields.length} lines of fields</summary>${text}</details>`;
}

function fact(name: string, html: string): string {
  return `<div><dt>${name}</dt><dd>${html}</dd></div>`;
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

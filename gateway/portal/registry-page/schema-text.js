import { copyButton, count, element } from './elements.js';

const MAX_DEFINITIONS = 100;

/** Definitions with their descriptions: what stands between empty lines outside of texts and braces. */
function definitionsOf(sdl) {
  const definitions = [];
  let lines = [];
  let depth = 0;
  let isText = false;
  for (const line of sdl.split('\n')) {
    if (line.trim() === '' && depth <= 0 && !isText) {
      if (lines.length > 0) definitions.push(lines.join('\n'));
      lines = [];
      continue;
    }
    lines.push(line);
    if (line.split('"""').length % 2 === 0) isText = !isText;
    if (isText) continue;
    const code = line.replace(/"(?:[^"\\]|\\.)*"|#.*/g, '');
    depth += code.split(/[{(]/).length - code.split(/[})]/).length;
  }
  if (lines.length > 0) definitions.push(lines.join('\n'));
  return definitions;
}

const LONG_LINES = 40;
const CONTEXT_LINES = 2;

/** Of a long definition: how it begins and ends, and the lines that have the word with those around them. */
function excerpt(definition, word) {
  const lines = definition.split('\n');
  if (lines.length <= LONG_LINES) return definition;
  const sought = word.toLowerCase();
  const opening = lines.findIndex((line) => line.endsWith('{'));
  const kept = new Set([0, opening, lines.length - 1]);
  lines.forEach((line, index) => {
    if (!line.toLowerCase().includes(sought)) return;
    for (let near = index - CONTEXT_LINES; near <= index + CONTEXT_LINES; near++) kept.add(near);
  });
  return lines
    .flatMap((line, index) => {
      if (kept.has(index)) return [line];
      return kept.has(index - 1) ? ['  …'] : [];
    })
    .join('\n');
}

/** The text with every place of the word marked. */
function marked(text, word) {
  const [lower, sought] = [text.toLowerCase(), word.toLowerCase()];
  const parts = [];
  let at = 0;
  for (let next = lower.indexOf(sought); next !== -1; next = lower.indexOf(sought, at)) {
    parts.push(text.slice(at, next), element('mark', {}, text.slice(next, next + word.length)));
    at = next + word.length;
  }
  return [...parts, text.slice(at)];
}

let lastId = 0;

/** A schema that can be read, searched and copied; a search leaves the definitions that have the word. */
export function schemaText(name, sdl) {
  const id = `schema-text-${++lastId}`;
  const text = element('pre', { tabindex: '0', 'aria-label': name }, sdl);
  const found = element('p', { class: 'quiet', role: 'status' });
  const input = element('input', { id, type: 'search', autocomplete: 'off', spellcheck: 'false' });
  let definitions;
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });

  function search() {
    const word = input.value.trim();
    if (word === '') {
      text.replaceChildren(sdl);
      found.textContent = '';
      return;
    }
    definitions ??= definitionsOf(sdl);
    const hits = definitions.filter((one) => one.toLowerCase().includes(word.toLowerCase()));
    const shown = hits.slice(0, MAX_DEFINITIONS);
    text.replaceChildren(...shown.flatMap((one) => [...marked(excerpt(one, word), word), '\n\n']));
    const more = hits.length > MAX_DEFINITIONS ? `, the first ${MAX_DEFINITIONS} are shown` : '';
    found.textContent = `${count(hits.length, 'definition')} of ${definitions.length}${more}.`;
  }

  return element(
    'div',
    { class: 'schema-text' },
    element(
      'div',
      { class: 'bar' },
      element('p', { class: 'field' }, element('label', { for: id }, `Search in ${name}`), input),
      copyButton(() => sdl, `Copy ${name}`),
    ),
    found,
    text,
  );
}

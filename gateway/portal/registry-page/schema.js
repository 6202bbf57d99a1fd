import { element } from './elements.js';
import { schemaText } from './schema-text.js';
import { ask } from './session.js';

const KINDS = [
  ['apiSdl', 'the API schema', 'API schema: what clients see'],
  ['supergraphSdl', 'the supergraph', 'Supergraph: and which subgraph has it'],
];

const textsOf = (variant) =>
  ask(variant === '' ? '/schema' : `/schema?variant=${encodeURIComponent(variant)}`);

/** @param variant whose clients see it; undefined = those of the main graph */
export async function showSchema(view, variant = '', { graph }) {
  let texts = await textsOf(variant);
  let kind = KINDS[0];
  const place = element('div');
  const show = () => {
    const [key, name] = kind;
    place.replaceChildren(schemaText(name, texts[key]));
  };
  show();
  const choices = KINDS.map((one, index) => {
    const id = `kind-${one[0]}`;
    const change = () => {
      kind = one;
      show();
    };
    const input = element('input', { type: 'radio', name: 'kind', id, checked: index === 0, on: { change } });
    return element('p', { class: 'check' }, input, element('label', { for: id }, one[2]));
  });
  view.append(
    element('h2', {}, 'Composed schema'),
    ...(graph.variants.length > 0 ? [variantField()] : []),
    element('fieldset', {}, element('legend', { class: 'unseen' }, 'Which one'), choices),
    place,
  );

  function variantField() {
    const options = [['', 'the main graph'], ...graph.variants.map((name) => [name, name])];
    const select = element(
      'select',
      { id: 'variant', on: { change: () => void choose(select.value) } },
      options.map(([value, text]) => element('option', { value, selected: value === variant }, text)),
    );
    return element('p', { class: 'field' }, element('label', { for: 'variant' }, 'For clients of'), select);
  }

  let latest = 0;
  /** Without leaving the field, so that a keyboard goes through all of them. */
  async function choose(name) {
    const turn = ++latest;
    try {
      const chosen = await textsOf(name);
      if (turn !== latest) return;
      texts = chosen;
      history.replaceState(null, '', name === '' ? '#schema' : `#schema/${encodeURIComponent(name)}`);
      show();
    } catch (error) {
      if (turn === latest) place.replaceChildren(element('p', { class: 'outcome bad' }, error.message));
    }
  }
}

import { element } from './elements.js';
import { schemaText } from './schema-text.js';
import { ask } from './session.js';

const KINDS = [
  ['apiSdl', 'the API schema', 'API schema: what clients see'],
  ['supergraphSdl', 'the supergraph', 'Supergraph: and which subgraph has it'],
];

export async function showSchema(view) {
  const texts = await ask('/schema');
  const place = element('div');
  const choices = KINDS.map(([key, name, label], index) => {
    const id = `kind-${key}`;
    const show = () => place.replaceChildren(schemaText(name, texts[key]));
    if (index === 0) show();
    const input = element('input', {
      type: 'radio',
      name: 'kind',
      id,
      checked: index === 0,
      on: { change: show },
    });
    return element('p', { class: 'check' }, input, element('label', { for: id }, label));
  });
  view.append(
    element('h2', {}, 'Composed schema'),
    element('fieldset', {}, element('legend', { class: 'unseen' }, 'Which one'), choices),
    place,
  );
}

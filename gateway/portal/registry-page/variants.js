import { element, table } from './elements.js';
import { ask } from './session.js';

/** Everything that a place says must hold. */
function placeText({ path, host, header, percent, sticky }) {
  const share = sticky === undefined ? `${percent} % of requests` : `${percent} % of clients, by ${sticky}`;
  return [
    path !== undefined && `path ${path}`,
    host !== undefined && `host ${host}`,
    header !== undefined && `header ${header.name}: ${header.value}`,
    percent !== undefined && share,
  ]
    .filter(Boolean)
    .join(' and ');
}

function tagsOf({ include, exclude }) {
  const tags = [
    include.length > 0 && `only ${include.join(', ')}`,
    exclude.length > 0 && `not ${exclude.join(', ')}`,
  ];
  return tags.filter(Boolean).join('; ') || 'all';
}

const left = (own, all) => `${own.toLocaleString('en')} of ${all.toLocaleString('en')}`;

const each = (texts) => texts.map((text) => element('div', {}, text));

export async function showVariants(view) {
  const { main, variants } = await ask('/variants');
  const rows = variants.map((variant) => {
    const { name, at, types, fields, subgraphs } = variant;
    const elsewhere = Object.entries(subgraphs).map(([subgraph, { url }]) => `${subgraph}: ${url}`);
    return [
      element('b', {}, name),
      each(at.map(placeText)),
      tagsOf(variant),
      left(types, main.types),
      left(fields, main.fields),
      elsewhere.length === 0 ? undefined : each(elsewhere),
      element(
        'a',
        { href: `#schema/${encodeURIComponent(name)}`, 'aria-label': `Schema of ${name}` },
        'Schema',
      ),
    ];
  });
  const columns = ['Name', 'Where', 'Tags', 'Types left', 'Fields left', 'Asks elsewhere', 'Schema'];
  view.append(
    element('h2', {}, 'Variants'),
    element(
      'p',
      { class: 'quiet' },
      'Other schemas of this graph. The first one with a place that fits a request answers it, the main graph the rest.',
    ),
    rows.length > 0 ? table('Variants', columns, rows) : element('p', {}, 'There is none.'),
  );
}

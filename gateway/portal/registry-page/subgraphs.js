import { badge, button, count, element, facts, moment, table, whoOf } from './elements.js';
import { openChange } from './change-dialog.js';
import { revisionTable } from './history.js';
import { schemaText } from './schema-text.js';
import { ask } from './session.js';

/** What the gateway has seen of its backends, as one word. */
function health({ backends }) {
  const calls = backends.reduce((sum, backend) => sum + backend.calls, 0);
  const failures = backends.reduce((sum, backend) => sum + backend.failures, 0);
  if (calls === 0) return badge('not called yet', 'plain');
  const text = element('span', { class: 'calls' }, `${count(calls, 'call')}, ${failures} failed`);
  if (backends.some(({ failuresInARow }) => failuresInARow > 0))
    return [badge('failing', 'bad'), element('br'), text];
  return [badge(failures === 0 ? 'well' : 'well again', 'good'), element('br'), text];
}

const dataOf = ({ url, upstreams = [], source }) => {
  if (url !== undefined) return url;
  if (upstreams.length > 0) return `upstreams: ${upstreams.join(', ')}`;
  return source === 'configuration' ? 'upstreams of the configuration' : undefined;
};

const linkTo = (name) => element('a', { href: `#subgraphs/${encodeURIComponent(name)}` }, name);

const versionOf = ({ version }) => (version === undefined ? undefined : `v${version}`);

export function showSubgraphs(view, { graph }) {
  const rows = graph.subgraphs.map((subgraph) => [
    linkTo(subgraph.name),
    [
      badge(subgraph.source, subgraph.source === 'registry' ? 'accent' : 'plain'),
      ...(subgraph.rolledBack ? [element('br'), badge('rolled back', 'accent')] : []),
    ],
    versionOf(subgraph),
    dataOf(subgraph),
    subgraph.since && [moment(subgraph.since.at), element('br'), whoOf(subgraph.since)],
    health(subgraph),
  ]);
  const columns = ['Name', 'Source', 'Version', 'Data', 'Since, by whom', 'Health'];
  const list = table('Subgraphs', columns, rows);
  const lines = [...list.querySelectorAll('tbody tr')];
  const found = element('p', { class: 'quiet', role: 'status' });
  const filter = element('input', {
    id: 'filter',
    type: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    on: {
      input() {
        const word = filter.value.trim().toLowerCase();
        graph.subgraphs.forEach(({ name }, index) => {
          lines[index].hidden = !name.toLowerCase().includes(word);
        });
        found.textContent = `${lines.filter((line) => !line.hidden).length} of ${count(lines.length, 'subgraph')}.`;
      },
    },
  });
  view.append(
    element('h2', {}, 'Subgraphs'),
    element(
      'p',
      { class: 'quiet' },
      'Health is what this gateway has seen in its own traffic since it started; no backend is asked for it.',
    ),
    element('p', { class: 'field' }, element('label', { for: 'filter' }, 'Name contains'), filter),
    found,
    rows.length > 0 ? list : element('p', {}, 'There is none.'),
  );
}

/** One subgraph: its facts, its schema and its history. */
export async function showSubgraph(view, name, { graph, refresh }) {
  const listed = graph.subgraphs.find((one) => one.name === name);
  const subgraph = await ask(`/subgraphs/${encodeURIComponent(name)}`);
  const { source, sdl, revisions = [], files = {} } = subgraph;
  const { since, backends = [] } = listed ?? {};
  view.append(
    element('p', { class: 'back' }, element('a', { href: '#subgraphs' }, '← All subgraphs')),
    element('h2', { class: 'name' }, name),
    facts([
      ['Source', listed?.rolledBack ? `${source}, rolled back until its file changes` : source],
      ['Version', versionOf(subgraph)],
      ['Data', dataOf({ ...listed, ...subgraph, upstreams: Object.keys(subgraph.upstreams ?? {}) })],
      ['Files', Object.keys(files).join(', ')],
      ['Since', since && [moment(since.at), `, revision ${since.number}`]],
      ['By', since && whoOf(since)],
      ['Why', since?.reason],
    ]),
    element('h3', {}, 'Calls to its backends'),
    backends.length === 0
      ? element('p', { class: 'quiet' }, 'None since this gateway started.')
      : table(
          'Calls to its backends',
          ['Upstream', 'Calls', 'Failed', 'Failed in a row', 'Last failure'],
          backends.map(({ upstream, calls, failures, failuresInARow, lastFailure }) => [
            upstream,
            String(calls),
            String(failures),
            failuresInARow > 0 ? badge(String(failuresInARow), 'bad') : '0',
            lastFailure && [element('code', {}, lastFailure.code), ' ', moment(lastFailure.at)],
          ]),
        ),
    element('h3', {}, 'Schema'),
    schemaText(`the schema of ${name}`, sdl),
  );
  if (revisions.length > 0)
    view.append(element('h3', {}, 'History'), revisionTable(revisions, { graph, refresh }));
  if (source !== 'registry') return;
  view.append(
    element(
      'p',
      { class: 'bar' },
      button('New version…', () => {
        location.hash = `#register/${encodeURIComponent(name)}`;
      }),
      button(
        'Unregister…',
        () =>
          openChange({
            title: `Unregister ${name}`,
            about: 'Takes the subgraph out of the graph.',
            action: 'Unregister',
            isTaking: true,
            expected: graph.newest,
            send: (options) => {
              const query = new URLSearchParams(Object.entries(options));
              return ask(`/subgraphs/${encodeURIComponent(name)}?${query}`, { method: 'DELETE' });
            },
            done() {
              location.hash = '#subgraphs';
              refresh();
            },
          }),
        { class: 'danger quiet' },
      ),
    ),
  );
}

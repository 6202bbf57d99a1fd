import { badge, button, element, moment, table, whoOf } from './elements.js';
import { openChange } from './change-dialog.js';
import { ask } from './session.js';

const PAGE = 50;

const whatOf = ({ action, subjects, subgraphs }) => {
  const names = subjects.map((name) =>
    subgraphs[name] === undefined ? `${name} (taken out)` : `${name} v${subgraphs[name]}`,
  );
  return `${action} ${names.join(', ')}`;
};

function rollBack({ number }, { graph, refresh }) {
  openChange({
    title: `Roll back to revision ${number}`,
    about: `Serves the subgraphs of revision ${number} again, as a new revision. Those of the configuration are served as they were until their files change.`,
    action: `Roll back to revision ${number}`,
    isTaking: true,
    expected: graph.newest,
    send: (options) => ask('/rollback', { method: 'POST', body: { to: number, ...options } }),
    done: refresh,
  });
}

export function revisionTable(revisions, context) {
  const { graph } = context;
  const rows = revisions.map((revision) => {
    const { number, at, reason, forced = [] } = revision;
    return [
      [
        element('b', {}, String(number)),
        number === graph.served && [' ', badge('served', 'good')],
        number === graph.newest && number !== graph.served && [' ', badge('newest', 'accent')],
      ].flat(),
      moment(at),
      whoOf(revision),
      [
        element('span', {}, whatOf(revision)),
        reason !== undefined && element('p', { class: 'reason' }, reason),
        forced.length > 0 &&
          element(
            'details',
            {},
            element('summary', {}, badge(`forced: ${forced.length}`, 'warn')),
            element(
              'ul',
              {},
              forced.map((text) => element('li', {}, text)),
            ),
          ),
      ],
      element(
        'span',
        { class: 'bar' },
        number > 1 &&
          element(
            'a',
            { href: `#changes/${number - 1}..${number}`, 'aria-label': `Changes of revision ${number}` },
            'Changes',
          ),
        number !== graph.newest &&
          button('Roll back…', () => rollBack(revision, context), {
            class: 'quiet',
            'aria-label': `Roll back to revision ${number}…`,
          }),
      ),
    ];
  });
  return table('Revisions', ['Revision', 'When', 'Who', 'What and why', 'Do'], rows);
}

export async function showHistory(view, context) {
  const { revisions } = await ask(`/revisions?limit=${PAGE}`);
  view.append(element('h2', {}, 'History'));
  if (revisions.length === 0) {
    view.append(element('p', {}, 'Nothing was registered yet.'));
    return;
  }
  view.append(revisionTable(revisions, context));
  let oldest = revisions.at(-1).number;
  const older = button('Older revisions', async () => {
    older.disabled = true;
    const { revisions: next } = await ask(`/revisions?limit=${PAGE}&before=${oldest}`);
    const fresh = revisionTable(next, context).querySelectorAll('tbody tr');
    view.querySelector('tbody').append(...fresh);
    oldest = next.at(-1)?.number ?? 0;
    older.hidden = next.length < PAGE;
    older.disabled = false;
    fresh[0]?.querySelector('a, button')?.focus();
  });
  older.hidden = revisions.length < PAGE;
  view.append(element('p', {}, older));
}

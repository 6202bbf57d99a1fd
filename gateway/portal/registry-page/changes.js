import { element, moment, whoOf } from './elements.js';
import { changeList, patchView, problemList } from './parts.js';
import { ask } from './session.js';

const MAX_CHOICES = 500;

function select(id, label, revisions, chosen) {
  const known = revisions.some(({ number }) => number === chosen);
  const options = revisions.map((revision) => {
    const { number, at, action, subjects } = revision;
    const text = `${number} · ${at.slice(0, 16).replace('T', ' ')} · ${action} ${subjects.join(', ')}`;
    return element('option', { value: number, selected: number === chosen }, text.slice(0, 80));
  });
  if (!known) options.push(element('option', { value: chosen, selected: true }, String(chosen)));
  return element(
    'p',
    { class: 'field' },
    element('label', { for: id }, label),
    element('select', { id }, options),
  );
}

/** @param range `from..to`; without it, the last change */
export async function showChanges(view, range) {
  const { revisions } = await ask(`/revisions?limit=${MAX_CHOICES}`);
  const newest = revisions[0]?.number ?? 0;
  const [from = newest - 1, to = newest] = /^\d+\.\.\d+$/.test(range ?? '')
    ? range.split('..').map(Number)
    : [];
  view.append(element('h2', {}, range === undefined ? 'The last change' : `Revision ${from} → ${to}`));
  await showDiff(view, revisions, from, to);
  await showRefused(view);
}

async function showDiff(view, revisions, from, to) {
  if (revisions.length === 0) {
    view.append(element('p', {}, 'Nothing was registered yet.'));
    return;
  }
  if (revisions.length > 1) {
    const form = element(
      'form',
      { class: 'bar compare', 'aria-label': 'Compare two revisions' },
      select('from', 'From revision', revisions, Math.max(from, revisions.at(-1).number)),
      select('to', 'To revision', revisions, to),
      element('button', { type: 'submit' }, 'Compare'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const [one, two] = ['from', 'to'].map((id) => form.querySelector(`#${id}`).value);
      location.hash = `#changes/${one}..${two}`;
    });
    view.append(form);
  }
  const revision = revisions.find(({ number }) => number === to);
  if (revision)
    view.append(
      element(
        'p',
        {},
        `Revision ${to}: ${revision.action} ${revision.subjects.join(', ')}, `,
        moment(revision.at),
        `, ${whoOf(revision)}`,
        revision.reason !== undefined && element('span', { class: 'reason' }, ` – ${revision.reason}`),
      ),
    );
  if (from < 1) {
    view.append(
      element('p', { class: 'quiet' }, 'Before the first registration there is no revision to compare with.'),
    );
    return;
  }
  const { changes, subgraphs } = await ask(`/diff?from=${from}&to=${to}`);
  view.append(
    element('h3', {}, 'What clients notice'),
    changeList(changes),
    element('h3', {}, 'Schemas'),
    subgraphs.length === 0
      ? element('p', { class: 'quiet' }, 'No registered subgraph differs.')
      : element('div', {}, subgraphs.map(patchView)),
  );
}

async function showRefused(view) {
  const { refused } = await ask('/refused');
  view.append(element('h2', {}, 'Refused lately'));
  if (refused.length === 0)
    view.append(element('p', { class: 'quiet' }, 'Nothing, since this gateway started.'));
  for (const change of refused) {
    const { at, action, subject, reason, problems, moreProblems } = change;
    const target = action === 'rollback' ? `to revision ${subject}` : subject;
    view.append(
      element(
        'article',
        {},
        element('h3', {}, `${action} ${target}`),
        element(
          'p',
          { class: 'quiet' },
          moment(at),
          `, ${whoOf(change)}`,
          reason !== undefined && ` – ${reason}`,
        ),
        problemList(problems),
        moreProblems > 0 && element('p', {}, `and ${moreProblems} more; the log has all of them.`),
      ),
    );
  }
}

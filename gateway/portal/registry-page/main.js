import { badge, byId, element, moment, say, whoOf } from './elements.js';
import { showChanges } from './changes.js';
import { showHistory } from './history.js';
import { problemList } from './parts.js';
import { showRegister } from './register.js';
import { showSchema } from './schema.js';
import { ask, askForToken, hasToken, onSignIn, takeTokenFromAddress } from './session.js';
import { showSubgraph, showSubgraphs } from './subgraphs.js';
import { showUsage } from './usage.js';
import { showVariants } from './variants.js';

/** Of the address: `#subgraphs`, `#subgraphs/users`, `#changes/1..2`. */
const VIEWS = {
  subgraphs: (view, id, context) =>
    id === undefined ? showSubgraphs(view, context) : showSubgraph(view, id, context),
  variants: (view) => showVariants(view),
  schema: (view, id, context) => showSchema(view, id, context),
  changes: (view, id) => showChanges(view, id),
  history: (view, id, context) => showHistory(view, context),
  usage: (view, id) => showUsage(view, id),
  register: (view, id, context) => showRegister(view, id, context),
};

function placeInAddress() {
  const [kind, id] = location.hash.slice(1).split('/');
  if (!Object.hasOwn(VIEWS, kind)) return { kind: 'subgraphs', id: undefined };
  try {
    return { kind, id: id === undefined || id === '' ? undefined : decodeURIComponent(id) };
  } catch {
    return { kind, id: undefined };
  }
}

function showServed({ served, newest, revision, problems, subgraphs, variants }) {
  const isBehind = served !== newest;
  const since =
    revision === undefined || isBehind ? [] : [', since ', moment(revision.at), `, by ${whoOf(revision)}`];
  if (served === 0)
    byId('served').replaceChildren('No revision is kept: the subgraphs of the configuration are served.');
  else byId('served').replaceChildren(`Revision ${served} is served`, ...since, '.');
  const behind = byId('behind');
  behind.hidden = !isBehind;
  if (isBehind)
    behind.replaceChildren(
      element('h2', {}, 'This gateway is behind'),
      element(
        'p',
        {},
        `It serves revision ${served}; the newest one is ${newest}, and it is the subgraphs of that one that are listed here.`,
      ),
      problems.length > 0
        ? problemList(problems)
        : element('p', {}, 'It has not been tried here yet: it will be within a second.'),
    );
  byId('subgraph-count').replaceChildren(badge(String(subgraphs.length), 'plain'));
  byId('variants-link').hidden = variants.length === 0;
  byId('variant-count').replaceChildren(badge(String(variants.length), 'plain'));
}

let latest = 0;

/** Asks what is served, and shows the view of the address. */
async function show({ focus = false } = {}) {
  const turn = ++latest;
  if (byId('status').className === 'bad') say('');
  const { kind, id } = placeInAddress();
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${kind}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const fresh = element('div');
  try {
    const graph = await ask('');
    byId('sign-in').hidden = true;
    byId('graph').hidden = false;
    byId('account').hidden = false;
    showServed(graph);
    await VIEWS[kind](fresh, id, { graph, refresh: () => void show({ focus: true }) });
  } catch (error) {
    if (!hasToken()) return;
    fresh.append(element('p', { class: 'outcome bad' }, error.message));
    say(error.message, true);
  }
  // Somebody has gone elsewhere meanwhile.
  if (turn !== latest) return;
  byId('view').replaceChildren(fresh);
  const title = fresh.querySelector('h2');
  document.title = `${title?.textContent ?? 'Graph'} – Sluice`;
  if (!focus || !title) return;
  scrollTo(0, 0);
  title.tabIndex = -1;
  title.focus();
}

takeTokenFromAddress();
onSignIn(() => {
  say('');
  void show({ focus: true });
});
addEventListener('hashchange', () => {
  takeTokenFromAddress();
  if (hasToken()) void show({ focus: true });
});
document.querySelector('nav').addEventListener('click', () => say(''));
byId('refresh').addEventListener('click', () => {
  void show().then(() => say('Read again.'));
});
if (hasToken()) void show();
else askForToken();

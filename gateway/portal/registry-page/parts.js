import { badge, count, element } from './elements.js';

const PROBLEM_TONES = { error: 'bad', warning: 'warn', hint: 'plain' };

/** Errors first; where, what, and the way out. */
export function problemList(problems) {
  const order = Object.keys(PROBLEM_TONES);
  const sorted = problems.toSorted((one, two) => order.indexOf(one.severity) - order.indexOf(two.severity));
  return element(
    'ul',
    { class: 'problems' },
    sorted.map(({ severity, code, subgraph, file, line, column, message, fix }) => {
      const spot = [file, line, column].filter((part) => part !== undefined).join(':');
      const place = [subgraph, spot].filter((part) => part !== undefined && part !== '').join(' · ');
      return element(
        'li',
        {},
        element(
          'p',
          { class: 'row' },
          badge(severity, PROBLEM_TONES[severity]),
          place !== '' && element('strong', { class: 'place' }, place),
          element('code', {}, code),
        ),
        element('p', { class: 'message' }, message),
        fix !== undefined && element('p', { class: 'fix' }, element('b', {}, 'Way out: '), fix),
      );
    }),
  );
}

const LEVELS = [
  ['breaking', 'bad', 'Breaking: operations that were valid may not be'],
  ['dangerous', 'warn', 'Dangerous: operations stay valid and may behave otherwise'],
  ['safe', 'good', 'Safe'],
];

/** More than that at once helps nobody, and stops the browser. */
const MAX_CHANGES = 200;

/** What clients notice, the worst first. */
export function changeList(changes) {
  if (changes.length === 0) return element('p', { class: 'quiet' }, 'Clients notice nothing.');
  const groups = LEVELS.flatMap(([level, tone, title]) => {
    const own = changes.filter((change) => change.level === level);
    if (own.length === 0) return [];
    const items = own
      .slice(0, MAX_CHANGES)
      .map(({ message, path }) =>
        element('li', {}, message, path !== undefined && element('span', {}, ' ', element('code', {}, path))),
      );
    if (own.length > MAX_CHANGES) items.push(element('li', {}, `and ${own.length - MAX_CHANGES} more`));
    return [
      element('h4', {}, badge(String(own.length), tone), ' ', title),
      element('ul', { class: 'changes' }, items),
    ];
  });
  return element('div', {}, groups);
}

const LINE_TONES = [
  ['@@', 'place'],
  ['+', 'added'],
  ['-', 'removed'],
];

/** The patch of one schema; the sign at the start of a line says what its colour says. */
export function patchView({ name, from, to, patch }) {
  const versions = `${from === undefined ? 'new' : `v${from}`} → ${to === undefined ? 'gone' : `v${to}`}`;
  // What is before the first place names files that there are not.
  const lines = patch
    .slice(Math.max(0, patch.indexOf('\n@@') + 1))
    .trimEnd()
    .split('\n');
  return element(
    'details',
    { open: lines.length < 400 },
    element('summary', {}, element('b', {}, name), ` ${versions}`),
    patch === ''
      ? element('p', { class: 'quiet' }, 'The schema is the same; the address or its options have changed.')
      : element(
          'pre',
          { tabindex: '0', 'aria-label': `Patch of the schema of ${name}` },
          lines.map((line) => {
            const tone = LINE_TONES.find(([sign]) => line.startsWith(sign))?.[1];
            return element('span', tone ? { class: tone } : {}, `${line}\n`);
          }),
        ),
  );
}

const OUTCOMES = {
  served: (result) => [`Done: revision ${result.revision.number} is served.`, 'good'],
  valid: () => ['It can be served. Nothing was changed.', 'good'],
  unchanged: () => ['This is what is served already: nothing to change.', 'plain'],
  refused: (result) => [
    `Refused: ${count(result.problems.filter(({ severity }) => severity === 'error').length, 'error')}. What is served stays.`,
    'bad',
  ],
  conflict: (result) => [
    `Somebody else was faster: the newest revision is ${result.newest?.number ?? 0}. Look at it, and try again.`,
    'bad',
  ],
};

/** One sentence for the answer to a change, and its tone. */
export const outcomeOf = (result) => OUTCOMES[result.outcome](result);

/** The answer to a change, in full. */
export function resultView(result) {
  const [text, tone] = outcomeOf(result);
  const showsChanges = result.changes.length > 0 || ['valid', 'served'].includes(result.outcome);
  return element(
    'div',
    { class: 'result' },
    element('p', { class: `outcome ${tone}` }, text),
    result.problems.length > 0 && [element('h3', {}, 'Problems'), problemList(result.problems)],
    showsChanges && [element('h3', {}, 'What clients notice'), changeList(result.changes)],
  );
}

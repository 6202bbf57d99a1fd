import { count, element, table } from './elements.js';
import { ask } from './session.js';

const OPERATIONS_AT_ONCE = 50;

const clientOf = ({ client, clientVersion }) =>
  client === '' ? 'unknown' : `${client}${clientVersion === '' ? '' : ` ${clientVersion}`}`;

const nameOf = ({ operationName, documentHash }) => operationName ?? `unnamed ${documentHash.slice(0, 8)}`;

function clientTable(caption, uses) {
  return table(
    caption,
    ['Client', 'Times', 'Last seen'],
    uses.map((use) => [clientOf(use), use.count.toLocaleString('en'), use.lastDay]),
  );
}

export async function showUsage(view, days) {
  let usage;
  view.append(element('h2', {}, 'Usage'));
  try {
    usage = await ask(days === undefined ? '/usage' : `/usage?days=${Number(days)}`);
  } catch (error) {
    view.append(element('p', {}, error.message));
    return;
  }
  const input = element('input', { id: 'days', type: 'number', min: '0', max: '3650', value: usage.days });
  const form = element(
    'form',
    { class: 'bar' },
    element('p', { class: 'field' }, element('label', { for: 'days' }, 'Days back from today'), input),
    element('button', { type: 'submit' }, 'Show'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.hash = `#usage/${input.value}`;
  });
  view.append(form);
  showDeprecated(view, usage.deprecated);
  showOperations(view, usage.operations);
}

function showDeprecated(view, deprecated) {
  view.append(element('h3', {}, 'Deprecated, and still used'));
  if (deprecated.length === 0) view.append(element('p', { class: 'quiet' }, 'Nothing.'));
  for (const { coordinate, reason, uses } of deprecated)
    view.append(
      element(
        'article',
        {},
        element('h4', {}, element('code', {}, coordinate)),
        element('p', { class: 'reason' }, reason),
        table(
          `Who uses ${coordinate}`,
          ['Client', 'Operation', 'Times', 'Last seen'],
          uses.map((use) => [clientOf(use), nameOf(use), use.count.toLocaleString('en'), use.lastDay]),
        ),
      ),
    );
}

function showOperations(view, operations) {
  view.append(element('h3', {}, `Operations: ${operations.length.toLocaleString('en')}`));
  if (operations.length === 0) {
    view.append(element('p', { class: 'quiet' }, 'Nobody has asked for anything.'));
    return;
  }
  const item = (operation) => {
    const { clients, document: text } = operation;
    return element(
      'details',
      { class: 'operation' },
      element(
        'summary',
        {},
        element('b', {}, nameOf(operation)),
        ` ${count(operation.count, 'time')}, ${count(clients.length, 'client')}: `,
        element('span', { class: 'quiet' }, clients.slice(0, 3).map(clientOf).join(', ')),
        clients.length > 3 && element('span', { class: 'quiet' }, ', …'),
      ),
      clientTable(`Clients of ${nameOf(operation)}`, clients),
      element('pre', { tabindex: '0', 'aria-label': `Document of ${nameOf(operation)}` }, text),
    );
  };
  const list = element('div', {}, operations.slice(0, OPERATIONS_AT_ONCE).map(item));
  view.append(list);
  if (operations.length <= OPERATIONS_AT_ONCE) return;
  let shown = OPERATIONS_AT_ONCE;
  const more = element('button', { type: 'button' }, 'More operations');
  more.addEventListener('click', () => {
    list.append(...operations.slice(shown, shown + OPERATIONS_AT_ONCE).map(item));
    shown += OPERATIONS_AT_ONCE;
    more.hidden = shown >= operations.length;
  });
  view.append(element('p', {}, more));
}

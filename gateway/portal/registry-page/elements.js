/** Everything that comes from outside goes through here as text; there is no innerHTML on this page. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on')
      for (const [type, listener] of Object.entries(value)) made.addEventListener(type, listener);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== false && child !== ''));
  return made;
}

export const byId = (id) => document.getElementById(id);

export const count = (number, noun, plural = `${noun}s`) =>
  `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;

export function button(text, listener, attributes = {}) {
  return element('button', { type: 'button', ...attributes, on: { click: listener } }, text);
}

/** A moment in the reader's time zone; the exact one is its title. */
export function moment(at) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const text = `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
  return element('time', { datetime: at, title: at }, text);
}

export const badge = (text, tone) => element('span', { class: `badge ${tone}` }, text);

/** Who has made a revision: their own word first, then whose token it was. */
export const whoOf = ({ author, actor }) => (author === undefined ? actor : `${author} (${actor})`);

/** On narrow screens each row is a card, and each cell says what it is. */
export function table(caption, columns, rows) {
  const head = element(
    'tr',
    {},
    columns.map((title) => element('th', { scope: 'col' }, title)),
  );
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      cells.map((cell, index) =>
        element(
          'td',
          { 'data-label': columns[index], class: cell === undefined ? 'none' : undefined },
          element('div', {}, cell ?? '–'),
        ),
      ),
    ),
  );
  return element(
    'div',
    { class: 'table' },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, head),
      element('tbody', {}, body),
    ),
  );
}

/** Name and value, one below the other. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  return element(
    'dl',
    { class: 'facts' },
    known.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

export function copyButton(textOf, label) {
  const made = button('Copy', () => void copy(), { class: 'quiet', 'aria-label': label });
  async function copy() {
    try {
      await navigator.clipboard.writeText(textOf());
      made.textContent = 'Copied';
    } catch {
      made.textContent = 'Not allowed';
    }
    setTimeout(() => (made.textContent = 'Copy'), 1500);
  }
  return made;
}

/** Told to those who do not see it, and shown to those who do. */
export function say(text, isBad = false) {
  const status = byId('status');
  status.textContent = text;
  status.className = isBad ? 'bad' : '';
}

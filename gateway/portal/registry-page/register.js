import { openChange } from './change-dialog.js';
import { element } from './elements.js';
import { ask } from './session.js';

function field(id, label, input) {
  input.id = id;
  return element('p', { class: 'field' }, element('label', { for: id }, label), input);
}

/** @param name of the subgraph that gets a new version; absent for a new one */
export async function showRegister(view, name, { graph, refresh }) {
  const known = name === undefined ? {} : await ask(`/subgraphs/${encodeURIComponent(name)}`);
  const plain = { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' };
  const nameInput = element('input', { ...plain, required: true, value: name ?? '' });
  const url = element('input', { ...plain, type: 'url', value: known.url ?? '' });
  const sdl = element('textarea', { ...plain, rows: '14' });
  sdl.value = known.sdl ?? '';
  const form = element(
    'form',
    {},
    field('register-name', 'Name of the subgraph', nameInput),
    field('register-url', 'URL of its GraphQL service', url),
    field('register-sdl', 'Schema (SDL); empty = the service at the URL is asked for it', sdl),
    element('p', {}, element('button', { type: 'submit' }, 'Check…')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const subject = nameInput.value.trim();
    // What this form does not show stays as it is.
    const kept = subject === name ? known : {};
    const record = Object.fromEntries(
      Object.entries({
        timeoutMs: kept.timeoutMs,
        headers: kept.headers,
        upstreams: kept.upstreams,
        files: kept.files,
        url: url.value.trim() || undefined,
        sdl: sdl.value.trim() === '' ? undefined : sdl.value,
      }).filter(([, value]) => value !== undefined),
    );
    openChange({
      title: `Register ${subject}`,
      about: '',
      action: 'Register',
      expected: graph.newest,
      send: (options) =>
        ask(`/subgraphs/${encodeURIComponent(subject)}`, { method: 'PUT', body: { ...record, ...options } }),
      done() {
        location.hash = `#subgraphs/${encodeURIComponent(subject)}`;
        refresh();
      },
    });
  });
  view.append(
    element('h2', {}, name === undefined ? 'Register a subgraph' : `New version of ${name}`),
    element(
      'p',
      { class: 'quiet' },
      'Everything is checked before anything changes. Sources of other kinds (.proto, OpenAPI, WSDL): ',
      element('code', {}, 'sluice register --help'),
    ),
    form,
  );
}

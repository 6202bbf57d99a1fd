import { openChange } from './change-dialog.js';
import { element } from './elements.js';
import { ask } from './session.js';

function field(id, label, input) {
  input.id = id;
  return element('p', { class: 'field' }, element('label', { for: id }, label), input);
}

const plain = { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' };
const trimmed = (input) => input.value.trim() || undefined;

function fileInput(options) {
  return element('input', { type: 'file', ...options });
}

/** The texts of chosen files, by name. */
async function contentsOf({ files }) {
  const texts = await Promise.all(Array.from(files, async (file) => [file.name, await file.text()]));
  return Object.fromEntries(texts);
}

function graphqlService(known) {
  const url = element('input', { ...plain, type: 'url', value: known.url ?? '' });
  const sdl = element('textarea', { ...plain, rows: '14' });
  sdl.value = known.sdl ?? '';
  return {
    title: 'GraphQL service, or schema with connectors',
    fields: [
      field('register-url', 'URL of its GraphQL service', url),
      field('register-sdl', 'Schema (SDL); empty = the service at the URL is asked for it', sdl),
    ],
    read: (kept) => ({
      timeoutMs: kept.timeoutMs,
      headers: kept.headers,
      upstreams: kept.upstreams,
      files: kept.files,
      url: trimmed(url),
      sdl: sdl.value.trim() === '' ? undefined : sdl.value,
    }),
  };
}

function protoFiles() {
  const files = fileInput({ accept: '.proto', multiple: true, required: true });
  const address = element('input', { ...plain, required: true, placeholder: 'stock.internal:50051' });
  return {
    title: 'gRPC service (.proto)',
    fields: [
      field('register-protos', '.proto files, with those that they import', files),
      field('register-address', 'Address of the service, host:port', address),
    ],
    async read() {
      const texts = await contentsOf(files);
      return {
        description: { kind: 'proto', files: Object.keys(texts), address: trimmed(address) },
        files: texts,
      };
    },
  };
}

function reflection() {
  const address = element('input', { ...plain, required: true, placeholder: 'stock.internal:50051' });
  return {
    title: 'gRPC server with reflection',
    fields: [field('register-reflect', 'Address of the server, host:port', address)],
    read: () => ({ description: { kind: 'reflection', address: trimmed(address) } }),
  };
}

function openapi() {
  const file = fileInput({ accept: '.yaml,.yml,.json', required: true });
  const baseUrl = element('input', { ...plain, type: 'url' });
  return {
    title: 'REST service (OpenAPI)',
    fields: [
      field('register-openapi', 'OpenAPI description', file),
      field('register-base-url', 'Where the API is; empty = as the description says', baseUrl),
    ],
    read: async () => ({
      description: { kind: 'openapi', file: file.files[0].name, baseUrl: trimmed(baseUrl) },
      files: await contentsOf(file),
    }),
  };
}

function wsdl() {
  const files = fileInput({ accept: '.wsdl,.xsd,.xml', multiple: true, required: true });
  const url = element('input', { ...plain, type: 'url' });
  return {
    title: 'SOAP service (WSDL)',
    fields: [
      field('register-wsdl', 'WSDL, with the schemas that it names', files),
      field('register-wsdl-url', 'Where the service is; empty = as the description says', url),
    ],
    async read() {
      const texts = await contentsOf(files);
      const names = Object.keys(texts);
      const main = names.find((name) => name.endsWith('.wsdl')) ?? names[0];
      return { description: { kind: 'wsdl', file: main, url: trimmed(url) }, files: texts };
    },
  };
}

/** @param name of the subgraph that gets a new version; absent for a new one */
export async function showRegister(view, name, { graph, refresh }) {
  const known = name === undefined ? {} : await ask(`/subgraphs/${encodeURIComponent(name)}`);
  const nameInput = element('input', { ...plain, required: true, value: name ?? '' });
  const kinds = [graphqlService(known), protoFiles(), reflection(), openapi(), wsdl()];
  const select = element(
    'select',
    {},
    ...kinds.map(({ title }, index) => element('option', { value: String(index) }, title)),
  );
  const chosen = () => kinds[Number(select.value)];
  const fields = element('div', {}, ...chosen().fields);
  select.addEventListener('change', () => fields.replaceChildren(...chosen().fields));
  const form = element(
    'form',
    {},
    field('register-name', 'Name of the subgraph', nameInput),
    field('register-kind', 'What it is', select),
    fields,
    element('p', {}, element('button', { type: 'submit' }, 'Check…')),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const subject = nameInput.value.trim();
    // What this form does not show stays as it is.
    const record = await chosen().read(subject === name ? known : {});
    openChange({
      title: `Register ${subject}`,
      about: '',
      action: 'Register',
      expected: graph.newest,
      // What is undefined is not sent.
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
      'Everything is checked before anything changes. Files in several folders: ',
      element('code', {}, 'sluice register --help'),
    ),
    form,
  );
}

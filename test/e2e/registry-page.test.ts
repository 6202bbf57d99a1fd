import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';

const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])';
const USERS = `${LINK} type Query { users: [User!]! } type User @key(fields: "id") { id: ID! name: String! @tag(name: "internal") }`;
const LONG_NAME = 'the-inventory-of-all-warehouses-in-every-country-of-the-world';
const ratings = (fields: string) => `${LINK}
"""${MARKUP}"""
type Query { best: User }
type User @key(fields: "id") { id: ID! ${fields} }
`;

let folder: string;
let users: RunningSubgraph;
let gateway: GatewayProcess;
let token: string;
let nowhere: string;

async function registry(path: string, method = 'GET', body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${gateway.adminUrl}/registry${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

const register = (name: string, sdl: string, options: object = {}) =>
  registry(`/subgraphs/${name}`, 'PUT', { sdl, url: nowhere, reason: 'so', ...options });

async function ask(query: string, client: string): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'apollographql-client-name': client },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const configOf = (file: string, subgraphs: object, variants: object = {}): string => {
  const path = join(folder, file);
  const registryFolder = { folder: join(folder, '.sluice') };
  writeFileSync(
    path,
    JSON.stringify({ server: { page: false }, subgraphs, variants, registry: registryFolder }),
  );
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-registry-page-'));
  users = await startSubgraph({
    name: 'users',
    sdl: USERS,
    resolvers: { Query: { users: () => [{ id: '1', name: 'Ada' }] } },
  });
  const gone = await startSubgraph({ name: 'gone', sdl: USERS, resolvers: {} });
  nowhere = gone.url;
  await gone.close();
  writeFileSync(join(folder, 'users.graphql'), USERS);
  const configured = { users: { schema: 'users.graphql', url: users.url } };
  const variants = {
    partner: {
      exclude: ['internal'],
      at: [{ path: '/partner/graphql' }, { host: 'partner.example', header: { name: 'x-a', value: MARKUP } }],
    },
    canary: { subgraphs: { users: { url: users.url } }, at: [{ percent: 5, sticky: 'x-user' }] },
  };
  gateway = await startGatewayProcess(['--config', configOf('sluice.yaml', configured, variants)]);
  token = readFileSync(join(folder, '.sluice/admin-token'), 'utf8').trim();

  await register('reviews', ratings('rating: Int! stars: Int! @deprecated(reason: "Use <b>rating</b>.")'), {
    reason: `stars ${MARKUP}`,
    author: `Ada ${MARKUP}`,
  });
  await register(LONG_NAME, `${LINK} type Query { stock: Int }`);
  await ask('query Best { best { rating stars } }', `phone ${MARKUP}`);
  await ask('query Best { best { rating stars } }', 'web');
  await ask('{ users { name } }', 'web');
  expect(await register('reviews', ratings('rating: Int!'))).toMatchObject({ outcome: 'refused' });
  const last = await register('reviews', ratings('rating: Int! comments: [String!]'), { force: true });
  expect(last).toMatchObject({ outcome: 'served', revision: { number: 4 } });
});
afterAll(async () => {
  await gateway?.stop();
  await users?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('the admin API', () => {
  test("tells of each subgraph what the gateway's own traffic says of its backends, and since when it is there", async () => {
    const { subgraphs } = await registry('');
    expect(subgraphs).toMatchObject([
      {
        name: 'reviews',
        version: 2,
        since: { number: 4, actor: 'local', reason: 'so' },
        backends: [
          {
            upstream: 'reviews',
            calls: 2,
            failures: 2,
            failuresInARow: 2,
            lastFailure: { code: 'UPSTREAM_UNAVAILABLE', at: expect.stringMatching(/^20\d\d-.*Z$/) },
          },
        ],
      },
      { name: LONG_NAME, since: { number: 3 }, backends: [] },
      {
        name: 'users',
        source: 'configuration',
        backends: [{ upstream: 'users', calls: 1, failures: 0, failuresInARow: 0 }],
      },
    ]);
    expect(users.requests).toHaveLength(1);
  });

  test('has the schemas that are served, and the changes that were refused', async () => {
    const { apiSdl, supergraphSdl } = await registry('/schema');
    expect(apiSdl).toContain('comments: [String!]');
    expect(supergraphSdl).toContain('join__Graph');
    expect(await registry('/refused')).toMatchObject({
      refused: [{ action: 'register', subject: 'reviews', problems: [{ code: 'CHANGE_BREAKS_CLIENTS' }] }],
    });
  });

  test('has the variants with what is left of the graph in each, and their schemas', async () => {
    expect((await registry(''))['variants']).toEqual(['partner', 'canary']);
    const { main, variants } = await registry('/variants');
    // Query has users, best and stock; User has id, name, rating and comments.
    expect(main).toEqual({ types: 2, fields: 7 });
    expect(variants).toEqual([
      {
        name: 'partner',
        include: [],
        exclude: ['internal'],
        subgraphs: {},
        at: [
          { path: '/partner/graphql' },
          { host: 'partner.example', header: { name: 'x-a', value: MARKUP } },
        ],
        types: 2,
        fields: 6,
      },
      {
        name: 'canary',
        include: [],
        exclude: [],
        subgraphs: { users: { url: users.url } },
        at: [{ percent: 5, sticky: 'x-user' }],
        types: 2,
        fields: 7,
      },
    ]);
    expect((await registry('/schema'))['apiSdl']).toContain('name: String!');
    expect((await registry('/schema?variant=partner'))['apiSdl']).not.toContain('name: String!');
    expect(await registry('/schema?variant=partnr')).toMatchObject({
      errors: [{ message: 'There is no variant "partnr". There are: partner, canary.' }],
    });
  });

  test('gives none of it without a token, while the page itself holds no secret', async () => {
    for (const path of ['', '/schema', '/variants', '/refused'])
      expect((await fetch(`${gateway.adminUrl}/registry${path}`)).status).toBe(401);
    const page = await fetch(`${gateway.adminUrl}/graph`);
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).not.toContain(token);
    expect(text).not.toContain('stars');
    expect((await fetch(`${gateway.adminUrl}/graph`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${gateway.url}/graph`)).status).toBe(404);
  });
});

test('the start says where the page is and where its token is', () => {
  const text = gateway.process.stderr();
  expect(text).toContain(`${gateway.adminUrl}/graph (token: ${join(folder, '.sluice/admin-token')})`);
});

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (chromiumPath === undefined)
  console.warn('skipped: the page in a browser, because there is no Chromium (apt install chromium)');

describe.skipIf(chromiumPath === undefined)('the page /graph in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
  });
  afterAll(() => browser?.close());

  async function open(path: string, { width = 1440, height = 900, from = gateway } = {}) {
    const isMobile = width < 700;
    const context = await browser.newContext({ viewport: { width, height }, isMobile, hasTouch: isMobile });
    const tab = await context.newPage();
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    tab.on('request', (request) => {
      if (!request.url().startsWith(from.adminUrl) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (message) => {
      // Chromium tells of every answer of 400 and more.
      if (message.type() === 'error' && !/\b4\d\d\b/.test(message.text())) complaints.push(message.text());
    });
    await tab.goto(`${from.adminUrl}${path}`);
    return { tab, elsewhere, complaints, close: () => context.close() };
  }

  const signedIn = (options: { width?: number; height?: number; from?: GatewayProcess } = {}) =>
    open(`/graph#token=${token}`, options);

  async function go(tab: Page, name: string): Promise<void> {
    await tab.getByRole('navigation').getByRole('link', { name }).click();
    await tab.locator(`nav a[aria-current]`, { hasText: name }).waitFor();
  }
  const heading = (tab: Page, name: string | RegExp) =>
    tab.getByRole('heading', { name, exact: true }).waitFor();

  test('asks for the token once, says where it is, and keeps it for the tab', async () => {
    const { tab, complaints, close } = await open('/');
    await tab.getByRole('link', { name: '/graph' }).click();
    await tab.getByText('.sluice/admin-token').first().waitFor();
    await tab.getByLabel('Token', { exact: true }).fill('wrong');
    await tab.keyboard.press('Enter');
    await expect.poll(() => tab.getByRole('status').first().textContent()).toContain('not an admin token');
    await tab.getByLabel('Token', { exact: true }).fill(token);
    await tab.keyboard.press('Enter');
    await tab.locator('#served', { hasText: 'Revision 4 is served' }).waitFor();
    await tab.reload();
    await tab.locator('#served', { hasText: 'Revision 4 is served' }).waitFor();
    await tab.getByRole('button', { name: 'Forget the token' }).click();
    await tab.getByLabel('Token', { exact: true }).waitFor();
    await tab.reload();
    await tab.getByLabel('Token', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('takes a token from the fragment out of the address at once', async () => {
    const { tab, close } = await signedIn();
    await tab.locator('#served', { hasText: 'Revision 4 is served' }).waitFor();
    expect(tab.url()).toBe(`${gateway.adminUrl}/graph`);
    await close();
  });

  test.each([
    { name: 'a phone', width: 390, height: 844 },
    { name: 'a desktop', width: 1440, height: 900 },
  ])('shows everything on $name, as text, with nothing beyond the edge or from elsewhere', async (size) => {
    const { tab, elsewhere, complaints, close } = await signedIn(size);
    const fits = async () => {
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(size.width);
      expect(await tab.locator('img, main script').count()).toBe(0);
      expect(await tab.title()).toMatch(/ – Sluice$/);
    };
    const reviews = tab.getByRole('row').filter({ has: tab.getByRole('link', { name: 'reviews' }) });
    await reviews.waitFor();
    expect(await reviews.textContent()).toContain('failing2 calls, 2 failed');
    await tab.getByLabel('Name contains').fill('inventory');
    await tab.getByText('1 of 3 subgraphs.').waitFor();
    await fits();

    await tab.getByLabel('Name contains').fill('');
    await tab.getByRole('link', { name: 'reviews' }).click();
    await tab.getByText('UPSTREAM_UNAVAILABLE').waitFor();
    const schema = tab.getByLabel('the schema of reviews', { exact: true });
    expect(await schema.textContent()).toContain(MARKUP);
    expect(await tab.getByRole('button', { name: 'Copy the schema of reviews' }).isVisible()).toBe(true);
    await tab.getByText(`stars ${MARKUP}`).waitFor();
    await fits();

    await go(tab, 'Schema');
    await tab.getByLabel('Search in the API schema').fill('COMMENTS');
    await tab.getByText(/^1 definition of \d+\.$/).waitFor();
    expect(await tab.locator('mark').allTextContents()).toEqual(['comments']);
    await tab.getByLabel('Supergraph').check();
    await tab.getByText('enum join__Graph').waitFor();
    await fits();

    await tab.getByLabel('API schema').check();
    await tab.getByLabel('For clients of').selectOption('partner');
    const api = tab.getByLabel('the API schema', { exact: true });
    await expect.poll(() => api.textContent()).not.toContain('name: String!');
    expect(tab.url()).toMatch(/#schema\/partner$/);
    await fits();

    await go(tab, 'Variants');
    const partner = tab.getByRole('row').filter({ hasText: 'partner.example' });
    await partner.waitFor();
    expect(await partner.textContent()).toContain(`host partner.example and header x-a: ${MARKUP}`);
    expect(await partner.textContent()).toContain('2 of 2');
    expect(await partner.textContent()).toContain('6 of 7');
    await tab.getByText('5 % of clients, by x-user').waitFor();
    await fits();
    await tab.getByRole('link', { name: 'Schema of partner' }).click();
    await expect.poll(() => tab.getByLabel('For clients of').inputValue()).toBe('partner');
    expect(await api.textContent()).not.toContain('name: String!');

    await go(tab, 'Changes');
    await heading(tab, 'The last change');
    await tab.getByText("Field 'stars' (deprecated) was removed from object type 'User'").first().waitFor();
    expect(await tab.locator('pre .removed').first().textContent()).toContain('stars');
    const refused = tab.getByRole('article').filter({ hasText: 'CHANGE_BREAKS_CLIENTS' });
    expect(await refused.textContent()).toContain('Way out: ');
    await tab.getByLabel('From revision').selectOption('2');
    await tab.getByLabel('To revision').selectOption('3');
    await tab.getByRole('button', { name: 'Compare' }).click();
    await heading(tab, 'Revision 2 → 3');
    await tab.getByText("Field 'stock' was added to object type 'Query'").waitFor();
    await fits();

    await go(tab, 'History');
    await tab.getByText('forced: 1').click();
    await tab.getByText(/^CHANGE_BREAKS_CLIENTS: /).waitFor();
    await tab.getByText(`Ada ${MARKUP}`).waitFor();
    await fits();

    await go(tab, 'Usage');
    await heading(tab, /^Operations: 2$/);
    await tab.locator('summary', { hasText: 'Best' }).click();
    await tab.getByText(`phone ${MARKUP}`).first().waitFor();
    await fits();
    expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
    await close();
  });

  test('shows who still uses what is deprecated', async () => {
    await register(
      'reviews',
      ratings('rating: Int! @deprecated(reason: "Use <b>comments</b>.") comments: [String!]'),
    );
    await ask('query Rating { best { rating } }', 'watch');
    const { tab, close } = await signedIn();
    await go(tab, 'Usage');
    const use = tab.getByRole('article').filter({ hasText: 'User.rating' });
    await use.waitFor();
    expect(await use.textContent()).toContain('Use <b>comments</b>.');
    expect(await use.getByRole('row').filter({ hasText: 'watch' }).textContent()).toContain('Rating');
    await close();
  });

  test('rolls back with the keyboard alone: first what clients would notice, then a reason, then it is done', async () => {
    const before = (await registry(''))['newest'] as number;
    const { tab, complaints, close } = await signedIn();
    await go(tab, 'History');
    const button = tab.getByRole('button', { name: 'Roll back to revision 4…' });
    await button.press('Enter');
    const dialog = tab.getByRole('dialog', { name: 'Roll back to revision 4' });
    await dialog.getByText('It can be served. Nothing was changed.').waitFor();
    await dialog.getByRole('heading', { name: 'What clients notice' }).waitFor();
    expect((await registry(''))['newest']).toBe(before);
    await tab.keyboard.press('Escape');
    await expect.poll(() => dialog.isVisible()).toBe(false);

    await button.press('Enter');
    await dialog.getByText('It can be served.').waitFor();
    const reason = dialog.getByLabel('Reason');
    await reason.press('Enter');
    expect((await registry(''))['newest']).toBe(before);
    await reason.fill(`back ${MARKUP}`);
    await reason.press('Enter');
    await tab.locator('#served', { hasText: `Revision ${before + 1} is served` }).waitFor();
    expect(await tab.getByRole('status').first().textContent()).toBe(
      `Done: revision ${before + 1} is served.`,
    );
    expect((await registry(''))['revision']).toMatchObject({ action: 'rollback', reason: `back ${MARKUP}` });
    expect(complaints).toEqual([]);
    await close();
  });

  test('says whom a change breaks, and does it only if the checks are overridden', async () => {
    await register(LONG_NAME, `${LINK} type Query { stock: Int shelves: Int }`);
    const { newest } = await registry('');
    await ask('query Shelves { shelves }', 'warehouse');
    const { tab, close } = await signedIn();
    await go(tab, 'History');
    await tab.getByRole('button', { name: `Roll back to revision ${(newest as number) - 1}…` }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('Refused: 1 error. What is served stays.').waitFor();
    await dialog.getByText(/used by warehouse/).waitFor();
    const confirm = dialog.getByRole('button', { name: 'Roll back to revision' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Override the checks').check();
    await dialog.getByText('It can be served.').waitFor();
    await dialog.getByLabel('Reason').fill('they know');
    await confirm.click();
    await tab.getByText('forced: 1').first().waitFor();
    await close();
  });

  test('tells the one who was slower', async () => {
    const { tab, close } = await signedIn();
    await go(tab, 'History');
    await tab.getByRole('button', { name: 'Roll back to revision 2…' }).waitFor();
    await register('latecomer', `${LINK} type Query { late: Int }`);
    await tab.getByRole('button', { name: 'Roll back to revision 2…' }).click();
    await tab.getByRole('dialog').getByText('Somebody else was faster').waitFor();
    await close();
  });

  test('registers a service by its description, from files that are chosen', async () => {
    const { tab, complaints, close } = await signedIn();
    await go(tab, 'Register');
    await tab.getByLabel('Name of the subgraph').fill('stock');
    await tab.getByLabel('What it is').selectOption('gRPC service (.proto)');
    const text = (service: string) =>
      Buffer.from(
        `syntax = "proto3"; package stock.v1; ${service} message Q { string id = 1; } message Item { string id = 1; }`,
      );
    const choose = (buffer: Buffer) =>
      tab.getByLabel('.proto files').setInputFiles([{ name: 'stock.proto', mimeType: 'text/plain', buffer }]);
    await choose(text('service S { rpc GetItem(Q) returns (Nothing); }'));
    await tab.getByLabel('Address of the service').fill('127.0.0.1:1');
    await tab.getByRole('button', { name: 'Check…' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Register stock' });
    await dialog.getByText('stock.proto').first().waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await choose(text('service S { rpc GetItem(Q) returns (Item); }'));
    await tab.getByRole('button', { name: 'Check…' }).click();
    await dialog.getByText('It can be served.').waitFor();
    await dialog.getByLabel('Reason').fill('shelves');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await heading(tab, 'stock');
    expect(await registry('/subgraphs/stock')).toMatchObject({
      source: 'registry',
      upstreams: { stock: { wire: 'grpc' } },
    });
    await tab.getByRole('button', { name: 'Unregister…' }).click();
    await tab.getByLabel('Reason').fill('empty');
    await tab.getByRole('dialog').getByRole('button', { name: 'Unregister' }).click();
    await heading(tab, 'Subgraphs');
    expect(complaints).toEqual([]);
    await close();
  });

  test('registers a subgraph: problems with their place and the way out, then the change, then the subgraph', async () => {
    const { tab, complaints, close } = await signedIn();
    await go(tab, 'Register');
    await tab.getByLabel('Name of the subgraph').fill('music');
    await tab.getByLabel('URL of its GraphQL service').fill(nowhere);
    const schema = tab.getByLabel('Schema (SDL)');
    await schema.fill(`${LINK}\ntype Query {\n  song: Missing }`);
    await tab.getByRole('button', { name: 'Check…' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Register music' });
    await dialog.getByText('music/schema.graphql:3:9').waitFor();
    await dialog.getByText('Unknown type "Missing".').waitFor();
    await dialog.getByText('Way out:').waitFor();
    expect(await dialog.getByLabel('Override the checks').isVisible()).toBe(false);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await schema.fill(`${LINK}\n"Songs ${MARKUP.replaceAll('"', "'")}"\ntype Query { song: String }`);
    await tab.getByRole('button', { name: 'Check…' }).click();
    await dialog.getByText('It can be served.').waitFor();
    await dialog.getByLabel('Reason').fill('songs');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await heading(tab, 'music');
    expect(await registry('/subgraphs/music')).toMatchObject({ version: 1, source: 'registry' });

    await tab.getByRole('button', { name: 'Unregister…' }).click();
    await tab.getByLabel('Reason').fill('silence');
    const unregister = tab.getByRole('dialog').getByRole('button', { name: 'Unregister' });
    await expect.poll(() => unregister.isEnabled()).toBe(true);
    await unregister.click();
    await heading(tab, 'Subgraphs');
    expect(await registry('/subgraphs/music')).toMatchObject({ errors: [{}] });
    expect(complaints).toEqual([]);
    await close();
  });

  test('says why a gateway is behind', async () => {
    writeFileSync(join(folder, 'news.graphql'), `${LINK} type Query { headline: String }`);
    const other = await startGatewayProcess([
      '--config',
      configOf('other.yaml', {
        users: { schema: 'users.graphql', url: users.url },
        news: { schema: 'news.graphql', url: nowhere },
      }),
    ]);
    try {
      await register('news', `${LINK} type Query { headline: String }`);
      await other.process.says(/cannot be served here/);
      const { tab, close } = await signedIn({ from: other });
      await heading(tab, 'This gateway is behind');
      const behind = await tab.locator('#behind').textContent();
      expect(await tab.getByRole('link', { name: 'Variants' }).isVisible()).toBe(false);
      expect(behind).toMatch(/It serves revision \d+; the newest one is \d+, /);
      expect(behind).toContain('"news"');
      await close();
    } finally {
      await other.stop();
    }
  });
});

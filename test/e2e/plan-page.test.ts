import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSubgraph } from '../execute/subgraph-server.ts';
import type { RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires", "@tag"])\n';
const SHOP = `${LINK} type Query { products(first: Int, word: String): [Product!]! }
  type Product @key(fields: "upc") { upc: ID! name: String price: Int @tag(name: "internal") weight: Int }`;
const STOCK = `${LINK} type Product @key(fields: "upc") {
  upc: ID! price: Int @external weight: Int @external shipping: Int @requires(fields: "price weight") left: Int }`;
const OPERATION = 'query Shop($s: Boolean!) { products(first: 3) { name shipping @include(if: $s) left } }';

let folder: string;
let subgraph: RunningSubgraph;
let gateway: GatewayProcess;

const VARIANTS = {
  partner: { exclude: ['internal'], at: [{ path: '/partner/graphql' }] },
  all: { at: [{ host: 'all.example' }] },
};

function configure(variants: object = {}): string {
  const config = join(folder, 'sluice.yaml');
  const subgraphs = {
    shop: { schema: 'shop.graphql', url: subgraph.url },
    stock: { schema: 'stock.graphql', url: 'http://127.0.0.1:1' },
  };
  const portal = { examples: [{ query: OPERATION, variables: { s: true } }] };
  const planner = { validate: 'log' };
  writeFileSync(
    config,
    JSON.stringify({ subgraphs, variants, portal, limits: { operationDepth: 5 }, planner }),
  );
  return config;
}

async function reloadWith(variants: object): Promise<void> {
  configure(variants);
  const before = gateway.log().length;
  process.kill(gateway.process.pid, 'SIGHUP');
  await expect
    .poll(
      () =>
        gateway
          .log()
          .slice(before)
          .map(({ message }) => message),
      { timeout: 20_000 },
    )
    .toContain('a new graph is served');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-plan-page-'));
  subgraph = await startSubgraph({
    name: 'shop',
    sdl: SHOP,
    resolvers: { Query: { products: () => [{ upc: '1', name: 'one' }] } },
  });
  writeFileSync(join(folder, 'shop.graphql'), SHOP);
  writeFileSync(join(folder, 'stock.graphql'), STOCK);
  gateway = await startGatewayProcess(['--config', configure()]);
});
afterAll(async () => {
  await gateway?.stop();
  await subgraph?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function post(question: object) {
  const response = await fetch(`${gateway.adminUrl}/plan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body };
}

describe('POST /plan on the admin port', () => {
  test('explains an operation of the graph that runs, and asks no subgraph', async () => {
    const { status, body } = await post({ operation: OPERATION, variables: { s: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      plan: { version: 1, kind: 'query' },
      findings: [],
      totalCalls: expect.any(Number),
    });
    expect(body['planText']).toContain('entities stock at products__0');
    expect(body['mermaid']).toContain('flowchart TD');
    expect(subgraph.requests).toEqual([]);
  });

  test('takes the operation that is named', async () => {
    const operation = 'query A { products { name } } query B { products { left } }';
    expect((await post({ operation, operationName: 'B' })).body['planText']).toContain('stock');
    expect(await post({ operation })).toMatchObject({
      status: 400,
      body: { problems: [{ code: 'OPERATION_RESOLUTION_FAILURE' }] },
    });
  });

  test('tells where an operation is wrong', async () => {
    expect(await post({ operation: '{\n  products { nam }\n}' })).toMatchObject({
      status: 400,
      body: { problems: [{ code: 'GRAPHQL_VALIDATION_FAILED', line: 2, column: 14 }] },
    });
  });

  test('has the limits of the endpoint for clients', async () => {
    const deep = `{ products { ${'... { '.repeat(3)}name${' }'.repeat(3)} } }`;
    expect((await post({ operation: deep })).status).toBe(200);
    const { status, body } = await post({ operation: '{ a { b { c { d { e { f } } } } } }' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ problems: [{ code: 'OPERATION_TOO_DEEP' }] });
  });

  test('explains against the graph that runs now', async () => {
    const operation = '{ products { name colour } }';
    expect((await post({ operation })).status).toBe(400);
    writeFileSync(join(folder, 'shop.graphql'), SHOP.replace('name: String', 'name: String colour: String'));
    process.kill(gateway.process.pid, 'SIGHUP');
    await gateway.process.says(/a new graph is served/);
    expect((await post({ operation })).status).toBe(200);
  });

  test('explains as for the clients of a variant that is served now', async () => {
    const [allowed, hidden] = ['{ products { name } }', '{ products { name price } }'];
    expect(await post({ operation: allowed, variant: 'partner' })).toMatchObject({
      status: 400,
      body: { problems: [{ code: 'VARIANT_UNKNOWN', message: 'There is no variant "partner".' }] },
    });
    await reloadWith(VARIANTS);
    expect((await post({ operation: allowed, variant: 'partner' })).status).toBe(200);
    expect((await post({ operation: hidden, variant: 'all' })).status).toBe(200);
    expect(await post({ operation: hidden, variant: 'partner' })).toMatchObject({
      status: 400,
      body: { problems: [{ message: expect.stringContaining('The variant "partner" hides it') }] },
    });
    expect(await post({ operation: hidden, variant: 'partnr' })).toMatchObject({
      status: 400,
      body: { problems: [{ message: 'There is no variant "partnr". Did you mean "partner"?' }] },
    });
    await reloadWith({});
  });

  test('does not exist for clients', async () => {
    expect((await fetch(`${gateway.url}/plan`)).status).toBe(404);
  });
});

test('plans of operations that run are checked and counted, if so configured', async () => {
  await gateway.data('{ products { name } }');
  expect(await gateway.metric('sluice_plans_checked_total', { outcome: 'ok' })).toBe(1);
  await gateway.data('{ products { name } }');
  expect(await gateway.metric('sluice_plans_checked_total', { outcome: 'ok' })).toBe(1);
  expect(await gateway.metric('sluice_plans_checked_total', { outcome: 'findings' })).toBeUndefined();
});

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (chromiumPath === undefined)
  console.warn('skipped: the page in a browser, because there is no Chromium (apt install chromium)');

describe.skipIf(chromiumPath === undefined)('the page /plan in a browser', () => {
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

  async function open(width: number, height: number) {
    const isMobile = width < 700;
    const context = await browser.newContext({ viewport: { width, height }, isMobile, hasTouch: isMobile });
    const tab = await context.newPage();
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    tab.on('request', (request) => {
      if (!request.url().startsWith(gateway.adminUrl) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('400')) complaints.push(message.text());
    });
    await tab.goto(`${gateway.adminUrl}/`);
    await tab.getByRole('link', { name: '/plan' }).click();
    return { tab, elsewhere, complaints, close: () => context.close() };
  }

  const widthOf = (tab: Page) => tab.evaluate('document.documentElement.scrollWidth');

  test.each([
    { name: 'a phone', width: 390, height: 844 },
    { name: 'a desktop', width: 1440, height: 900 },
  ])(
    'draws a plan on $name, with nothing beyond the edge and nothing from elsewhere',
    async ({ width, height }) => {
      const { tab, elsewhere, complaints, close } = await open(width, height);
      expect(await tab.getByLabel('GraphQL document').inputValue()).toBe(OPERATION);
      await tab.getByRole('button', { name: 'Explain' }).click();
      await tab.getByText('No faults found in the plan').waitFor();
      expect(await tab.getByRole('status').textContent()).toMatch(
        /^\d steps in 2 stages, at most \d+ backend/,
      );
      await expect
        .poll(async () => (await tab.getByRole('status').boundingBox())!.y)
        .toBeLessThan(height / 2);
      const boxes = tab.locator('.step');
      const [first, second] = [(await boxes.nth(0).boundingBox())!, (await boxes.nth(1).boundingBox())!];
      expect(second.y).toBeGreaterThanOrEqual(first.y + first.height);
      expect(first.x + first.width).toBeLessThanOrEqual(width);
      expect(await boxes.nth(1).textContent()).toContain('Product { upc');
      expect(await tab.locator('#diagram path[marker-end]').count()).toBe((await boxes.count()) - 1);
      await tab.getByText('JSON', { exact: true }).click();
      expect(JSON.parse((await tab.locator('#json pre').textContent())!)).toMatchObject({ version: 1 });
      await tab.getByText('Mermaid', { exact: true }).click();
      expect(await tab.locator('#mermaid pre').textContent()).toContain('flowchart TD');
      expect(await widthOf(tab)).toBe(width);
      expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
      await close();
    },
  );

  test('is used with the keyboard alone, and leads to the place of a problem', async () => {
    const { tab, complaints, close } = await open(1440, 900);
    const document = tab.getByLabel('GraphQL document');
    await document.fill('{\n  products { nam }\n}');
    await document.press('Control+Enter');
    const place = tab.getByRole('button', { name: '2:14' });
    await place.waitFor();
    expect(await tab.getByRole('status').textContent()).toBe('No plan: 1 problem.');
    await place.press('Enter');
    const selected = 'document.activeElement.value.slice(document.activeElement.selectionStart).slice(0, 3)';
    expect(await tab.evaluate(selected)).toBe('nam');
    await tab.getByLabel('Variables (JSON)').fill('{');
    await document.press('Control+Enter');
    await tab.getByText('The variables are not JSON').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('has a choice of variants if there are any, and shows what the chosen one hides', async () => {
    const without = await open(1440, 900);
    await without.tab.getByRole('button', { name: 'Explain' }).waitFor();
    expect(await without.tab.getByLabel('Variant').isVisible()).toBe(false);
    await without.close();
    await reloadWith(VARIANTS);
    for (const [width, height] of [
      [390, 844],
      [1440, 900],
    ] as const) {
      const { tab, complaints, close } = await open(width, height);
      const variant = tab.getByLabel('Variant');
      expect(await variant.locator('option').allTextContents()).toEqual(['the main graph', 'partner', 'all']);
      await tab.getByLabel('GraphQL document').fill('{ products { name price } }');
      await tab.getByRole('button', { name: 'Explain' }).click();
      await tab.getByText('No faults found in the plan').waitFor();
      await variant.selectOption('partner');
      await tab.getByText('The variant "partner" hides it; the main graph has it.').waitFor();
      await variant.selectOption('all');
      await tab.getByText('No faults found in the plan').waitFor();
      expect(await widthOf(tab)).toBe(width);
      expect(complaints).toEqual([]);
      await close();
    }
    await reloadWith({});
  });

  test('shows what a person writes as text', async () => {
    const { tab, complaints, close } = await open(1440, 900);
    await tab
      .getByLabel('GraphQL document')
      .fill('{ products { x: name } a: products(word: "<img src=x>") { upc } }');
    await tab.getByRole('button', { name: 'Explain' }).click();
    await tab.locator('#diagram').getByText('<img src=x>').waitFor();
    expect(await tab.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

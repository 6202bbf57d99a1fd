import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addReview } from '../../examples/plain/src/orders.ts';
import { type Demo, startDemo } from '../e2e/demo.ts';
import { projectRoot, type RunningProcess, startProcess } from '../e2e/processes.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

describe('examples/plain', () => {
  test('prints the orders of users, with their products', async () => {
    const process = startProcess(['examples/plain/src/main.ts', `${demo.gateway.url}/graphql`]);
    const { code } = await process.ended;
    expect(code, process.stderr()).toBe(0);
    expect(process.stdout()).toMatch(/^.+: \S+ [A-Z]+ [\d.]+ [A-Z]{3}: \d+ × .+/m);
  });

  test('writes a review, and sends the text of the operation once only', async () => {
    const endpoint = { url: `${demo.gateway.url}/graphql` };
    const sent: object[] = [];
    const fetchThere = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      sent.push(JSON.parse(init?.body as string) as object);
      return fetchThere(input, init);
    };
    try {
      const { data } = await demo.gateway.ask(
        '{ searchProducts(first: 1) { nodes { sku } } users(first: 1) { nodes { id name } } }',
      );
      const { searchProducts, users } = data as {
        searchProducts: { nodes: { sku: string }[] };
        users: { nodes: { id: string; name: string }[] };
      };
      sent.length = 0;
      const review = { author: users.nodes[0]!.id, stars: 5, body: 'Good.' };
      const sku = searchProducts.nodes[0]!.sku;
      expect(await addReview(endpoint, sku, review)).toBe(`${users.nodes[0]!.name}: 5 stars`);
      expect(await addReview(endpoint, sku, review)).toBe(`${users.nodes[0]!.name}: 5 stars`);
    } finally {
      globalThis.fetch = fetchThere;
    }
    expect(sent.map((body) => 'query' in body)).toEqual([false, true, false]);
  });
});

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (browserPath === undefined)
  console.warn('skipped: the web client in a browser, because there is no Chromium (apt install chromium)');

describe('examples/web', () => {
  const web = join(projectRoot, 'examples/web');
  const vite = join(projectRoot, 'node_modules/vite/bin/vite.js');
  let out: string;
  let server: RunningProcess | undefined;
  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'sluice-web-'));
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(out, { recursive: true, force: true });
  });

  test('is built', async () => {
    const build = startProcess([vite, 'build', '--outDir', out, '--emptyOutDir'], { cwd: web });
    expect((await build.ended).code, build.stderr()).toBe(0);
    expect(existsSync(join(out, 'index.html'))).toBe(true);
  });

  test.skipIf(browserPath === undefined)(
    'shows users with their orders and products, on a desktop and on a phone, page by page',
    async () => {
      server = startProcess([vite, 'preview', '--outDir', out, '--host', '127.0.0.1', '--port', '0'], {
        cwd: web,
        env: { GATEWAY_URL: demo.gateway.url, NO_COLOR: '1' },
      });
      const [, url] = await server.says(/(http:\/\/127\.0\.0\.1:\d+)/);
      const browser = await chromium.launch({
        executablePath: browserPath!,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
      });
      try {
        for (const width of [1280, 390]) {
          const page = await browser.newPage({ viewport: { width, height: 800 } });
          const complaints: string[] = [];
          page.on('pageerror', ({ message }) => complaints.push(message));
          page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
          await page.goto(url!);
          await page.locator('article').first().waitFor();
          expect(await page.locator('article').count()).toBe(10);
          expect(await page.locator('li').first().textContent()).toMatch(/^\d+ × .+/);
          const first = await page.locator('h2').first().textContent();
          await page.getByRole('button', { name: 'Next users' }).click();
          await page.getByRole('button', { name: 'First users' }).and(page.locator(':enabled')).waitFor();
          await page.locator('article').first().waitFor();
          expect(await page.locator('h2').first().textContent()).not.toBe(first);
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
          expect(complaints).toEqual([]);
          await page.close();
        }
      } finally {
        await browser.close();
      }
    },
  );
});

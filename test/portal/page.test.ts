import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { buildSchema, graphqlSync } from 'graphql';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_EXAMPLES } from '../../gateway/portal/examples.ts';
import { renderPage } from '../../gateway/portal/page.ts';

const options = { title: 'A <b>graph</b>', examples: DEMO_EXAMPLES };

describe('the page', () => {
  test('is made once', () => {
    expect(renderPage(options)).toBe(renderPage(options));
  });

  test('is the same, compressed', () => {
    const { html, gzip } = renderPage(options);
    expect(gunzipSync(gzip).equals(html)).toBe(true);
    expect(gzip.length).toBeLessThan(html.length / 3);
  });

  test('shows its title as text', () => {
    expect(renderPage(options).html.toString()).toContain('<title>A &lt;b&gt;graph&lt;/b&gt;</title>');
  });

  test('cannot be broken out of by an example', () => {
    const query = '{ a } # </script><script>alert(1)</script>';
    const html = renderPage({ title: 't', examples: [{ query, variables: {} }] }).html.toString();
    expect(html).not.toContain('<script>alert(1)');
  });
});

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (chromiumPath === undefined)
  console.warn('skipped: the page in a browser, because there is no Chromium (apt install chromium)');

describe.skipIf(chromiumPath === undefined)('the page in a browser', () => {
  const schema = buildSchema('type Query { hello(name: String = "you"): String! }');
  const examples = [
    { query: 'query Hello { hello }', variables: {} },
    { query: 'query HelloSomeone($name: String) { hello(name: $name) }', variables: { name: 'Ada' } },
  ];
  const page = renderPage({ title: 'Sluice', examples });
  let server: Server;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url !== '/graphql') {
        response.writeHead(200, { ...page.headers, 'content-encoding': 'gzip' }).end(page.gzip);
        return;
      }
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { query, variables } = JSON.parse(body) as {
          query: string;
          variables: Record<string, unknown>;
        };
        const rootValue = { hello: ({ name }: { name: string }) => `Hello ${name}` };
        const answer = graphqlSync({ schema, source: query, rootValue, variableValues: variables });
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each([
    { name: 'a phone', width: 390, height: 844 },
    { name: 'a desktop', width: 1440, height: 900 },
  ])('runs an example on $name, and asks nobody but its own origin', async ({ width, height }) => {
    const context = await browser.newContext({
      viewport: { width, height },
      isMobile: width < 700,
      hasTouch: width < 700,
    });
    const tab = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    tab.on('request', (request) => requests.push(request.url()));
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(error.message));
    const introspection = tab.waitForResponse(`${origin}/graphql`);
    await tab.goto(origin);
    await introspection;
    await tab.getByText('HelloSomeone', { exact: true }).click();
    const answer = tab.locator('.graphiql-response');
    // GraphiQL takes up what is in its editors a moment after it shows it, so a hasty first run may miss the variables.
    await expect
      .poll(
        async () => {
          await tab.click('.graphiql-execute-button');
          return answer.textContent();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toMatch(/Hello\sAda/);

    const box = (await answer.boundingBox())!;
    expect(box.width).toBeGreaterThan(width < 700 ? width * 0.9 : width * 0.3);
    expect(box.height).toBeGreaterThan(250);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await tab.title()).toBe('Sluice');
    expect(complaints).toEqual([]);
    const elsewhere = requests.filter((url) => !url.startsWith(origin) && !/^(?:blob|data):/.test(url));
    expect(elsewhere).toEqual([]);
    expect(requests).toContain(`${origin}/graphql`);
    await context.close();
  });
});

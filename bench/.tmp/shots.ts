import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startSubgraph } from '../../test/execute/subgraph-server.ts';
import { startGatewayProcess } from '../../test/e2e/gateway-process.ts';
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const folder = mkdtempSync(join(tmpdir(), 'shots-'));
const USERS = `${LINK}\n\ntype Query { users: [User!]! }\n\n"""A person <b>with</b> markup."""\ntype User @key(fields: "id") { id: ID! name: String! }\n`;
const users = await startSubgraph({ name: 'users', sdl: USERS, resolvers: { Query: { users: () => [{ id: '1', name: 'Ada' }] } } });
const ratings = (f: string) => `${LINK}\n\ntype Query {\n  best: User\n}\n\ntype User @key(fields: "id") {\n  id: ID!\n  ${f}\n}\n`;
const subgraphs: Record<string, object> = { users: { schema: 'users.graphql', url: users.url } };
writeFileSync(join(folder, 'users.graphql'), USERS);
for (let i = 0; i < 96; i++) { const n = i === 5 ? 'a-service-with-a-rather-long-name-from-the-department-of-long-names' : `service-${i}`;
  writeFileSync(join(folder, `${n}.graphql`), `${LINK}\n\ntype Query { thing${i}: Thing${i} }\n\n"Thing number ${i}."\ntype Thing${i} @key(fields: "id") { id: ID! weight: Int @deprecated(reason: "Use mass.") mass: Float }\n`);
  subgraphs[n] = { schema: `${n}.graphql`, url: i % 3 ? users.url : 'http://127.0.0.1:1' }; }
const config = join(folder, 'sluice.yaml');
writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs }));
const gateway = await startGatewayProcess(['--config', config]);
console.log(gateway.process.stderr?.());
const token = readFileSync(join(folder, '.sluice/admin-token'), 'utf8').trim();
const api = async (method: string, path: string, body?: object) => { const r = await fetch(`${gateway.adminUrl}/registry${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) }); return r.json() as any; };
const url = 'http://ratings-of-things-and-people.internal.example.com:4000/graphql/with/a/long/path';
const out = async (p: Promise<any>) => { const r = await p; console.log(r.outcome, (r.problems ?? []).slice(0, 2)); };
await out(api('PUT', '/subgraphs/reviews', { sdl: ratings('rating: Int!\n  stars: Int! @deprecated(reason: "Use rating.")'), url, reason: 'stars for everybody', author: 'Ada <ada@example.com>' }));
await out(api('PUT', '/subgraphs/the-inventory-of-all-warehouses-in-every-country-of-the-world', { sdl: `${LINK}\ntype Query { stock: Int }`, url, reason: 'A reason with <img src=x onerror=alert(1)> in it, and rather long, so that it takes more than one line on every screen that there is. '.repeat(2) }));
const q = async (query: string, client: string) => { await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'apollographql-client-name': client, 'apollographql-client-version': '1.4.2' }, body: JSON.stringify({ query }) }); };
for (let i = 0; i < 12; i++) { await q('query Best { best { id stars rating } }', i % 2 ? 'web' : 'a-phone-application-with-a-long-name'); await q('query Users { users { id name } }', 'web'); await q(`query ThingsOfTheDay { thing3 { weight } }`, 'partner'); await q(`{ thing1 { id } }`, ''); }
await out(api('PUT', '/subgraphs/reviews', { sdl: ratings('rating: Int!'), url, reason: 'no stars' }));
await out(api('PUT', '/subgraphs/reviews', { sdl: ratings('rating: Int!\n  comments(first: Int = 10): [String!]! }\n type Broken { x: Missing }\ntype X {x: Int'), url, reason: 'wrong' }));
await out(api('PUT', '/subgraphs/reviews', { sdl: ratings('rating: Int!'), url, force: true, reason: 'no stars, really', author: 'bob' }));
await out(api('PUT', '/subgraphs/reviews', { sdl: ratings('rating: Float!\n  comments(first: Int = 10): [String!]!'), url, reason: 'comments', author: 'ada', force: true }));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'] });
const dir = process.env.SHOTS!;
for (const [w, h, scheme] of [[1440, 900, 'light'], [390, 844, 'dark'], [390, 844, 'light'], [1440, 900, 'dark']] as const) {
  const context = await browser.newContext({ viewport: { width: w, height: h }, colorScheme: scheme, isMobile: w < 700, hasTouch: w < 700 });
  const tab = await context.newPage();
  tab.on('pageerror', (e) => console.log('PAGEERROR', e.message, e.stack));
  tab.on('console', (m) => { if (m.type() === 'error') console.log('CONSOLE', m.text()); });
  const shot = async (name: string, fullPage = false) => { await tab.waitForTimeout(300); const sw = await tab.evaluate('document.documentElement.scrollWidth'); if (sw !== w) console.log('OVERFLOW', name, w, sw); await tab.screenshot({ path: `${dir}/${name}-${w}-${scheme}.png`, fullPage }); };
  await tab.goto(`${gateway.adminUrl}/graph`); await shot('signin');
  await tab.goto(`${gateway.adminUrl}/graph#token=${token}`); await tab.reload(); await tab.waitForSelector('#view table'); console.log(tab.url()); await shot('subgraphs');
  for (const [name, hash, full] of [['subgraph', 'subgraphs/reviews', true], ['schema', 'schema', false], ['changes', 'changes', true], ['diff', 'changes/1..4', true], ['history', 'history', true], ['usage', 'usage', true], ['register', 'register', false]] as const) {
    await tab.evaluate(`location.hash = '#${hash}'`); await tab.waitForTimeout(500); await shot(name, full); }
  await tab.evaluate(`location.hash = '#schema'`); await tab.waitForTimeout(400); await tab.getByRole('searchbox').fill('Thing5'); await shot('search');
  await tab.evaluate(`location.hash = '#history'`); await tab.waitForTimeout(400);
  await tab.getByRole('button', { name: 'Roll back to revision 2…' }).click(); await tab.waitForTimeout(2500); await shot('rollback');
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Roll back to revision 3…' }).click(); await tab.waitForTimeout(2500); await shot('rollback3');
  await context.close();
}
await browser.close(); await gateway.stop(); await users.close(); rmSync(folder, { recursive: true, force: true });

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Attack, type HostileGraph, ITEMS, send, sendJson, startHostileGraph } from './hostile-graph.ts';

const MEGABYTE = 1024 * 1024;

let graph: HostileGraph;
beforeAll(async () => {
  graph = await startHostileGraph();
});
afterAll(() => graph?.stop());

/** The process is the same one and answers right. */
afterEach(async () => {
  graph.makePeace();
  expect(await graph.gateway.data('{ items { name left } fine }')).toEqual({
    items: ITEMS.map(({ id, name }) => ({ name, left: Number(id) * 10 })),
    fine: 'fine',
  });
  expect(graph.complaints()).toEqual([]);
});

const BAD = 'UPSTREAM_BAD_RESPONSE';
const LARGE = 'UPSTREAM_RESPONSE_TOO_LARGE';
const GONE = 'UPSTREAM_UNAVAILABLE';
const FAILED = 'UPSTREAM_ERROR';

/** `path code`, sorted. */
const told = (errors: readonly { path?: readonly unknown[]; extensions: { code: string } }[] | undefined) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join('.') ?? ''} ${extensions.code}`).sort();

/** Whoever asks it for whatever gets null with this code at the field, and everything else. */
async function isRefused(attack: Attack, code: string): Promise<void> {
  const { gateway, subgraphs } = graph;
  subgraphs.shop.attack = attack;
  const root = await gateway.ask('{ items { id left } mine: top { name } fine }');
  expect(root.data).toEqual({ items: null, mine: null, fine: 'fine' });
  expect(told(root.errors)).toEqual([`items ${code}`, `mine ${code}`]);
  expect(root.errors![0]!.extensions).toMatchObject({ service: 'shop' });

  subgraphs.shop.attack = undefined;
  subgraphs.stock.attack = attack;
  const entities = await gateway.ask('{ items { id shelf } fine }');
  expect(entities.data).toEqual({ items: ITEMS.map(({ id }) => ({ id, shelf: null })), fine: 'fine' });
  expect(told(entities.errors)).toEqual(ITEMS.map((_, index) => `items.${index}.shelf ${code}`));
  expect(entities.errors![0]!.extensions).toMatchObject({ service: 'stock', subgraph: 'stock' });

  const joint = await gateway.ask('{ items { shelf } top { id tags maker { country } } fine }');
  expect(joint.data).toEqual({
    items: ITEMS.map(() => ({ shelf: null })),
    top: { id: '1', tags: null, maker: { country: null } },
    fine: 'fine',
  });
  expect(told(joint.errors)).toEqual([
    ...ITEMS.map((_, index) => `items.${index}.shelf ${code}`),
    `top.maker.country ${code}`,
    `top.tags ${code}`,
  ]);
}

/** As fast as it is taken, until nobody takes it. */
const endless: Attack = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":{"items":[');
  const chunk = '{"id":"1"},'.repeat(8192);
  const more = (): void => {
    while (!response.destroyed) if (!response.write(chunk)) return;
  };
  response.on('drain', more);
  more();
};

/** A byte whenever the last one has been taken, for ever. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const next = (): void => void (response.destroyed || response.write(' ', () => setTimeout(next, 10)));
  next();
}

const raw =
  (text: string): Attack =>
  (_, __, request) =>
    void request.socket.write(text);

describe('an answer that is none is an error with code and path, the rest of the data stays', () => {
  test.each<[string, string, Attack]>([
    [
      'status 500 with a page',
      FAILED,
      send('<h1>at /srv/app.ts:1:2</h1>', { 'content-type': 'text/html' }, 500),
    ],
    ['status 500 with JSON of its own', FAILED, send('{"error":"at /srv/app.ts:1:2"}', {}, 500)],
    ['status 503', GONE, send('', {}, 503)],
    ['status 404', 'NOT_FOUND', send('nothing here', { 'content-type': 'text/plain' }, 404)],
    ['a redirect', FAILED, send('', { location: 'http://169.254.169.254/' }, 302)],
    ['HTML', BAD, send('<html></html>', { 'content-type': 'text/html' })],
    ['no content type', BAD, (response) => void response.writeHead(200).end('{"data":{}}')],
    ['nothing', BAD, send('')],
    ['status 204', BAD, (response) => void response.writeHead(204).end()],
    ['half of it', BAD, send('{"data":{"items":[{"id":"1"},')],
    ['more after it', BAD, send('{"data":{"items":[]}}{"data":{}}')],
    [
      'text that is not UTF-8',
      BAD,
      send(Buffer.from('{"data":{"items":[{"id":"\xff\xfe","name":"x"}]}}', 'latin1')),
    ],
    ['a gzip bomb', LARGE, send(gzipSync(Buffer.alloc(100 * MEGABYTE, ' ')), { 'content-encoding': 'gzip' })],
    ['gzip that is none', BAD, send('{"data":{}}', { 'content-encoding': 'gzip' })],
    [
      'gzip that ends too early',
      BAD,
      send(gzipSync('{"data":{}}').subarray(0, 20), { 'content-encoding': 'gzip' }),
    ],
    ['gzip in gzip in gzip', BAD, send('x', { 'content-encoding': 'gzip, gzip, gzip' })],
    [
      'an announcement of 4 GB',
      LARGE,
      (response) => void response.writeHead(200, { 'content-length': 2 ** 32 }).write('{'),
    ],
    [
      'a broken connection',
      GONE,
      (response) =>
        void response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
    ],
    ['a closed connection', GONE, (_, __, request) => void request.socket.destroy()],
    ['a reset connection', GONE, (_, __, request) => void request.socket.resetAndDestroy()],
    ['something that is not HTTP', BAD, raw('SSH-2.0-x\r\n\r\n')],
    ['a megabyte of headers', BAD, raw(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(200_000)}`)],
    [
      'another protocol',
      GONE,
      raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
    ['a list', BAD, send('[]')],
    ['a number', BAD, send('1')],
    ['null', BAD, send('null')],
    ['an empty object', BAD, send('{}')],
    ['no data and no errors', BAD, send('{"data":null}')],
    ['an empty list of errors', BAD, send('{"errors":[]}')],
    ['data that is a list', BAD, send('{"data":[]}')],
    ['data that is a number', BAD, send('{"data":1}')],
    ['errors that are no list', BAD, send('{"data":null,"errors":{}}')],
    ['errors that are texts', BAD, send('{"errors":["x"]}')],
    ['a million brackets', BAD, send('['.repeat(1e6))],
    ['a million pairs of brackets', BAD, send('['.repeat(1e6) + ']'.repeat(1e6))],
    ['a million lists in each other for data', BAD, send(`{"data":${'['.repeat(1e6)}${']'.repeat(1e6)}}`)],
  ])('%s', (_, code, attack) => isRefused(attack, code));

  test('an endless one, which is cut at the limit and its connection closed', async () => {
    const closed: Promise<void>[] = [];
    await isRefused((response, asked, request) => {
      closed.push(new Promise((resolve) => response.once('close', () => resolve())));
      endless(response, asked, request);
    }, LARGE);
    expect(closed).toHaveLength(3);
    await Promise.all(closed);
  });

  test.each<[string, Attack]>([
    ['one that drips', (response) => drip(response)],
    ['one that never begins', () => undefined],
    ['one that stops after the headers', (response) => response.writeHead(200).flushHeaders()],
  ])('%s, which is ended by the time-out of the attempt and its connection closed', async (_, attack) => {
    const closed: Promise<void>[] = [];
    graph.subgraphs.slow.attack = (response, asked, request) => {
      closed.push(new Promise((resolve) => response.once('close', () => resolve())));
      return attack(response, asked, request);
    };
    const { data, errors } = await graph.gateway.ask('{ slow items { id late } fine }');
    expect(data).toEqual({ slow: null, items: ITEMS.map(({ id }) => ({ id, late: null })), fine: 'fine' });
    expect(told(errors)).toEqual([
      ...ITEMS.map((_, index) => `items.${index}.late UPSTREAM_TIMEOUT`),
      'slow UPSTREAM_TIMEOUT',
    ]);
    expect(closed).toHaveLength(2);
    await Promise.all(closed);
  });

  test("two answers on one connection: the second is nobody's", async () => {
    const answer = (name: string) => {
      const body = JSON.stringify({ data: { top: { name } } });
      return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    };
    graph.subgraphs.shop.attack = raw(answer('first') + answer('second'));
    expect(await graph.gateway.data('{ top { name } }')).toEqual({ top: { name: 'first' } });
    graph.makePeace();
    expect(await graph.gateway.data('{ top { name } }')).toEqual({ top: { name: 'Item 1' } });
  });
});

describe('a subgraph', () => {
  test('that is down is told, and asked again when it is up', async () => {
    await graph.subgraphs.stock.goDown();
    const { data, errors } = await graph.gateway.ask('{ top { name shelf } }');
    expect(data).toEqual({ top: { name: 'Item 1', shelf: null } });
    expect(told(errors)).toEqual([`top.shelf ${GONE}`]);
    await graph.subgraphs.stock.goUp();
    expect(await graph.gateway.data('{ top { name shelf } }')).toEqual({
      top: { name: 'Item 1', shelf: 'Shelf 1' },
    });
  });

  test('that is asked for a client that has gone is told so, and may answer whenever it likes', async () => {
    const client = new AbortController();
    const left = new Promise<void>((resolve) => {
      graph.subgraphs.stock.attack = (response, asked, request) => {
        response.once('close', () => {
          sendJson({ data: { _entities: [] } })(response, asked, request);
          resolve();
        });
        client.abort();
      };
    });
    await expect(graph.gateway.ask('{ items { tags } }', { signal: client.signal })).rejects.toThrow('abort');
    await left;
  });
});

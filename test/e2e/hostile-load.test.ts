import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aliasOf,
  type Asked,
  type Attack,
  HONEST,
  type HostileGraph,
  ITEMS,
  send,
  sendJson,
  startHostileGraph,
} from './hostile-graph.ts';

const MEGABYTE = 1024 * 1024;

let graph: HostileGraph;
beforeAll(async () => {
  // What it kept of the answers below would not fit.
  graph = await startHostileGraph({ coalesce: false }, '--max-old-space-size=192');
});
afterAll(() => graph?.stop());

const itemsOf = (count: number, own: (n: number) => object): string =>
  JSON.stringify({
    data: {
      items: Array.from({ length: count }, (_, n) => ({ __typename: 'Item', id: String(n), ...own(n) })),
    },
  });

async function textOf(query: string): Promise<string> {
  const response = await fetch(`${graph.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

describe('an answer of 10 MB', () => {
  test('arrives whole and right, however often, in a heap that does not hold them', async () => {
    const name = 'ä"\\\u2028'.repeat(1000);
    const body = itemsOf(1100, (n) => ({ name: name + n }));
    expect(Buffer.byteLength(body)).toBeGreaterThan(9 * MEGABYTE);
    graph.subgraphs.shop.attack = send(body);
    const expected = JSON.stringify({
      data: { items: Array.from({ length: 1100 }, (_, n) => ({ id: String(n), name: name + n })) },
    });
    for (let round = 0; round < 12; round++)
      expect((await textOf('{ items { id name } }')).trim() === expected).toBe(true);
    graph.makePeace();
  });

  test('may have 100,000 entities to join, each with its own', async () => {
    const maker = { __typename: 'Maker', id: 'm' };
    graph.subgraphs.shop.attack = send(itemsOf(100_000, (n) => ({ name: `Item ${n}`, maker })));
    graph.subgraphs.stock.attack = (response, asked, request) => {
      const number = aliasOf(asked.query, 'shelf');
      const data = {
        [`_e${number}`]: shelves(asked, `representations_${number}`),
        [`_e${1 - number}`]: [{ country: 'FR' }],
      };
      return sendJson({ data })(response, asked, request);
    };
    const expected = JSON.stringify({
      data: {
        items: Array.from({ length: 100_000 }, (_, n) => ({
          id: String(n),
          shelf: `Shelf ${n}`,
          maker: { country: 'FR' },
        })),
      },
    });
    for (let round = 0; round < 2; round++)
      expect((await textOf('{ items { id shelf maker { country } } }')).trim() === expected).toBe(true);
    graph.makePeace();
  });

  const shelves = ({ variables }: Asked, list: string) =>
    (variables![list] as { id: string }[]).map(({ id }) => ({ shelf: `Shelf ${id}` }));
});

describe('an operation', () => {
  test('as deep as the limit is answered, one level deeper is refused', async () => {
    const deep = (levels: number) =>
      `{ loop ${'{ next '.repeat(levels - 2)} { n } ${'}'.repeat(levels - 2)} }`;
    let { loop } = await graph.gateway.data(deep(20));
    for (let level = 2; level < 20; level++) loop = loop.next;
    expect(loop).toEqual({ n: 1 });
    const { errors } = await graph.gateway.ask(deep(21));
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_DEEP' } }]);
  });

  test('may have 1,000 fields of an entity, and 200 names for one field', async () => {
    const notes = Array.from({ length: 1000 }, (_, n) => `n${n}: note(n: ${n})`);
    const { items } = await graph.gateway.data(`{ items { id ${notes.join(' ')} } }`);
    for (const item of items)
      expect(item).toEqual({
        id: item.id,
        ...Object.fromEntries(notes.map((_, n) => [`n${n}`, `${item.id}/${n}`])),
      });
    const names = Array.from({ length: 200 }, (_, n) => `s${n}`);
    const { top } = await graph.gateway.data(
      `{ top { ${names.map((name) => `${name}: shelf`).join(' ')} } }`,
    );
    expect(top).toEqual(Object.fromEntries(names.map((name) => [name, 'Shelf 1'])));
  });
});

/** In turn for requests that ask for tags; all others are answered right. */
function attacks(): Attack {
  const bomb = gzipSync(Buffer.alloc(11 * MEGABYTE, ' '));
  const endless = Buffer.alloc(MEGABYTE, ' ');
  const many = JSON.stringify({
    data: null,
    errors: Array.from({ length: 100_000 }, () => ({ message: 'x' })),
  });
  const all: Attack[] = [
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed) if (!response.write(endless)) return;
      };
      response.on('drain', more);
      more();
    },
    send(bomb, { 'content-encoding': 'gzip' }),
    send(many),
    send('['.repeat(100_000)),
    send('<html></html>', { 'content-type': 'text/html' }),
    (_, __, request) => void request.socket.resetAndDestroy(),
    (response) => void response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
    send(`{"data":{"_entities":[{"tags":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}}`),
    sendJson({ data: { _entities: [{ tags: 'x'.repeat(MEGABYTE) }] } }),
    (_, __, request) => void request.socket.write('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'),
  ];
  let turn = 0;
  return (response, asked, request) =>
    asked.query.includes('tags') ? all[turn++ % all.length]!(response, asked, request) : HONEST;
}

test('50 attacks at a time leave 50 good answers alone, and nothing behind', async () => {
  const { gateway, subgraphs } = graph;
  subgraphs.stock.attack = attacks();
  const round = () =>
    Promise.all(
      Array.from({ length: 50 }, async () => {
        const [bad, good] = await Promise.all([
          gateway.ask('{ top { id tags } fine }'),
          gateway.data('{ items { id left shelf maker { country } } about { motto } fine }'),
        ]);
        expect(bad.data).toEqual({ top: { id: '1', tags: null }, fine: 'fine' });
        expect(bad.errors!.length).toBeGreaterThan(0);
        for (const { extensions } of bad.errors!) expect(extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
        expect(good).toEqual({
          items: ITEMS.map(({ id }) => ({
            id,
            left: Number(id) * 10,
            shelf: `Shelf ${id}`,
            maker: { country: 'GB' },
          })),
          about: { motto: 'Always full' },
          fine: 'fine',
        });
      }),
    );
  const handles = () => gateway.metric('nodejs_active_resources_total');
  for (let warmUp = 0; warmUp < 2; warmUp++) await round();
  const before = { bytes: gateway.residentBytes(), handles: await handles() };
  for (let again = 0; again < 4; again++) await round();
  // Four rounds read 300 MB of attacks; the rest is what a collector may leave for later.
  expect(gateway.residentBytes() - before.bytes).toBeLessThan(150 * MEGABYTE);
  expect((await handles())! - before.handles!).toBeLessThan(100);
  graph.makePeace();
  expect(await gateway.data('{ top { tags } }')).toEqual({ top: { tags: ['tag 1'] } });
  expect(graph.complaints()).toEqual([]);
});

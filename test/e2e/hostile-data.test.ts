import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './client.ts';
import {
  aliasOf,
  type Attack,
  type HostileGraph,
  ITEMS,
  send,
  sendJson,
  startHostileGraph,
} from './hostile-graph.ts';

let graph: HostileGraph;
beforeAll(async () => {
  graph = await startHostileGraph();
});
afterAll(() => graph?.stop());

afterEach(async () => {
  graph.makePeace();
  expect(await graph.gateway.data('{ top { name left } fine }')).toEqual({
    top: { name: 'Item 1', left: 10 },
    fine: 'fine',
  });
  expect(graph.complaints()).toEqual([]);
});

const BAD = 'UPSTREAM_BAD_RESPONSE';
const LEVELS = 100_000;
const nested = (inside: string) => '['.repeat(LEVELS) + inside + ']'.repeat(LEVELS);
const nestedObject = '{"a":'.repeat(LEVELS) + '1' + '}'.repeat(LEVELS);

/** What the client gets of a query while one subgraph attacks. */
function ask(subgraph: 'shop' | 'stock', attack: Attack, query: string): Promise<Answer> {
  graph.subgraphs[subgraph].attack = attack;
  return graph.gateway.ask(query);
}

/** `path code`. */
const told = ({ errors }: Answer) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join('.') ?? ''} ${extensions.code}`);
const messages = ({ errors }: Answer) =>
  (errors ?? []).map(({ message, path }) => `${path?.join('.') ?? ''} ${message}`);

describe('a value of a wrong type is an error at its place, and null there', () => {
  const item = (own: object) => ({ top: { ...ITEMS[0], ...own } });
  test.each<[string, object, string, unknown, string]>([
    ['an object for a list', { items: {} }, 'items { id shelf }', null, 'items'],
    ['a number for a list', { items: 1 }, 'items { id shelf }', null, 'items'],
    ['a list for an object', { top: [ITEMS[0]] }, 'top { id shelf }', null, 'top'],
    ['a number for an object', { top: 1 }, 'top { id shelf }', null, 'top'],
    ['a text for an object', { top: 'x' }, 'top { id shelf }', null, 'top'],
    [
      'a list for a nested object',
      item({ maker: [] }),
      'top { maker { country } }',
      { maker: null },
      'top.maker',
    ],
    ['a number for an object in a list', { items: [ITEMS[0], 1] }, 'items { id shelf }', null, 'items.1'],
    [
      'null for a non-null object in a list',
      { items: [ITEMS[0], null] },
      'items { id shelf }',
      null,
      'items.1',
    ],
    ['a text for a number', item({ size: '1' }), 'top { size }', { size: null }, 'top.size'],
    ['a fraction for an Int', item({ size: 1.5 }), 'top { size }', { size: null }, 'top.size'],
    ['a number beyond Int', item({ size: 2 ** 31 }), 'top { size }', { size: null }, 'top.size'],
    ['an object for a number', item({ size: {} }), 'top { size }', { size: null }, 'top.size'],
    ['a list for a number', item({ size: [1] }), 'top { size }', { size: null }, 'top.size'],
    ['an object for a text', item({ name: {} }), 'top { id name shelf }', null, 'top.name'],
    ['null for a non-null text', item({ name: null }), 'top { id name shelf }', null, 'top.name'],
    ['nothing for a non-null text', { top: { id: '1' } }, 'top { id name }', null, 'top.name'],
    ['an unknown enum value', item({ kind: 'toString' }), 'top { kind }', { kind: null }, 'top.kind'],
    ['another type', { top: { __typename: 'Maker', id: 'm' } }, 'top { id shelf }', null, 'top'],
    [
      'a type that nobody knows',
      { top: { __typename: '__proto__', id: 'm' } },
      'top { id shelf }',
      null,
      'top',
    ],
    ['a number for a type', { top: { __typename: 1, id: 'm' } }, 'top { id shelf }', null, 'top'],
    ['no type for a union', { thing: { id: 'm' } }, 'thing { ... on Item { id } }', null, 'thing'],
    ['a type outside of a union', { thing: { __typename: 'Loop' } }, 'thing { __typename }', null, 'thing'],
    [
      'an inherited name for a type',
      { thing: { __typename: 'constructor' } },
      'thing { __typename }',
      null,
      'thing',
    ],
  ])('%s', async (_, data, field, value, path) => {
    const answer = await ask('shop', sendJson({ data }), `{ ${field} fine }`);
    expect(answer.data).toEqual({ [/\w+/.exec(field)![0]]: value, fine: 'fine' });
    expect(told(answer)).toEqual([`${path} ${BAD}`]);
    expect(answer.errors![0]!.extensions).toMatchObject({ service: 'shop' });
  });

  test.each<[string, unknown, Record<string, unknown>, string]>([
    ['a number of an entity', [{ left: 'x', shelf: 's' }], { top: null }, 'top.left'],
    ['null of an entity where it must not be', [{ left: null, shelf: 's' }], { top: null }, 'top.left'],
    ['an entity that is not known', [null], { top: null }, 'top.left'],
    ['an empty entity', [{}], { top: null }, 'top.left'],
    ['a text for an entity', ['x'], { top: null }, 'top.left'],
    ['a list for an entity', [[]], { top: null }, 'top.left'],
    ['too few entities', [], { top: null }, 'top.left'],
    ['too many entities', [{ left: 1 }, { left: 2 }], { top: null }, 'top.left'],
    ['an object for the entities', {}, { top: null }, 'top.left'],
    ['nothing for the entities', undefined, { top: null }, 'top.left'],
    ['null for the entities', null, { top: null }, 'top.left'],
  ])('%s', async (_, _entities, data, path) => {
    const answer = await ask('stock', sendJson({ data: { _entities } }), '{ top { left shelf } fine }');
    expect(answer.data).toEqual({ ...data, fine: 'fine' });
    expect(told(answer)).toEqual([`${path} ${BAD}`]);
  });
});

describe('an answer nested 100,000 levels deep', () => {
  test.each<[string, string, string, unknown, string[]]>([
    ['lists for a list', `{"items":${nested('')}}`, 'items { id shelf }', null, [`items.0 ${BAD}`]],
    [
      'lists around an entity',
      `{"grid":${nested(JSON.stringify(ITEMS[0]))}}`,
      'grid { id shelf }',
      [null],
      [`grid.0.0 ${BAD}`],
    ],
    ['lists for an object', `{"top":${nested('')}}`, 'top { id maker { country } }', null, [`top ${BAD}`]],
    [
      'an object for a key',
      `{"top":{"__typename":"Item","id":${nestedObject}}}`,
      'top { id shelf }',
      null,
      [`top.id ${BAD}`],
    ],
  ])('is an error where no type is so deep: %s', async (_, data, field, value, expected) => {
    const answer = await ask('shop', send(`{"data":${data}}`), `{ ${field} fine }`);
    expect(answer.data).toEqual({ [/\w+/.exec(field)![0]]: value, fine: 'fine' });
    expect(told(answer)).toEqual(expected);
  });

  test('is told where two subgraphs give parts of it', async () => {
    const answer = await ask(
      'shop',
      send(`{"data":{"about":{"title":"x","owner":${nested('')}}}}`),
      '{ about { title motto owner { name phone } } }',
    );
    expect(answer.data).toEqual({ about: { title: 'x', motto: 'Always full', owner: null } });
    expect(told(answer)).toEqual([`about.owner ${BAD}`]);
  });

  test('passes where a custom scalar takes everything', async () => {
    graph.subgraphs.shop.attack = send(`{"data":{"blob":${nestedObject}}}`);
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ blob }"}',
    });
    // Not with `toBe`, whose difference of two such texts takes long.
    expect((await response.text()).trim() === `{"data":{"blob":${nestedObject}}}`).toBe(true);
  });

  test('is read only as far as it was asked for', async () => {
    const loop = '{"n":1,"next":'.repeat(LEVELS) + 'null' + '}'.repeat(LEVELS);
    const answer = await ask('shop', send(`{"data":{"loop":${loop}}}`), '{ loop { next { next { n } } } }');
    expect(answer).toEqual({ status: 200, data: { loop: { next: { next: { n: 1 } } } } });
  });
});

describe('what was not asked for', () => {
  test('is not taken over: no subgraph gives what is for another to give', async () => {
    const forged = 'forged';
    const attack = sendJson({
      data: {
        top: { ...ITEMS[0], shelf: forged, left: 666, maker: { ...ITEMS[0]!.maker, country: forged } },
        about: { title: 'Shop', motto: forged, owner: { name: 'Ada', phone: forged } },
        fine: forged,
        motto: forged,
      },
    });
    const query =
      '{ top { id shelf left maker { country } } about { title motto owner { name phone } } fine motto }';
    expect(await ask('shop', attack, query)).toEqual({
      status: 200,
      data: {
        top: { id: '1', shelf: 'Shelf 1', left: 10, maker: { country: 'GB' } },
        about: { title: 'Shop', motto: 'Always full', owner: { name: 'Ada', phone: '1' } },
        fine: 'fine',
        motto: 'Always full',
      },
    });
  });

  test('changes no prototype', async () => {
    const attack = send(
      '{"__proto__":{"data":1},"data":{"__proto__":{"fine":1},"constructor":{"prototype":{"fine":1}},"top":{"__proto__":{"size":1},"constructor":1,"hasOwnProperty":1,"__typename":"Item","id":"1","name":"x"}}}',
    );
    expect((await ask('shop', attack, '{ top { id name size shelf } fine }')).data).toEqual({
      top: { id: '1', name: 'x', size: null, shelf: 'Shelf 1' },
      fine: 'fine',
    });
  });

  test('of entities is left out: they are who was asked for, whatever they say of type and key', async () => {
    // Subgraph specification of federation: entities are matched by position, and need not repeat their key.
    const entities = [{ __typename: 'Maker', id: '9', name: 'forged', shelf: 'a' }, { shelf: 'b' }, null];
    const attack = sendJson({ data: { _entities: entities } });
    expect((await ask('stock', attack, '{ items { __typename id name shelf } }')).data).toEqual({
      items: ITEMS.map(({ id, name }, index) => ({
        __typename: 'Item',
        id,
        name,
        shelf: ['a', 'b', null][index],
      })),
    });
  });
});

describe('errors of a subgraph', () => {
  test('are told without a path where theirs leads nowhere, none is lost', async () => {
    const paths = [
      ['items', 7, 'name'], ['items', -1], ['items', 0.5], ['items', '0'], ['items', 'length'], ['nope'], ['items', 0, 'nope'],
      ['__proto__', 'x'], ['constructor'], [0], [{}], [null], [[]], 'items', 5, {}, ['fine'], ['items', 0, 'name', 'x'],
      Array.from({ length: 100_000 }, () => 'items'),
    ]; // prettier-ignore
    const errors = paths.map((path, index) => ({ message: String(index), path }));
    const answer = await ask('shop', sendJson({ data: { items: ITEMS }, errors }), '{ items { name } fine }');
    expect(answer.data).toEqual({ items: ITEMS.map(({ name }) => ({ name })), fine: 'fine' });
    expect(messages(answer)).toEqual(paths.map((_, index) => ` ${index}`));
  });

  test('may be of any shape', async () => {
    const errors = [
      { message: 5, path: 5, extensions: 5, locations: 5 },
      { message: { a: 1 }, extensions: [] },
      {},
      { message: 'a', extensions: { code: 5 } },
      { message: 'b', extensions: { http: { status: 418, headers: { a: 1 } }, stacktrace: ['x'] } },
      { message: 'c', extensions: { code: 'OWN', service: 'fine', subgraph: 'fine' } },
    ];
    const answer = await ask('shop', sendJson({ data: null, errors }), '{ top { name } fine }');
    expect(answer).toMatchObject({ status: 200, data: { top: null, fine: 'fine' } });
    expect(messages(answer).sort()).toEqual([
      ' The subgraph "shop" failed.',
      ' The subgraph "shop" failed.',
      ' a',
      ' b',
      ' c',
      'top The subgraph "shop" failed.',
    ]);
    for (const { extensions } of answer.errors!) expect(extensions).toMatchObject({ service: 'shop' });
    expect(told(answer).sort().slice(0, 2)).toEqual([' OWN', ' SUBGRAPH_ERROR']);
  });

  test('that repeat themselves are told as often', async () => {
    const errors = Array.from({ length: 3 }, () => ({ message: 'no', path: ['top', 'size'] }));
    const attack = sendJson({ data: { top: { size: null } }, errors });
    expect(messages(await ask('shop', attack, '{ top { size } }')).sort()).toEqual([
      ' no',
      ' no',
      'top.size no',
    ]);
  });

  test.each<[string, object]>([
    ['without data', { data: null }],
    ['with data', { data: { items: ITEMS } }],
  ])('are capped: 400,000 of them %s', async (_, rest) => {
    const errors = Array.from({ length: 400_000 }, () => ({ message: '' }));
    const { errors: given } = await ask('shop', sendJson({ ...rest, errors }), '{ items { name } fine }');
    expect(given).toHaveLength(101);
    expect(given![100]!.extensions).toMatchObject({ omittedErrors: 901 });
  });

  test('that are large are cut, because each is told at every place of its entities', async () => {
    const large = 'x'.repeat(3_000_000);
    const errors = [
      { message: large, path: ['_entities', 0, 'shelf', large], extensions: { code: 'OWN', large } },
    ];
    const answer = await ask('stock', sendJson({ data: null, errors }), '{ items { shelf } fine }');
    expect(told(answer)).toEqual(['items.0.shelf OWN', 'items.1.shelf OWN', 'items.2.shelf OWN']);
    expect(JSON.stringify(answer).length).toBeLessThan(50_000);
  });

  test.each<[string, object]>([
    ['at the list', { data: { _entities: null }, errors: [{ message: 'why', path: ['_entities'] }] }],
    ['without a path', { data: { _entities: null }, errors: [{ message: 'why' }] }],
    ['and no list', { data: {}, errors: [{ message: 'why' }] }],
  ])('say why there are no entities: %s', async (_, body) => {
    expect(messages(await ask('stock', sendJson(body), '{ top { shelf } }'))).toEqual(['top.shelf why']);
  });
});

describe('a joint request', () => {
  const query = '{ items { shelf } top { tags maker { country } } fine }';
  const shelves = ITEMS.map(({ id }) => ({ shelf: `s${id}` }));
  const whole = { _e0: shelves, _e1: [{ tags: ['t'] }], _e2: [{ country: 'FR' }] };
  /** What the client gets of it, with the parts that are lost. */
  const parts = (...lost: readonly string[]) => ({
    items: shelves.map(({ shelf }) => ({ shelf: lost.includes('_e0') ? null : shelf })),
    top: {
      tags: lost.includes('_e1') ? null : ['t'],
      maker: { country: lost.includes('_e2') ? null : 'FR' },
    },
    fine: 'fine',
  });
  const why = { message: 'why' };
  const BAD_LIST = 'The subgraph "stock" gave no list of entities.';

  test.each<[string, object, string[], string[]]>([
    ['that is answered', { data: whole }, [], []],
    ['without one of its aliases', { data: { ...whole, _e1: undefined } }, ['_e1'], [`top.tags ${BAD_LIST}`]],
    ['with null for an alias', { data: { ...whole, _e1: null } }, ['_e1'], [`top.tags ${BAD_LIST}`]],
    ['with an object for an alias', { data: { ...whole, _e1: {} } }, ['_e1'], [`top.tags ${BAD_LIST}`]],
    [
      'with null and its reason',
      { data: { ...whole, _e1: null }, errors: [{ ...why, path: ['_e1'] }] },
      ['_e1'],
      ['top.tags why'],
    ],
    [
      'with null and a reason that names no alias',
      { data: { ...whole, _e1: null }, errors: [why] },
      ['_e1'],
      ['top.tags why'],
    ],
    [
      'with too many for an alias',
      { data: { ...whole, _e2: [{}, {}] } },
      ['_e2'],
      ['top.maker.country The subgraph "stock" gave 2 entities where 1 were asked for.'],
    ],
    [
      'with an error at one entity',
      { data: { ...whole, _e1: [null] }, errors: [{ ...why, path: ['_e1', 0] }] },
      ['_e1'],
      ['top.tags why'],
    ],
    [
      'with an error at one field',
      { data: { ...whole, _e1: [{ tags: null }] }, errors: [{ ...why, path: ['_e1', 0, 'tags'] }] },
      ['_e1'],
      ['top.tags why'],
    ],
    [
      'with errors that lead nowhere',
      {
        data: whole,
        errors: [
          { ...why, path: ['_e9', 0] },
          { ...why, path: ['_e1', 7] },
          { ...why, path: [{ toString: 1, valueOf: 1 }] },
        ],
      },
      [],
      [' why', ' why', ' why'],
    ],
    ['with swapped aliases', { data: { ...whole, _e1: whole._e2, _e2: whole._e1 } }, ['_e1', '_e2'], []],
    [
      'with all of it null',
      { data: { _e0: null, _e1: null, _e2: null }, errors: [why] },
      ['_e0', '_e1', '_e2'],
      [
        'items.0.shelf why',
        'items.1.shelf why',
        'items.2.shelf why',
        'top.maker.country why',
        'top.tags why',
      ],
    ],
    [
      'without data',
      { data: null, errors: [{ ...why, path: ['_e1', 0, 'tags'] }] },
      ['_e0', '_e1', '_e2'],
      [
        ...['items.0.shelf', 'items.1.shelf', 'items.2.shelf', 'top.maker.country'].map(
          (path) => `${path} The subgraph "stock" gave no data, because another field failed.`,
        ),
        'top.tags why',
      ],
    ],
    [
      'answered as if it were a single one',
      { data: { _entities: shelves } },
      ['_e0', '_e1', '_e2'],
      ['items.0.shelf', 'items.1.shelf', 'items.2.shelf', 'top.maker.country', 'top.tags'].map(
        (path) => `${path} ${BAD_LIST}`,
      ),
    ],
    ['with inherited names', { data: { ...whole, _e1: 'constructor' } }, ['_e1'], [`top.tags ${BAD_LIST}`]],
  ])('%s loses only what is wrong', async (_, body, lost, expected) => {
    let asked = '';
    const answer = await ask('stock', (response, request, incoming) => {
      asked = request.query;
      return sendJson(inOrderOf(asked, body))(response, request, incoming);
    }, query); // prettier-ignore
    expect(asked).toMatch(/_e0:_entities.*_e1:_entities.*_e2:_entities/);
    expect(answer.data).toEqual(parts(...lost));
    expect(messages(answer).sort()).toEqual(expected);
  });
});

/** The cases call the parts `_e0`, `_e1`, `_e2` for shelf, tags, country; the plan may ask in another order. */
function inOrderOf(query: string, body: unknown): unknown {
  const numbers = ['shelf', 'tags', 'country'].map((field) => aliasOf(query, field));
  const text = JSON.stringify(body).replaceAll(/"_e([012])"/g, (_, n: string) => `"_e${numbers[Number(n)]}"`);
  return JSON.parse(text);
}

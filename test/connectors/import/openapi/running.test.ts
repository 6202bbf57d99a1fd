import { describe, expect, test } from 'vitest';
import { answer, type Asked } from '../../backends.ts';
import { graphOf, json } from '../../kept.ts';
import { answering, importDocument, importFixture, openapi } from './imported.ts';

type Routes = Readonly<Record<string, (asked: Asked, ...parts: string[]) => unknown>>;

/** A server that answers after the description, and the imported graph over it. */
async function serve(fixture: string, routes: Routes) {
  const api = await json((asked) => {
    const path = `${asked.method} ${asked.url.replace(/\?.*$/s, '')}`;
    for (const [pattern, handle] of Object.entries(routes)) {
      const match = new RegExp(`^${pattern}$`).exec(path);
      if (match) return handle(asked, ...match.slice(1).map(decodeURIComponent));
    }
    return answer({ status: 404, body: { message: `nothing at ${path}` } });
  });
  const { sdl } = await importFixture(fixture, { baseUrl: api.url });
  const graph = graphOf({ sdl });
  const calls = () => api.asked.map((a) => `${a.method} ${decodeURIComponent(a.url)}`);
  return { ...graph, api, calls };
}

describe('the Petstore', () => {
  const pet = (id: string) => ({
    id,
    name: `Pet ${id}`,
    kind: '3-toed sloth',
    'birth-date': '2024-02-29',
    '@type': 'pet',
    owner_id: 'o1',
    microchip: { means: id === 'a' ? 'rfid' : 'ink', chip_number: 9007199254740991, place: 'ear' },
    weights: { first: { grams: 12.5 }, 'second time': { grams: 14 } },
    traits: { 'likes-fish': true },
    vet: null,
  });
  const routes: Routes = {
    'GET /pets': ({ query }) => (query.get('ids')?.split(',') ?? ['a', 'b']).toReversed().map(pet),
    'GET /pets/([^/]*)': (_, id) => pet(id),
    'GET /pets/(.*)/visits': (_, id) => [{ pet_id: id, price: '12.50' }],
    'GET /owners/(.*)': (_, id) => ({
      data: { id, name: 'Ada', pet_ids: ['a', 'b', 'a'] },
      meta: { 'took-ms': 3 },
    }),
    'POST /pets': ({ body }) =>
      answer({ status: 201, body: { ...pet('new'), ...(JSON.parse(body) as object) } }),
    'PATCH /pets/(.*)': ({ body }, id) => ({ ...pet(id), ...(JSON.parse(body) as object) }),
    'DELETE /pets/(.*)': () => answer({ status: 204, body: undefined }),
  };

  test('reads names, enums, unions, maps and null as the description says', async () => {
    const { run } = await serve('petstore-3.1.json', routes);
    const { data, errors } = await run(`{ pets(filter: { kind: HOUSE_CAT, minAge: 2 }) {
      id name kind birthDate type traits vet { name } weights { key value { grams } }
      microchip { __typename ... on Chip { means chipNumber: means } ... on Tattoo { place } }
    } }`);
    expect(errors).toBeUndefined();
    const expected = (id: string, microchip: object) => ({
      id,
      name: `Pet ${id}`,
      kind: '_3_TOED_SLOTH',
      birthDate: '2024-02-29',
      type: 'pet',
      traits: { 'likes-fish': true },
      vet: null,
      weights: [
        { key: 'first', value: { grams: 12.5 } },
        { key: 'second time', value: { grams: 14 } },
      ],
      microchip,
    });
    expect(data).toEqual({
      pets: [
        expected('b', { __typename: 'Tattoo', place: 'ear' }),
        expected('a', { __typename: 'Chip', means: 'rfid', chipNumber: 'rfid' }),
      ],
    });
  });

  test('sends enums, lists and objects of a query as the API writes them', async () => {
    const { run, calls } = await serve('petstore-3.1.json', routes);
    await run('{ pets(ids: ["x", "y"], limit: 5, filter: { kind: HOUSE_CAT, minAge: 2 }) { id } }');
    expect(calls()).toEqual(['GET /pets?ids=x,y&limit=5&filter[kind]=house cat&filter[min-age]=2']);
  });

  test('asks for the pets of all owners in one call, by ids, and for the owner where the answer holds it', async () => {
    const { run, calls } = await serve('petstore-3.1.json', routes);
    const { data, errors } = await run('{ owner(id: "o1") { data { name pets { name owner { name } } } } }');
    expect(errors).toBeUndefined();
    const pets = ['a', 'b', 'a'].map((id) => ({ name: `Pet ${id}`, owner: { name: 'Ada' } }));
    expect(data).toEqual({ owner: { data: { name: 'Ada', pets } } });
    expect(calls()).toEqual(['GET /owners/o1', 'GET /pets?ids=a,b&limit=50', 'GET /owners/o1']);
  });

  test('changes: bodies with the names of the API, as JSON of the described type; 204 is true', async () => {
    const { run, api } = await serve('petstore-3.1.json', routes);
    const { data, errors } = await run(`mutation {
      createPet(input: { name: "Flo", kind: DOG, birthDate: "2025-01-02", ownerId: "o2" }) { id kind birthDate }
      updatePet(id: "a/b", input: { name: "Flo", kind: HOUSE_CAT, birthDate: null }) { id kind birthDate }
      deletePet(id: "a")
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      createPet: { id: 'new', kind: 'DOG', birthDate: '2025-01-02' },
      updatePet: { id: 'a/b', kind: 'HOUSE_CAT', birthDate: null },
      deletePet: true,
    });
    expect(
      api.asked.map((a) => [a.url, a.headers['content-type'], a.body && (JSON.parse(a.body) as unknown)]),
    ).toEqual([
      ['/pets', 'application/json', { name: 'Flo', kind: 'dog', 'birth-date': '2025-01-02', owner_id: 'o2' }],
      ['/pets/a%2Fb', 'application/merge-patch+json', { name: 'Flo', kind: 'house cat', 'birth-date': null }],
      ['/pets/a', undefined, ''],
    ]);
  });

  test('headers that are parameters are sent; what is missing is an error with its place', async () => {
    const { run, api } = await serve('petstore-3.1.json', routes);
    const { data } = await run('{ petVisits(petId: "a", requestReason: "check") { petId price } }');
    expect(data).toEqual({ petVisits: [{ petId: 'a', price: '12.50' }] });
    expect(api.asked[0]!.headers['x-request-reason']).toBe('check');
    const gone = await run('{ owner(id: "o1") { meta { tookMs } } pet(id: ".") { id } }');
    expect(gone.data).toEqual({ owner: { meta: { tookMs: 3 } }, pet: null });
    expect(gone.errors?.map((e) => [e.path, e.extensions?.['code']])).toEqual([[['pet'], 'BAD_USER_INPUT']]);
  });

  test('whole numbers of 64 bits are sent as numbers', async () => {
    const { run, api } = await serve('petstore-3.0.yaml', {
      'POST /store/order': ({ body }) => JSON.parse(body) as unknown,
      'GET /pet/(.*)': (_, id) => ({ id: Number(id), name: 'Rex', photoUrls: [], status: 'sold' }),
      'DELETE /pet/.*': () => undefined,
    });
    const { data, errors } = await run(`mutation {
      placeOrder(input: { id: "9007199254740991", petId: 7, status: APPROVED }) { id petId status pet { name status } }
      deletePet(id: 7)
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      placeOrder: {
        id: '9007199254740991',
        petId: '7',
        status: 'APPROVED',
        pet: { name: 'Rex', status: 'SOLD' },
      },
      deletePet: true,
    });
    expect(api.asked[0]!.body).toBe('{"id":9007199254740991,"petId":7,"status":"approved"}');
  });
});

test('forms, ids that may be the object, unions without a discriminator and lists with a cursor', async () => {
  const customer = (id: string) => ({
    id,
    object: 'customer',
    created: 1,
    email: `${id}@x.test`,
    metadata: { a: '1' },
  });
  const { run, api, calls } = await serve('payments.yaml', {
    'GET /v1/customers': () => ({
      object: 'list',
      url: '/v1/customers',
      has_more: true,
      data: [customer('c1')],
    }),
    'GET /v1/customers/(.*)': (_, id) => customer(id),
    'POST /v1/customers': () => customer('c9'),
    'GET /v1/charges': () => ({
      has_more: false,
      data: [
        { id: 'ch1', amount: 1, customer: 'c1', source: { object: 'card', last4: '4242' } },
        {
          id: 'ch2',
          amount: 2,
          customer: customer('c2'),
          source: { object: 'bank_account', bank_name: 'B' },
        },
        { id: 'ch3', amount: 3, customer: null, source: { object: 'cheque' } },
      ],
    }),
  });
  const list = await run(
    '{ customers(after: "c0", limit: 1, expand: ["data.x", "y"]) { hasMore data { id metadata } } }',
  );
  expect(list).toEqual({
    data: { customers: { hasMore: true, data: [{ id: 'c1', metadata: { a: '1' } }] } },
  });
  const { data, errors } = await run(`{ charges { data { id customer { email }
    source { ... on Card { last4 } ... on BankAccount { bankName } } } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    charges: {
      data: [
        { id: 'ch1', customer: { email: 'c1@x.test' }, source: { last4: '4242' } },
        { id: 'ch2', customer: { email: 'c2@x.test' }, source: { bankName: 'B' } },
        { id: 'ch3', customer: null, source: null },
      ],
    },
  });
  await run(
    `mutation { createCustomer(input: { email: "a b@x.test", preferredLocales: ["de", "en"], address: { city: "Zürich" } }) { id } }`,
  );
  expect(calls()).toEqual([
    'GET /v1/customers?starting_after=c0&limit=1&expand[]=data.x&expand[]=y',
    'GET /v1/charges',
    'GET /v1/customers/c1',
    'GET /v1/customers/c2',
    'POST /v1/customers',
  ]);
  expect(api.asked.at(-1)!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect([...new URLSearchParams(api.asked.at(-1)!.body)]).toEqual([
    ['email', 'a b@x.test'],
    ['address[city]', 'Zürich'],
    ['preferred_locales', 'de'],
    ['preferred_locales', 'en'],
  ]);
});

test('a batch that repeats its parameter, and members that a base tells apart', async () => {
  const { run, calls } = await serve('spring.yaml', {
    'GET /api/books': () => ({
      totalElements: 9007199254740,
      content: [
        { id: 1, title: 'A', authorId: 10, coAuthorIds: [11, 12] },
        { id: 2, title: 'B', authorId: 11, coAuthorIds: null },
      ],
    }),
    'GET /api/authors': ({ query }) => ({
      content: query.getAll('id').map((id) => ({ id: Number(id), name: `Author ${id}` })),
    }),
    'GET /api/shapes': () => [{ type: 'Circle', radius: 1 }, { type: 'Square', side: 2 }, { type: 'Oval' }],
  });
  const { data, errors } = await run(
    '{ books(pageable: { page: 0, sort: ["title", "id"] }) { totalElements content { title author { name } coAuthors { name } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    books: {
      totalElements: '9007199254740',
      content: [
        {
          title: 'A',
          author: { name: 'Author 10' },
          coAuthors: [{ name: 'Author 11' }, { name: 'Author 12' }],
        },
        { title: 'B', author: { name: 'Author 11' }, coAuthors: null },
      ],
    },
  });
  expect(calls()).toEqual([
    'GET /api/books?page=0&sort=title&sort=id',
    'GET /api/authors?id=10&id=11&id=12&size=200',
  ]);
  const shapes = await run('{ shapes { __typename ... on Circle { radius } ... on Square { side } } }');
  // A kind that came after the description.
  expect(shapes).toEqual({
    data: {
      shapes: [{ __typename: 'Circle', radius: 1 }, { __typename: 'Square', side: 2 }, null],
    },
  });
});

test('many parameters, defaults, plus and minus, text answers and keys of several parts', async () => {
  const { run, calls } = await serve('code-host.yaml', {
    'GET /repos/o/r/issues': () => [
      {
        id: 1,
        number: 5,
        title: 'T',
        state: 'open',
        state_reason: null,
        user: null,
        labels: ['a', { name: 'b' }],
        reactions: { '+1': 2, '-1': 1 },
      },
    ],
    'POST /repos/o/r/issues': ({ body }) => ({
      id: 2,
      number: 6,
      user: null,
      ...(JSON.parse(body) as object),
    }),
    'GET /zen': () => answer({ headers: { 'content-type': 'text/plain' }, body: 'Keep it simple' }),
    'PUT /gists/g/star': () => answer({ status: 204, body: undefined }),
  });
  const { data, errors } = await run(`{
    issuesForRepo(owner: "o", repo: "r", state: ALL, labels: "x,y") { state stateReason user { login } labels reactions { plus1 minus1 } }
    zen
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    issuesForRepo: [
      {
        state: 'OPEN',
        stateReason: null,
        user: null,
        labels: ['a', { name: 'b' }],
        reactions: { plus1: 2, minus1: 1 },
      },
    ],
    zen: '"Keep it simple"',
  });
  const changed = await run(
    `mutation ($title: JSON!) {
    createIssue(owner: "o", repo: "r", input: { title: $title, assignees: ["ada"] }) { number title } starGist(gistId: "g") }`,
    { title: 'New' },
  );
  expect(changed).toEqual({ data: { createIssue: { number: 6, title: 'New' }, starGist: true } });
  expect(calls().toSorted()).toEqual([
    'GET /repos/o/r/issues?state=all&labels=x,y&sort=created&per_page=30&page=1',
    'GET /zen',
    'POST /repos/o/r/issues',
    'PUT /gists/g/star',
  ]);
});

test('schemas that hold themselves: read to any depth, sent as they are', async () => {
  const schema = {
    $ref: '#/x',
    allOf: [{ not: { maxLength: 5 } }],
    properties: { a: { properties: { b: { maxLength: 7 } } } },
  };
  const { run, api } = await serve('cluster.json', {
    'GET /apis/.*': () => schema,
    'PUT /apis/.*': ({ body }) => JSON.parse(body) as unknown,
    'POST /api/v1/namespaces/n/pods': ({ body }) => JSON.parse(body) as unknown,
  });
  const { data, errors } = await run(`{ apiextensionsV1CustomResourceDefinition(name: "x") {
    ref allOf { not { maxLength } } properties { key value { properties { key value { maxLength } } } } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    apiextensionsV1CustomResourceDefinition: {
      ref: '#/x',
      allOf: [{ not: { maxLength: '5' } }],
      properties: [{ key: 'a', value: { properties: [{ key: 'b', value: { maxLength: '7' } }] } }],
    },
  });
  const changed = await run(`mutation { replaceApiextensionsV1CustomResourceDefinition(name: "x",
    input: { not: { not: { maxLength: 3 } }, properties: { a: { maxLength: 1 } } }) { not { not { maxLength } } } }`);
  expect(changed.errors).toBeUndefined();
  expect(JSON.parse(api.asked[1]!.body)).toEqual({
    not: { not: { maxLength: 3 } },
    properties: { a: { maxLength: 1 } },
  });
  await run(
    `mutation { createCoreV1NamespacedPod(namespace: "n", input: { kind: "Pod", status: { phase: RUNNING } }) { kind status { phase } } }`,
  );
  expect(JSON.parse(api.asked[2]!.body)).toEqual({ kind: 'Pod', status: { phase: 'Running' } });
});

test('null wherever it may be', async () => {
  const thing = {
    thing_id: 't',
    a: null,
    b: 5,
    c: null,
    d: [1, null],
    e: ['red', null],
    f: null,
    g: null,
    h: { x: 1 },
    k: [['dark red'], []],
  };
  const { run, api } = await serve('nullable.yaml', {
    'GET /things/t': () => thing,
    'GET /things/none': () => null,
    'PUT /things/t': ({ body }) => JSON.parse(body) as unknown,
  });
  const fields = '{ thingId a b c { x } d e f g h i j { x } k }';
  const { data, errors } = await run(`{ thing(thingId: "t") ${fields} none: thing(thingId: "none") { a } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    thing: {
      thingId: 't',
      a: null,
      b: '5',
      c: null,
      d: [1, null],
      e: ['RED', null],
      f: null,
      g: null,
      h: { x: 1 },
      i: null,
      j: null,
      k: [['DARK_RED'], []],
    },
    none: null,
  });
  const changed = await run(
    `mutation ($input: ThingInput) { replaceThing(thingId: "t", input: $input) ${fields} }`,
    {
      input: {
        thingId: 't',
        a: null,
        b: 5,
        c: null,
        d: [1, null],
        e: ['DARK_BLUE', null],
        f: 'X',
        g: null,
        h: true,
        k: [['LIGHT_RED']],
      },
    },
  );
  expect(changed.errors).toBeUndefined();
  expect(JSON.parse(api.asked.at(-1)!.body)).toEqual({
    thing_id: 't',
    a: null,
    b: 5,
    c: null,
    d: [1, null],
    e: ['dark blue', null],
    f: 'x',
    g: null,
    h: true,
    k: [['light red']],
  });
});

test('an API key in the query comes from the configuration', async () => {
  const api = await json(() => ({ id: '1' }));
  const { importDocument, openapi, answering } = await import('./imported.ts');
  const { sdl, problems } = await importDocument(
    openapi(
      {
        '/x': {
          get: answering(
            { type: 'object', properties: { id: { type: 'string' } } },
            { parameters: [{ name: 'api_key', in: 'query', schema: { type: 'string' } }] },
          ),
        },
      },
      {},
      {
        security: [{ key: [] }],
        components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'api_key' } } },
      },
    ),
    { baseUrl: api.url },
  );
  expect(sdl).not.toContain('$args');
  expect(problems.map((p) => p.fix)).toEqual([
    'Set connectors.sources.api.api.config.apiKey in the configuration.',
  ]);
  await graphOf({ sdl, config: { 'shop.api': { apiKey: 'secret' } } }).run('{ x { id } }');
  expect(api.asked[0]!.url).toBe('/x?api_key=secret');
});

describe('methods of OpenAPI 3.2', () => {
  test('QUERY is a field of Query, and its input the body', async () => {
    const { run, api } = await serve('openapi-3.2.yaml', {
      'QUERY /documents': ({ body }) => [{ id: (JSON.parse(body) as { text: string }).text, title: 'T' }],
    });
    const { data, errors } = await run(
      '{ a: searchDocuments(input: { text: "x" }) { id title } b: searchDocuments(input: { text: "y" }) { id } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ a: [{ id: 'x', title: 'T' }], b: [{ id: 'y' }] });
    expect(api.asked.map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
      ['QUERY', '{"text":"x"}', 'application/json'],
      ['QUERY', '{"text":"y"}', 'application/json'],
    ]);
  });

  test('a QUERY without an id is named after what it searches, beside the GET of its path', async () => {
    const body = { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } };
    const { sdl, problems } = await importDocument(
      openapi({
        '/pets': {
          get: answering({ type: 'array', items: { type: 'string' } }),
          additionalOperations: {
            QUERY: answering({ type: 'array', items: { type: 'string' } }, body),
            COPY: answering({ type: 'string' }),
          },
        },
      }),
    );
    expect(sdl).toMatch(/pets: \[String!\][^]*searchPets\(input: JSON\): \[String!\][^]*QUERY: "\/pets"/);
    expect(problems.map((p) => p.message)).toEqual([
      'COPY /pets is left out: a connector calls with GET, QUERY, POST, PUT, PATCH or DELETE.',
    ]);
  });
});

/** What `sluice import` writes and prints, started as it is: three imported services beside a GraphQL one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { runCommandLine } from '../../gateway/commands/program.ts';
import type { Backend } from '../connectors/backends.ts';
import { jsonBackend, xmlBackend } from '../connectors/backends.ts';
import { imported, serving, subgraphOf } from '../connectors/import/proto/imported.ts';
import { soapService } from '../connectors/import/xml/soap-service.ts';
import { answering, openapi, ref } from '../connectors/import/openapi/imported.ts';
import { startSubgraph } from '../execute/subgraph-server.ts';
import type { RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { projectRoot } from './processes.ts';

const RESOURCES = 80;
const nameOf = (i: number) => `Asset${String.fromCharCode(65 + ((i % RESOURCES) % 26))}${i % RESOURCES}`;

/** 320 operations: each resource is listed, read, made and deleted, and refers to the next one. */
function assets(): object {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
  const ids = [
    { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'string' } } },
  ];
  for (let i = 0; i < RESOURCES; i++) {
    const name = nameOf(i);
    const path = `/v1/${name.toLowerCase()}s`;
    const requestBody = { required: true, content: { 'application/json': { schema: ref(name) } } };
    paths[path] = {
      get: answering({ type: 'array', items: ref(name) }, { operationId: `list${name}s`, parameters: ids }),
      post: answering(ref(name), { operationId: `create${name}`, requestBody }),
    };
    paths[`${path}/{id}`] = {
      get: answering(ref(name), { operationId: `get${name}`, parameters }),
      delete: { operationId: `delete${name}`, parameters, responses: { 204: { description: 'gone' } } },
    };
    schemas[name] = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string' },
        state: { type: 'string', enum: ['in use', 'sold'] },
        [`${nameOf(i + 1)}_id`]: { type: 'string' },
      },
    };
  }
  return openapi(paths, schemas);
}

const part = (name: string, element: string) =>
  `<message name="${name}"><part name="p" element="t:${element}"/></message>`;
const operation = (name: string) =>
  `<operation name="${name}"><input message="t:${name}In"/><output message="t:${name}Out"/></operation>`;
const bound = (name: string) =>
  `<operation name="${name}"><soap:operation soapAction="urn:${name}"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>`;

/** Document/literal, wrapped (`GetCustomer` holds its parameters) and not (the message is `currency` itself). */
const BANK = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:bank" targetNamespace="urn:bank">
  <types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:bank" targetNamespace="urn:bank" elementFormDefault="qualified">
    <xs:element name="GetCustomer"><xs:complexType><xs:sequence><xs:element name="customerId" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="GetCustomerResponse"><xs:complexType><xs:sequence><xs:element name="customer" type="Customer" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
    <xs:complexType name="Customer"><xs:sequence><xs:element name="customerId" type="xs:string"/><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>
    <xs:element name="currency" type="xs:string"/><xs:element name="rate" type="xs:decimal"/>
  </xs:schema></types>
  ${part('GetCustomerIn', 'GetCustomer')}${part('GetCustomerOut', 'GetCustomerResponse')}${part('GetRateIn', 'currency')}${part('GetRateOut', 'rate')}
  <portType name="P">${operation('GetCustomer')}${operation('GetRate')}</portType>
  <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>${bound('GetCustomer')}${bound('GetRate')}</binding>
  <service name="Bank"><port name="Bank" binding="t:B"><soap:address location="http://bank.example/soap"/></port></service>
</definitions>`;

const PEOPLE = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { people: [Person!]! }
  type Person { name: String! customer: Customer asset: AssetA0 reads: Book }
  type Customer @key(fields: "customerId", resolvable: false) { customerId: ID! }
  type AssetA0 @key(fields: "id", resolvable: false) { id: ID! }
  type Book @key(fields: "name", resolvable: false) { name: ID! }`;

let folder: string;
let gateway: GatewayProcess;
let people: RunningSubgraph;
let api: Backend;
let bank: Backend;
let library: Awaited<ReturnType<typeof serving>>;

/** Imports into the folder; gives the printed lines of the configuration. */
async function imports(...args: string[]): Promise<Record<string, object>> {
  let printed = '';
  let err = '';
  const code = await runCommandLine(['import', ...args, '--out', folder], {
    env: {},
    stdout: { write: (text) => (printed += text) },
    stderr: { write: (text) => (err += text) },
    stdin: process.stdin,
    loadGateway: () => import('../../gateway/gateway.ts'),
  });
  expect([code, err]).toEqual([0, expect.any(String)]);
  return parseYaml(printed) as Record<string, object>;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-imported-'));
  const asset = (id: string, resource: number) => ({
    id,
    state: 'in use',
    [`${nameOf(resource + 1)}_id`]: `${id}n`,
  });
  api = await jsonBackend(({ method, url, query, body }) => {
    const [, resource, id] = /^\/v1\/asset[a-z](\d+)s(?:\/([^?]*))?/.exec(url) ?? [];
    if (method === 'POST') return JSON.parse(body) as object;
    return id === undefined
      ? query
          .get('ids')!
          .split(',')
          .toReversed()
          .map((one) => asset(one, Number(resource)))
      : asset(id, Number(resource));
  });
  const uri = '{urn:bank}';
  bank = await xmlBackend((asked) =>
    // The bare message is a text alone.
    asked.body.includes('>EUR<')
      ? '<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Body><b:rate xmlns:b="urn:bank">1.0850</b:rate></E:Body></E:Envelope>'
      : soapService('1.1', [
          {
            action: 'urn:GetCustomer',
            element: `${uri}GetCustomer`,
            order: [`${uri}customerId!`],
            answer: (r) => {
              const id = String(r[`${uri}customerId`]);
              return `<GetCustomerResponse xmlns="urn:bank"><customer><customerId>${id}</customerId><name>Customer ${id}</name></customer></GetCustomerResponse>`;
            },
          },
        ])(asked),
  );
  const books = ['shelves/1/books/1', 'shelves/1/books/2'].map((name) => ({
    name,
    title: `Title of ${name}`,
  }));
  library = await serving(subgraphOf(imported('library')), {
    ListBooks: ({ page_token }) =>
      page_token === '' ? { books: books.slice(0, 1), next_page_token: 'p2' } : { books: books.slice(1) },
    BatchGetBooks: ({ names }) => ({ books: books.filter((b) => (names as string[]).includes(b.name)) }),
    UpdateBook: ({ book }) => book,
  });
  people = await startSubgraph({
    name: 'people',
    sdl: PEOPLE,
    resolvers: {
      Query: {
        people: () => [
          {
            name: 'Ada',
            customer: { customerId: 'c1' },
            asset: { id: 'x' },
            reads: { name: books[0]!.name },
          },
          {
            name: 'Alan',
            customer: { customerId: 'c2' },
            asset: { id: 'y' },
            reads: { name: books[1]!.name },
          },
        ],
      },
    },
  });
  writeFileSync(join(folder, 'assets.json'), JSON.stringify(assets()));
  writeFileSync(join(folder, 'bank.wsdl'), BANK);
  writeFileSync(join(folder, 'people.graphql'), PEOPLE);
  const proto = join(projectRoot, 'test/connectors/import/proto/fixtures/library.proto');
  const printed = [
    await imports('openapi', join(folder, 'assets.json'), '--base-url', api.url),
    await imports('wsdl', join(folder, 'bank.wsdl'), '--url', `${bank.url}/soap`),
    await imports('proto', proto, '--address', library.address),
  ];
  const config = {
    upstreams: Object.assign({}, ...printed.map((p) => p['upstreams'])) as object,
    subgraphs: {
      ...(Object.assign({}, ...printed.map((p) => p['subgraphs'])) as object),
      people: { schema: 'people.graphql', url: people.url },
    },
  };
  writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify(config));
  gateway = await startGatewayProcess(['--config', join(folder, 'sluice.yaml')]);
}, 90_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([people?.close(), api?.stop(), bank?.stop()]);
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('three imported services are one graph with a GraphQL one, and each is asked as seldom as it can be', async () => {
  api.asked.length = library.asked.length = bank.asked.length = 0;
  expect(
    await gateway.data(
      '{ people { name customer { name } asset { state assetB1 { id } } reads { title } } }',
    ),
  ).toEqual({
    people: [
      {
        name: 'Ada',
        customer: { name: 'Customer c1' },
        asset: { state: 'IN_USE', assetB1: { id: 'xn' } },
        reads: { title: 'Title of shelves/1/books/1' },
      },
      {
        name: 'Alan',
        customer: { name: 'Customer c2' },
        asset: { state: 'IN_USE', assetB1: { id: 'yn' } },
        reads: { title: 'Title of shelves/1/books/2' },
      },
    ],
  });
  expect(api.asked.map(({ url }) => decodeURIComponent(url))).toEqual(['/v1/asseta0s?ids=x,y']);
  expect(library.asked).toMatchObject([
    { method: 'BatchGetBooks', message: { read_mask: { paths: expect.arrayContaining(['title', 'name']) } } },
  ]);
  expect(bank.asked).toHaveLength(2);

  // Of three hundred operations any; pages and masks; a message that is a text alone.
  const { createAssetZ25, assetB79, books, more, rate } = {
    ...(await gateway.data('mutation { createAssetZ25(input: { id: "1", state: SOLD }) { id state } }')),
    ...(await gateway.data(`{
      assetB79(id: "q") { id assetA0 { id state } }
      books(parent: "shelves/1", first: 1) { nodes { name } pageInfo { hasNextPage endCursor } }
      more: books(parent: "shelves/1", first: 1, after: "p2") { nodes { title } pageInfo { hasNextPage } }
      rate(currency: "EUR")
    }`)),
  };
  expect({ createAssetZ25, assetB79, books, more, rate }).toEqual({
    createAssetZ25: { id: '1', state: 'SOLD' },
    assetB79: { id: 'q', assetA0: { id: 'qn', state: 'IN_USE' } },
    books: { nodes: [{ name: 'shelves/1/books/1' }], pageInfo: { hasNextPage: true, endCursor: 'p2' } },
    more: { nodes: [{ title: 'Title of shelves/1/books/2' }], pageInfo: { hasNextPage: false } },
    rate: '1.0850',
  });
  await gateway.data('mutation { updateBook(name: "shelves/1/books/1", input: { title: "New" }) { title } }');
  expect(library.asked.at(-1)).toMatchObject({
    method: 'UpdateBook',
    message: { update_mask: { paths: ['title'] } },
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { startSubgraph } from '../execute/subgraph-server.ts';
import type { RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
const BOOKS = [
  { isbn: '1', title: 'Notes', author: { id: 'ada' } },
  { isbn: '2', title: 'Computable Numbers', author: { id: 'alan' } },
];
const NAMES: Readonly<Record<string, string>> = { ada: 'Ada', alan: 'Alan' };

let folder: string;
let books: RunningSubgraph;
let authors: RunningSubgraph;
let gateway: GatewayProcess;

beforeAll(async () => {
  books = await startSubgraph({
    name: 'books',
    sdl: `${LINK}
      type Query { books: [Book!]! book(isbn: ID!): Book }
      type Book @key(fields: "isbn") { isbn: ID! title: String! author: Author }
      type Author @key(fields: "id") { id: ID! books: [Book!]! }`,
    resolvers: {
      Query: {
        books: () => BOOKS,
        book: (_: unknown, { isbn }: { isbn: string }) => BOOKS.find((book) => book.isbn === isbn),
      },
      Author: { books: ({ id }: { id: string }) => BOOKS.filter((book) => book.author.id === id) },
    },
  });
  authors = await startSubgraph({
    name: 'authors',
    sdl: `${LINK}
      type Query { author(id: ID!): Author }
      type Author @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      Query: { author: (_: unknown, { id }: { id: string }) => ({ id }) },
      Author: { name: ({ id }: { id: string }) => NAMES[id] },
    },
  });
  const composed = composeSupergraph([books, authors].map(({ name, sdl, url }) => ({ name, sdl, url })));
  if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.problems));
  folder = mkdtempSync(join(tmpdir(), 'sluice-supergraph-'));
  writeFileSync(join(folder, 'supergraph.graphql'), composed.supergraphSdl);
  gateway = await startGatewayProcess(['--supergraph', join(folder, 'supergraph.graphql')]);
});
afterAll(async () => {
  await gateway?.stop();
  await books?.close();
  await authors?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('a supergraph of GraphQL services', () => {
  test('is served without a configuration, and joined', async () => {
    expect(await gateway.data('{ books { title author { name books { isbn } } } }')).toEqual({
      books: [
        { title: 'Notes', author: { name: 'Ada', books: [{ isbn: '1' }] } },
        { title: 'Computable Numbers', author: { name: 'Alan', books: [{ isbn: '2' }] } },
      ],
    });
  });

  test('costs one request per service and step', async () => {
    books.requests.length = 0;
    authors.requests.length = 0;
    await gateway.data(
      'query($isbn: ID!) { book(isbn: $isbn) { title author { name } } again: book(isbn: $isbn) { author { id name } } }',
      { variables: { isbn: '1' } },
    );
    expect([books.requests.length, authors.requests.length]).toEqual([1, 1]);
  });

  test('degrades when a service is dead: the rest answers', async () => {
    await authors.close();
    const { data, errors } = await gateway.ask(
      '{ books { title author { id name } } author(id: "ada") { id name } }',
    );
    expect(data).toEqual({
      books: [
        { title: 'Notes', author: null },
        { title: 'Computable Numbers', author: null },
      ],
      author: null,
    });
    expect(
      errors!.map(({ path, extensions: { code, service } }) => [path!.join('.'), code, service]),
    ).toEqual([
      ['books.0.author.name', 'UPSTREAM_UNAVAILABLE', 'authors'],
      ['books.1.author.name', 'UPSTREAM_UNAVAILABLE', 'authors'],
      ['author', 'UPSTREAM_UNAVAILABLE', 'authors'],
    ]);
  });
});

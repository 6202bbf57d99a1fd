import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { subgraphOf, wsdl, xsdOf } from './imported-graph.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/import-wsdl.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);

test('docs/import-wsdl.md shows what an import of a description gives', async () => {
  const options = { name: 'calculator', only: ['CalculatorSoap12.Add'], queries: ['*'] };
  const { sdl } = subgraphOf(await wsdl('calculator/calculator.wsdl', options));
  expect(blocks('graphql')[0]).toBe(sdl);
});

test('docs/import-wsdl.md shows what an import of a schema gives', async () => {
  const operations = ['GET /orders/{id} Order', 'POST /orders Order Order'];
  const options = { name: 'order', url: 'https://orders.example/api', operations };
  const { sdl } = subgraphOf(await xsdOf({ 'order.xsd': blocks('xml').at(-1)! }, options));
  expect(blocks('graphql')[1]).toBe(sdl);
});

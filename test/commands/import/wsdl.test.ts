import path from 'node:path';
import { expect, test } from 'vitest';
import { wsdlImporter, xsdImporter } from '../../../gateway/commands/import/wsdl.ts';

const FIXTURES = path.join(import.meta.dirname, '../../connectors/import/xml/fixtures');

test('a file is imported under its own name', async () => {
  const result = await wsdlImporter.run({ file: path.join(FIXTURES, 'vat/checkVat.wsdl') });
  expect(result).toMatchObject({ upstreams: { 'check-vat': { wire: 'xml', url: 'http://vies.example' } } });
});

test('options choose name, address, operations and queries', async () => {
  const result = await wsdlImporter.run({
    file: path.join(FIXTURES, 'calculator/calculator.wsdl'),
    name: 'sums',
    url: 'https://sums.example/v2',
    only: ['CalculatorSoap.Add'],
    query: ['*'],
  });
  expect(result).toMatchObject({ upstreams: { sums: { wire: 'xml', url: 'https://sums.example' } } });
  expect('sdl' in result && result.sdl).toContain('type Query {');
  expect('sdl' in result && result.sdl).toContain('POST: "/v2"');
  expect('sdl' in result && result.sdl).not.toContain('divide');
});

test('schemas and samples come together, with operations', async () => {
  const files = [path.join(FIXTURES, 'rates/gesmes.xsd'), path.join(FIXTURES, 'rates/daily.xml')];
  const result = await xsdImporter.run({
    files,
    url: 'https://bank.example/stats',
    operation: ['GET /{day}.xml Envelope'],
  });
  expect(result.problems).toEqual([]);
  expect('sdl' in result && result.sdl).toContain('envelope(day: ID!): Envelope');
  expect('sdl' in result && result.sdl).toContain('GET: "/stats/{$args.day}.xml"');
});

test('a file that is not there is a problem, and no crash', async () => {
  const { problems } = await wsdlImporter.run({ file: path.join(FIXTURES, 'nothing.wsdl') });
  expect(problems).toMatchObject([{ severity: 'error', code: 'IMPORT_LOCATION' }]);
});

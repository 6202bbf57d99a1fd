import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../gateway/commands/program.ts';

const FIXTURES = path.join(import.meta.dirname, '../../connectors/import/xml/fixtures');

async function sluice(...args: readonly string[]) {
  const output = { stdout: '', stderr: '' };
  const code = await runCommandLine(args, {
    env: {},
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
    stdin: process.stdin,
    loadGateway: () => Promise.reject(new Error('not needed')),
  });
  return { code, ...output };
}

test('a WSDL is imported under its own name', async () => {
  const { code, stdout } = await sluice('import', 'wsdl', path.join(FIXTURES, 'vat/checkVat.wsdl'));
  expect(code).toBe(0);
  expect(stdout).toContain('upstream: "check-vat"');
});

test('options choose name, address, operations and queries', async () => {
  const file = path.join(FIXTURES, 'calculator/calculator.wsdl');
  const options = [
    '--name',
    'sums',
    '--url',
    'https://sums.example/v2',
    '--only',
    'CalculatorSoap.Add',
    '--query',
    '*',
  ];
  const { stdout } = await sluice('import', 'wsdl', file, ...options);
  expect(stdout).toContain('upstream: "sums"');
  expect(stdout).toContain('type Query {');
  expect(stdout).toContain('POST: "/v2"');
  expect(stdout).not.toContain('divide');
});

test('schemas and samples come together, with operations', async () => {
  const files = [path.join(FIXTURES, 'rates/gesmes.xsd'), path.join(FIXTURES, 'rates/daily.xml')];
  const options = ['--url', 'https://bank.example/stats', '--operation', 'GET /{day}.xml Envelope'];
  const { stdout, stderr } = await sluice('import', 'xsd', ...files, ...options);
  expect(stderr).toBe('');
  expect(stdout).toContain('envelope(day: ID!): Envelope');
  expect(stdout).toContain('GET: "/stats/{$args.day}.xml"');
});

test('a file that is not there is a problem, and no crash', async () => {
  const { code, stderr } = await sluice('import', 'wsdl', path.join(FIXTURES, 'nothing.wsdl'));
  expect(code).toBe(1);
  expect(stderr).toContain('IMPORT_LOCATION');
});

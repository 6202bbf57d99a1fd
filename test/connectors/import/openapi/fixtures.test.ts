import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorsOf, importFixture, lineOf } from './imported.ts';

const BASE = { baseUrl: 'https://api.example.com/base' };

const DOCUMENTS: readonly [file: string, options: { baseUrl?: string }][] = [
  ['petstore-3.0.yaml', {}],
  ['petstore-3.1.json', {}],
  ['code-host.yaml', {}],
  ['payments.yaml', {}],
  ['cluster.json', BASE],
  ['telephony.yaml', {}],
  ['openapi-3.2.yaml', {}],
  ['fastapi.json', BASE],
  ['dotnet.json', {}],
  ['spring.yaml', {}],
  ['nullable.yaml', {}],
  ['multi/openapi.yaml', {}],
];

describe('a description becomes the schema that a person would have written', () => {
  test.each(DOCUMENTS)('%s', async (file, options) => {
    const { sdl, problems, upstreams, files } = await importFixture(file, options);
    const name = file.replace(/\/.*$|\.\w+$/, '');
    const told = problems.map((p) => `# ${lineOf(p)}`).join('\n');
    await expect(`${sdl}${told === '' ? '' : `\n${told}\n`}`).toMatchFileSnapshot(
      path.join(import.meta.dirname, 'snapshots', `${name}.graphql`),
    );
    expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
    expect(errorsOf(sdl)).toEqual([]);
    // The address is in the schema (@source): the configuration needs no upstream.
    expect([upstreams, files]).toEqual([{}, new Map()]);
  });
});

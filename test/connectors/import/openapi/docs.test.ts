import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answer } from '../../backends.ts';
import { graphOf, json } from '../../kept.ts';
import { errorsOf, importText } from './imported.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/import-openapi.md'), 'utf8');
const block = (info: string) => new RegExp(`^\`\`\`${info}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)![1]!;

test('the example of the page is imported as the page says, and makes the calls that it says', async () => {
  const result = await importText(block('yaml'), { baseUrl: 'https://pets.example.com/v1' });
  expect(result).toMatchObject({ sdl: block('graphql'), problems: [] });
  expect(errorsOf(block('graphql'))).toEqual([]);
  const api = await json(({ url, query }) => {
    if (url === '/visits') return ['a', 'b', 'a'].map((id) => ({ pet_id: id }));
    const ids = query.get('ids')?.split(',');
    return ids?.map((id) => ({ id, name: `Pet ${id}` })) ?? answer({ status: 404, body: null });
  });
  const { run } = graphOf({ sdl: block('graphql').replace('https://pets.example.com/v1', api.url) });
  const pets = ['a', 'b', 'a'].map((id) => ({ pet: { name: `Pet ${id}` } }));
  expect(await run('{ visits { pet { name } } }')).toEqual({ data: { visits: pets } });
  expect(api.asked.map((a) => a.url)).toEqual(['/visits', '/pets?ids=a%2Cb']);
});

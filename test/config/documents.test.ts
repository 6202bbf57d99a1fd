import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configJsonSchema, type JsonSchema } from '../../gateway/config/json-schema.ts';
import { configReference } from '../../gateway/config/reference.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('sluice.schema.json is what editors need now (npx sluice config-schema > sluice.schema.json)', () => {
  expect(JSON.parse(read('sluice.schema.json'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test('docs/configuration.md lists the options as they are (npx sluice config-schema --markdown)', () => {
  const [, tables] = read('docs/configuration.md').split('<!-- options -->\n\n');
  expect(tables!.trim()).toBe(configReference());
});

test('every option has a description', () => {
  const nameless: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (child.description === undefined) nameless.push(`${path}.${key}`);
      visit(child, `${path}.${key}`);
    }
    for (const child of [schema.items, schema.additionalProperties, ...(schema.oneOf ?? [])]) {
      if (typeof child === 'object') visit(child, path);
    }
  };
  visit(configJsonSchema(), '');
  expect(nameless).toEqual([]);
});

test('every code is documented', () => {
  const sources = readdirSync(join(root, 'gateway/config'), { recursive: true, encoding: 'utf8' });
  const text = sources.filter((name) => name.endsWith('.ts')).map((name) => read(`gateway/config/${name}`));
  const used = new Set(text.join('\n').match(/\bCONFIG_[A-Z_]+/g));
  const documented = new Set(read('docs/configuration.md').match(/\bCONFIG_[A-Z_]+/g));
  expect(documented).toEqual(used);
});

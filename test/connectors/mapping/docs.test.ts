import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { METHODS } from '../../../gateway/connectors/mapping/methods/table.ts';
import { VARIABLES } from '../../../gateway/connectors/mapping/syntax.ts';
import { evaluate } from './evaluate.ts';
import type { ConnectVersion, Dialect } from '../../../gateway/connectors/mapping/mapping.ts';

const page = readFileSync(new URL('../../../docs/mapping.md', import.meta.url), 'utf8');
const EXAMPLE = /```json data\n(.*?)```\n```mapping ?(.*?)\n(.*?)```\n```json output\n(.*?)```/gs;

describe('docs/mapping.md', () => {
  const examples = [...page.matchAll(EXAMPLE)];

  test('has no example that this test overlooks', () => {
    expect(examples.length).toBe(page.match(/^```mapping/gm)?.length);
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples.map(([, data, flags, text, output]) => ({ data, flags, text, output })))(
    '$text',
    ({ data, flags, text, output }) => {
      const version = (/v(0\.\d)/.exec(flags!)?.[1] ?? '0.4') as ConnectVersion;
      const dialect = (/xml|grpc/.exec(flags!)?.[0] ?? 'json') as Dialect;
      expect(evaluate(text!, JSON.parse(data!), { version, dialect })).toEqual(JSON.parse(output!));
    },
  );

  test('lists every method and variable with its version', () => {
    const rows = new Map<string, string>();
    for (const row of page.matchAll(/^\| (`[$-].*?) \|.*\| (0\.\d) \|$/gm)) {
      for (const name of row[1]!.matchAll(/->(\w+)|(\$\w+)/g)) rows.set((name[1] ?? name[2])!, row[2]!);
    }
    for (const [name, { since }] of METHODS) expect(rows.get(name), name).toBe(since);
    for (const [name, since] of VARIABLES) expect(rows.get(name), name).toBe(since);
  });
});

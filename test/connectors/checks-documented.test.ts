import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../gateway/errors.ts';

const root = path.join(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/checks.md'), 'utf8');

/** Problem codes as the source writes them: `code: '…'`, `code = a ? '…' : '…'`, or as an argument of a `problem(…)`. */
function codesInSource(): Set<string> {
  const codes = new Set<string>();
  for (const file of globSync('gateway/**/*.ts', { cwd: root })) {
    const text = readFileSync(path.join(root, file), 'utf8');
    // Codes of answers to clients, and of libraries, are in files that know no problems.
    if (!/[pP]roblem|severity: '|\bfailure\(|'IMPORT_/.test(text)) continue;
    const places = [
      ...text.matchAll(/\bcode(?::| =(?!=))[^;\n]*/g),
      ...text.matchAll(/'IMPORT_[A-Z_]+'/g),
      ...text.matchAll(/(?:[pP]roblem|spoil|failure)\(\s*(?:[^']*?,\s*)?'[A-Z_]+'/g),
    ];
    for (const [place] of places)
      for (const [, code] of place.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)) codes.add(code!);
  }
  return codes;
}

const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, code]) => code!);

test('every problem code is documented once, with what it means and what to do', () => {
  const codes = [...codesInSource()].filter((code) => !(code in ERROR_CODES));
  expect(codes.length).toBeGreaterThan(50);
  expect(documented.toSorted()).toEqual([...new Set(codes)].toSorted());
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../gateway/commands/program.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/checks.md'), 'utf8');
const [, section] = page.split('\n## Composition\n');

test('what docs/checks.md shows is what sluice check says', async () => {
  const [users, reviews, shown] = [...section!.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text!,
  );
  const folder = mkdtempSync(join(tmpdir(), 'sluice-documented-'));
  try {
    for (const [name, text] of Object.entries({ users: users!, reviews: reviews! })) {
      const file = join(folder, name, 'schema.graphql');
      mkdirSync(dirname(file));
      writeFileSync(file, text);
    }
    const url = 'http://127.0.0.1:1/graphql';
    const of = (name: string) => ({ schema: `${name}/schema.graphql`, url });
    const config = join(folder, 'sluice.yaml');
    writeFileSync(config, JSON.stringify({ subgraphs: { users: of('users'), reviews: of('reviews') } }));
    let output = '';
    const code = await runCommandLine(['check', '--config', config], {
      env: {},
      stdout: { write: () => true },
      stderr: { write: (text: string) => (output += text) },
      stdin: process.stdin,
      loadGateway: () => import('../../../gateway/gateway.ts'),
    });
    expect(code).toBe(1);
    expect(output.replaceAll(`${folder}/`, '')).toBe(shown);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

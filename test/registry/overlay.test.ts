import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draw } from '../../gateway/blueprint.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { type Problem, ProblemsError } from '../../gateway/problem.ts';
import { createOverlay, type Overlay } from '../../gateway/registry/overlay.ts';
import type { SubgraphRecord } from '../../gateway/registry/record.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

const record = (name: string, sdl: string): SubgraphRecord => ({
  name,
  sdl: `${LINK}\n${sdl}`,
  url: 'http://127.0.0.1:1/graphql',
  upstreams: {},
  files: {},
});

describe('problems of registered subgraphs', () => {
  const started = process.cwd();
  let folder: string;
  let overlay: Overlay;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-overlay-'));
    overlay = createOverlay();
  });
  afterEach(() => {
    process.chdir(started);
    overlay.close();
    rmSync(folder, { recursive: true });
  });

  async function problemsOf(...records: readonly SubgraphRecord[]): Promise<readonly Problem[]> {
    const file = join(folder, 'sluice.yaml');
    const { config, problems } = loadConfig({
      file,
      text: 'subgraphs: {}\nregistry: { store: file }\n',
      env: {},
    });
    if (!config) throw new ProblemsError(problems);
    const overlaid = overlay.add(config, { records, pinned: {} });
    if ('problems' in overlaid) throw new ProblemsError(overlaid.problems);
    const drawn = await draw(overlaid.config);
    return overlay.withOwnPlaces('problems' in drawn ? drawn.problems : drawn.blueprint.problems);
  }

  const different = [
    record('users', 'type Query { user: User }\ntype User @shareable {\n  name: String\n}'),
    record('music', 'type User @shareable {\n  name: Int\n}'),
  ];

  test('name the registered schemas, also inside of the message', async () => {
    const problems = await problemsOf(...different);
    expect(problems).toMatchObject([
      { code: 'FIELD_TYPE_MISMATCH', subgraph: 'music', file: 'music/schema.graphql', line: 3 },
    ]);
    expect(problems[0]!.message).toMatch(/ See also users\/schema\.graphql:4\.$/);
    expect(JSON.stringify(problems)).not.toContain('sluice-graph-');
  });

  test('do so, too, where the process runs above its temporary files', async () => {
    process.chdir(tmpdir());
    const problems = await problemsOf(...different);
    expect(problems[0]).toMatchObject({ file: 'music/schema.graphql' });
    expect(JSON.stringify(problems)).not.toContain('sluice-graph-');
  });

  test('that are only hints do so, too', async () => {
    const problems = await problemsOf(
      record('users', 'type Query { a(x: Int): Int @shareable }'),
      record('music', 'type Query { a: Int @shareable }'),
    );
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        code: 'INCONSISTENT_ARGUMENT_PRESENCE',
        file: expect.stringMatching(/^(users|music)\/schema\.graphql$/),
      },
    ]);
  });
});

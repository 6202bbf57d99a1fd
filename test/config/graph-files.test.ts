import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentHash, graphFiles } from '../../gateway/config/graph-files.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { createLoadedModules, graphPart, restartProblems } from '../../gateway/config/restart.ts';
import type { Config } from '../../gateway/config/schema.ts';

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-graph-files-'));
  mkdirSync(join(folder, 'protos/common'), { recursive: true });
  for (const name of ['a.graphql', 'resolvers.ts', 'ca.pem', 'a.proto', 'protos/common/money.proto'])
    write(name, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const GRAPH = {
  upstreams: {
    a: {
      wire: 'grpc',
      address: 'localhost:1',
      protos: ['a.proto'],
      protoPaths: ['protos'],
      tls: { ca: 'ca.pem' },
    },
  },
  subgraphs: { a: { schema: 'a.graphql', resolvers: 'resolvers.ts' } },
};

function configOf(more: object = {}): Config {
  const text = JSON.stringify({ ...GRAPH, ...more });
  const { config, problems } = loadConfig({ file: join(folder, 'sluice.yaml'), text, env: {} });
  expect(problems).toBeUndefined();
  return config!;
}

describe('the files of a graph', () => {
  test('are all that it is made of, with the protos that others may import', () => {
    const names = graphFiles(configOf()).map((file) => file.slice(folder.length + 1));
    expect(names.toSorted()).toEqual([
      'a.graphql',
      'a.proto',
      'ca.pem',
      'protos/common/money.proto',
      'resolvers.ts',
    ]);
  });

  test.each(['a.graphql', 'ca.pem', 'protos/common/money.proto', 'resolvers.ts'])(
    'differ when %s does, and only then',
    (name) => {
      const hashNow = () => contentHash(graphFiles(configOf()));
      const before = hashNow();
      write(name, '');
      expect(hashNow()).toBe(before);
      write(name, 'changed');
      const changed = hashNow();
      expect(changed).not.toBe(before);
      rmSync(join(folder, name));
      expect(contentHash([join(folder, name)])).not.toBe(contentHash([]));
    },
  );
});

describe('a reload', () => {
  test('takes over what makes the graph', () => {
    const next = configOf({ coalesce: false, limits: { responseErrors: 7 }, reload: { warmOperations: 0 } });
    expect(restartProblems(configOf(), next)).toEqual([]);
    expect(graphPart(next)).not.toBe(graphPart(configOf()));
  });

  test('names the options that it does not take over', () => {
    const next = configOf({
      server: { port: 4444, cors: { origins: ['*'] } },
      limits: { bodyBytes: 7 },
      deadlineMs: 9,
      coalesceRequests: true,
      portal: { title: 'New' },
    });
    const told = restartProblems(configOf(), next);
    expect(new Set(told.map(({ message }) => message.split(' ')[0]))).toEqual(
      new Set([
        'coalesceRequests',
        'deadlineMs',
        'limits.bodyBytes',
        'portal.title',
        'server.cors',
        'server.port',
      ]),
    );
    expect(new Set(told.map(({ code, severity }) => `${severity} ${code}`))).toEqual(
      new Set(['warning CONFIG_NEEDS_RESTART']),
    );
    expect(graphPart(next)).toBe(graphPart(configOf()));
  });

  test('says that code which has been loaded stays as it was', () => {
    const modules = createLoadedModules();
    modules.load(configOf());
    expect(modules.problems(configOf())).toEqual([]);
    write('resolvers.ts', 'export const resolvers = {};');
    modules.load(configOf());
    expect(modules.problems(configOf())).toMatchObject([
      { code: 'CONFIG_NEEDS_RESTART', file: join(folder, 'resolvers.ts') },
    ]);
  });
});

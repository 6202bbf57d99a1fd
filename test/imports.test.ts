import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const oxlint = join(root, 'node_modules/.bin/oxlint');
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'sluice-imports-'));
  cpSync(join(root, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
});

afterAll(() => rmSync(tree, { recursive: true }));

/** The import rules that are broken in a folder, under the project's lint configuration. */
function brokenRulesIn(folder: string): string[] {
  const args = [oxlint, '--format=json'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics
    .filter(({ code }) => /no-restricted-imports|no-cycle/.test(code))
    .map(({ code, filename }) => `${code} ${filename}`);
}

/** The same for these files only. */
function brokenRules(files: Readonly<Record<string, string>>): string {
  for (const folder of ['gateway', 'subgraphs']) rmSync(join(tree, folder), { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  return brokenRulesIn(tree).join();
}

const uses = (specifier: string): string => `import { x } from '${specifier}';\nconsole.log(x);\n`;
const usesType = (specifier: string): string =>
  `import type { X } from '${specifier}';\nexport type Y = X;\n`;

const FORBIDDEN: readonly [file: string, specifier: string][] = [
  ['gateway/config/load.ts', '../observe/log.ts'],
  ['gateway/config/sections/server.ts', '../../http/server.ts'],
  ['gateway/http/server.ts', '../front/front.ts'],
  ['gateway/http/server.ts', '../execute/executor.ts'],
  ['gateway/upstreams/json.ts', '../policies/outbound/observe.ts'],
  ['gateway/upstreams/json.ts', './xml.ts'],
  ['gateway/upstreams/grpc.ts', './json.ts'],
  ['gateway/upstreams/xml/read.ts', '../grpc/types.ts'],
  ['gateway/upstreams/graphql.ts', './grpc.ts'],
  ['gateway/upstreams/json.ts', '../../subgraphs/users/resolvers.ts'],
  ['gateway/policies/inbound/cors.ts', './deadline.ts'],
  ['gateway/policies/outbound/observe.ts', '../inbound/observe.ts'],
  ['gateway/policies/policy.ts', '../execute/executor.ts'],
  ['gateway/compile/operation.ts', '../execute/executor.ts'],
  ['gateway/compile/operation.ts', '../planner/planner.ts'],
  ['gateway/execute/executor.ts', '../planner/planner.ts'],
  ['gateway/planner/planner.ts', '../execute/executor.ts'],
  ['gateway/planner/planner.ts', '../supergraph/snapshot.ts'],
  ['gateway/planner/model/read-supergraph.ts', '@apollo/federation-internals'],
  ['gateway/execute/executor.ts', '../compile/operation.ts'],
  ['gateway/execute/executor.ts', '../front/front.ts'],
  ['gateway/connectors/run.ts', '../upstreams/grpc.ts'],
  ['gateway/connectors/run.ts', '../policies/policy.ts'],
  ['gateway/commands/import.ts', '../connectors/run.ts'],
  ['gateway/commands/importers/proto.ts', '../../connectors/check/check.ts'],
  ['gateway/connectors/import/proto/schema.ts', '../../../upstreams/grpc.ts'],
  ['gateway/connectors/import/proto/schema.ts', '../../../supergraph/compose.ts'],
  ['gateway/supergraph/snapshot.ts', '../connectors/run.ts'],
  ['gateway/front/front.ts', '../execute/executor.ts'],
  ['gateway/drop-in/sluice-gateway.ts', '../front/front.ts'],
  ['gateway/drop-in/sluice-gateway.ts', '@apollo/gateway'],
  ['gateway/front/front.ts', '../policies/inbound/cors.ts'],
  ['gateway/observe/log.ts', '../config/schema.ts'],
  ['gateway/portal/page.ts', '../http/server.ts'],
  ['gateway/plan-output/json.ts', '../planner/planner.ts'],
  ['gateway/compile/plan.ts', '../plan-output/json.ts'],
  ['gateway/commands/start.ts', '../http/server.ts'],
  ['gateway/commands/start.ts', '../connectors/import/openapi/openapi.ts'],
  ['gateway/commands/importers/openapi.ts', '../../connectors/read.ts'],
  ['gateway/commands/importers/openapi.ts', '../../gateway.ts'],
  ['gateway/commands/registry/list.ts', '../../registry/registry.ts'],
  ['gateway/registry/registry.ts', '../admin/tokens.ts'],
  ['gateway/registry/registry.ts', '../front/front.ts'],
  ['gateway/usage/recorder.ts', '../registry/registry.ts'],
  ['gateway/stores/redis.ts', '../registry/record.ts'],
  ['gateway/admin/registry-api.ts', '../supergraph/snapshot.ts'],
  ['gateway/supergraph/reloader.ts', '../registry/registry.ts'],
  ['gateway/policies/operation/record-usage.ts', '../../registry/registry.ts'],
  ['gateway/request.ts', './upstreams/json.ts'],
  ['gateway/execute/executor.ts', '../gateway.ts'],
  ['gateway/errors.ts', './config/schema.ts'],
  ['subgraphs/users/resolvers.ts', '../orders/backend/order.ts'],
  ['subgraphs/users/backend/main.ts', '../../../gateway/errors.ts'],
  ['subgraphs/common/counters.ts', '../orders/backend/order.ts'],
  ['subgraphs/common/counters.ts', '../../gateway/errors.ts'],
  ['subgraphs/common/http/service.ts', '../../users/backend/store.ts'],
  ['subgraphs/common/http/service.ts', '../../../gateway/errors.ts'],
];

test.each(FORBIDDEN)('%s may not import %s', (file, specifier) => {
  expect(brokenRules({ [file]: uses(specifier) })).toContain('eslint(no-restricted-imports)');
});

const ALLOWED: readonly [file: string, text: string][] = [
  ['gateway/execute/executor.ts', usesType('../compile/plan.ts')],
  ['gateway/plan-output/json.ts', uses('../compile/print-plan.ts')],
  ['gateway/connectors/run.ts', usesType('../upstreams/upstream.ts')],
  ['gateway/commands/importers/proto.ts', uses('../../connectors/import/proto/import-proto.ts')],
  ['gateway/connectors/import/proto/schema.ts', uses('../../../upstreams/grpc/registry.ts')],
  ['gateway/policies/inbound/cors.ts', uses('../../errors.ts')],
  ['gateway/upstreams/json.ts', uses('./http/client.ts')],
  ['gateway/gateway.ts', uses('./policies/inbound/cors.ts')],
  ['gateway/commands/start.ts', uses('../config/load.ts')],
  ['gateway/commands/importers/openapi.ts', uses('../../connectors/import/openapi/openapi.ts')],
  ['subgraphs/users/backend/main.ts', uses('../../common/counters.ts')],
  ['subgraphs/common/http/service.ts', uses('../counters.ts')],
  ['subgraphs/common/http/service.ts', uses('./route.ts')],
];

test.each(ALLOWED)('%s may import what its room needs', (file, text) => {
  expect(brokenRules({ [file]: text })).toBe('');
});

test('no two files may import each other', () => {
  const broken = brokenRules({
    'gateway/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'gateway/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
  });
  expect(broken).toContain('import(no-cycle)');
});

test('the project keeps its own rules', () => {
  expect(brokenRulesIn(root)).toEqual([]);
});

import { expect, it } from 'vitest';
import { startProcess } from '../e2e/processes.ts';

/** Starts a gateway without a manager or data source of Apollo's, and tells which packages that loaded. */
const SCRIPT = `
  import { createRequire } from 'node:module';
  const { SluiceGateway } = await import('./gateway/drop-in/sluice-gateway.ts');
  const { composeSupergraph } = await import('./gateway/supergraph/compose.ts');
  const subgraph = { name: 'a', url: 'http://localhost:1', sdl: 'type Query { a: Int }' };
  const { supergraphSdl } = composeSupergraph([subgraph]);
  const gateway = new SluiceGateway({ supergraphSdl });
  await gateway.load();
  await gateway.stop();
  const packages = Object.keys(createRequire(import.meta.url).cache)
    .flatMap((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1] ?? []);
  console.log('loaded ' + [...new Set(packages)].join(' '));
`;

it('nothing of @apollo/gateway is loaded, nor anything that reports, and nothing keeps the process alive', async () => {
  const process = startProcess(['--input-type=module', '--eval', SCRIPT]);
  const [, loaded = ''] = await process.says(/loaded (.*)/);
  const packages = loaded.split(' ');
  expect(packages).toContain('graphql');
  expect(packages).toContain('@apollo/federation-internals');
  expect(packages).not.toContain('@apollo/gateway');
  expect(packages.filter((name) => name.startsWith('@opentelemetry/'))).toEqual([]);
  expect(await process.ended).toEqual({ code: 0, signal: null });
});

import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { loadConfig } from '../../gateway/config/load.ts';
import { composeFromConfig } from '../../gateway/gateway.ts';
import { DEMO_EXAMPLES } from '../../gateway/portal/examples.ts';

test("the page's examples are valid for the demo's graph", async () => {
  const { config } = loadConfig({ file: join(import.meta.dirname, '../../sluice.yaml'), env: {} });
  const composed = await composeFromConfig(config!);
  if (!('apiSdl' in composed)) throw new Error(JSON.stringify(composed.problems));
  const schema = buildSchema(composed.apiSdl);
  expect(DEMO_EXAMPLES.flatMap(({ query }) => validate(schema, parse(query)))).toEqual([]);
});

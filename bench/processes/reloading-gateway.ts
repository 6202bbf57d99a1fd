// A gateway that changes its schema when it is told to, and says how long its event loop was kept from requests.
// CONFIG: the configuration. CHANGE: a subgraph (JSON) that the other version of the graph has beside the others.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig } from '../../gateway/config/load.ts';
import type { Config, SubgraphConfig } from '../../gateway/config/schema.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { sayReady, setting } from './serve.ts';

const { config, problems } = loadConfig({ file: setting('CONFIG'), env: process.env });
if (!config) throw new Error(JSON.stringify(problems));
const changed: Config = {
  ...config,
  subgraphs: { ...config.subgraphs, change: JSON.parse(setting('CHANGE')) as SubgraphConfig },
};
const gateway = await createGateway(config);
const { url } = await gateway.start();
const delay = monitorEventLoopDelay({ resolution: 1 });
let isChanged = false;

async function reload(): Promise<object> {
  isChanged = !isChanged;
  const startedAt = performance.now();
  const { outcome, problems: found } = await gateway.reload(isChanged ? changed : config!);
  return { outcome, tookMs: performance.now() - startedAt, problems: found };
}

/** Since the last time, in milliseconds. */
function delays(): object {
  const figures = { p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 };
  delay.reset();
  delay.enable();
  return figures;
}

const control = createServer((request, response) => {
  const answer = request.url === '/reload' ? reload() : Promise.resolve(delays());
  void answer.then((text) => response.end(JSON.stringify(text)));
});
control.listen(0, '127.0.0.1', () =>
  sayReady({ http: Number(new URL(url).port), control: (control.address() as AddressInfo).port }),
);

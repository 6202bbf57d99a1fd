import { join } from 'node:path';
import { freePort } from './ports.ts';
import type { Contestant } from './workload.ts';

const MAIN = join(import.meta.dirname, '../../gateway/main.ts');

/** `sluice start` on a configuration file, on free ports; the log keeps warnings only, as the peers' do. */
export function sluice(configFile: string, env: Readonly<Record<string, string>> = {}): Contestant {
  return {
    name: 'Sluice',
    kind: 'sluice',
    async start(stage) {
      const [port, adminPort] = [await freePort(), await freePort()];
      const args = ['start', '--config', configFile, '--port', `${port}`, '--admin-port', `${adminPort}`];
      const gateway = await stage.start({
        name: 'sluice',
        script: MAIN,
        args: [...args, '--log-level', 'warn'],
        env: { NODE_ENV: 'production', ...env },
        core: 'job',
        readyUrl: `http://127.0.0.1:${port}/readyz`,
      });
      return { url: `http://127.0.0.1:${port}/graphql`, gateway, subgraphs: [] };
    },
  };
}

import { join } from 'node:path';
import { freePort } from './ports.ts';
import type { Contestant } from './workload.ts';

const MAIN = join(import.meta.dirname, '../../bin/sluice');

/** `sluice start` on a configuration file, on free ports; the log keeps warnings only, as the peers' do. */
export function sluice(
  configFile: string,
  {
    name = 'Sluice',
    env = {},
  }: { readonly name?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Contestant {
  return {
    name,
    kind: name === 'Sluice' ? 'sluice' : 'peer',
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

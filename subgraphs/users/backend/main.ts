import { join } from 'node:path';
import { startAdmin } from '../../common/admin.ts';
import { CallCounters } from '../../common/counters.ts';
import type { Listening } from '../../common/listening.ts';
import { startUsers } from './server.ts';

const { env } = process;
const DEFAULT_DATABASE = join(import.meta.dirname, '../../../.sluice/users.sqlite');

/** A whole number from the environment. Throws if it is not one. */
function numberFrom(name: string, fallback: number, maximum: number): number {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  if (/^[0-9]+$/u.test(text) && Number(text) <= maximum) return Number(text);
  throw new Error(`${name} must be a whole number from 0 to ${maximum}, not "${text}".`);
}

async function start(): Promise<readonly Listening[]> {
  const host = env['HOST'] || '127.0.0.1';
  const counters = new CallCounters();
  const grpc = await startUsers({
    host,
    port: numberFrom('GRPC_PORT', 50051, 65_535),
    database: env['DATABASE'] || DEFAULT_DATABASE,
    counters,
    latencyMs: numberFrom('LATENCY_MS', 0, 60_000),
  });
  const admin = await startAdmin({ host, port: numberFrom('ADMIN_PORT', 50061, 65_535), counters });
  console.log(JSON.stringify({ ready: true, ports: { grpc: grpc.port, admin: admin.port } }));
  return [grpc, admin];
}

/** Stops the servers and ends the process on the first SIGTERM or SIGINT, or when the parent is gone. */
function stopWhenAsked(servers: readonly Listening[]): void {
  const stop = () => {
    Promise.all(servers.map((server) => server.close())).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (env['SLUICE_EXIT_WITH_PARENT'] === '1') process.stdin.once('end', stop).once('error', stop).resume();
}

try {
  stopWhenAsked(await start());
} catch (error) {
  console.error(`users: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

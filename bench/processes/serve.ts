import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on a free port, says so in the line that the bench waits for, and ends with SIGTERM or the parent. */
export function serve(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => sayReady({ http: (server.address() as AddressInfo).port }));
}

export function sayReady(ports: Readonly<Record<string, number>>): void {
  const stop = () => process.exit(0);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.env['SLUICE_EXIT_WITH_PARENT'] === '1')
    process.stdin.once('end', stop).once('error', stop).resume();
  console.log(JSON.stringify({ ready: true, ports }));
}

/** A setting that the bench hands over. Throws if it is not there. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; this script is started by bench/run.ts.`);
  return value;
}

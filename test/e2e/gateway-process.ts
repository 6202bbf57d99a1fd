import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClient } from './client.ts';
import type { Client } from './client.ts';
import { projectRoot, startProcess } from './processes.ts';
import type { Ending, RunningProcess } from './processes.ts';

/** `node gateway/main.ts start` in a process of its own, on free ports, and a client of it. */
export interface GatewayProcess extends Client {
  readonly process: RunningProcess;
  readonly url: string;
  readonly adminUrl: string;
  /** The log's entries so far. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Resident memory in bytes (Linux only, like the rest of what the tests ask of /proc). */
  residentBytes(): number;
  /** The value of a metric with exactly these labels; `undefined` = there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
  stop(): Promise<Ending>;
}

/** Throws what the process said if it does not start. */
export async function startGatewayProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const process = startProcess(
    [join(projectRoot, 'gateway/main.ts'), 'start', '--port', '0', '--admin-port', '0', ...args],
    { env },
  );
  const [, url] = await process.says(/Endpoint\s+(http\S+)\/graphql/);
  const [, adminUrl] = await process.says(/Admin\s+(http\S+) /);
  return {
    ...startClient(url!),
    process,
    url: url!,
    adminUrl: adminUrl!,
    log: () => process.stdout().split('\n').filter(Boolean).map(parseEntry),
    residentBytes() {
      const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
    },
    async metric(name, labels = {}) {
      const text = await (await fetch(`${adminUrl}/metrics`)).text();
      for (const line of text.split('\n')) {
        const match = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
        if (match?.[1] === name && sameLabels(match[2] ?? '', labels)) return Number(match[3]);
      }
      return undefined;
    },
    stop: () => process.stop(),
  };
}

function parseEntry(line: string): Readonly<Record<string, unknown>> {
  return JSON.parse(line) as Readonly<Record<string, unknown>>;
}

function sameLabels(text: string, wanted: Readonly<Record<string, string>>): boolean {
  const found = [...text.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
  return (
    found.length === Object.keys(wanted).length && found.every(([, name, value]) => wanted[name!] === value)
  );
}

/** Writes a configuration (JSON is YAML) into a folder of its own; `file` is its path. */
export function writeConfig(config: object): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const file = join(folder, 'sluice.yaml');
  writeFileSync(file, JSON.stringify(config, null, 2));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

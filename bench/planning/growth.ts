import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, type Pinning } from '../process.ts';
import { aligned } from '../table.ts';
import { GROWTH_FAMILIES, type GrowthTimes } from './growth-families.ts';

const run = promisify(execFile);
const CHILD = join(import.meta.dirname, '../processes/planning-growth.ts');

const COLUMNS = ['', 'sizes', 'CPU ms', '', '', '', 'the third, first plan of a process'];

/** How the time of a plan grows with the size of what blows other planners up. A table in Markdown. */
export async function growthTable(pinning: Pinning, progress: (what: string) => void): Promise<string> {
  const rows: string[][] = [];
  for (const [index, { name, sizes }] of GROWTH_FAMILIES.entries()) {
    progress(`plan: growth: ${name}`);
    const [command, ...args] = pinned(pinning, 'job', [process.execPath, CHILD, `${index}`]);
    const { stdout } = await run(command!, args);
    const { firstMs, cpuMs } = JSON.parse(stdout.trim().split('\n').at(-1)!) as GrowthTimes;
    rows.push([name, sizes.join(', '), ...cpuMs.map((ms) => ms.toFixed(1)), firstMs.toFixed(0)]);
  }
  progress('');
  return aligned(COLUMNS, rows);
}

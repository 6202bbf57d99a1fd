import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, type Pinning } from '../process.ts';
import { machine } from '../report.ts';
import { PLANNING_CASES } from './cases.ts';
import { growthTable } from './growth.ts';
import { PLANNERS } from './planners.ts';
import { planningTable, type PlanningResult, type PlanningTimes } from './table.ts';

const run = promisify(execFile);
const CHILD = join(import.meta.dirname, '../processes/cold-planning.ts');

export interface PlanningOptions {
  readonly pinning: Pinning;
  /** Of warm-up, and again of measuring, for each planner and case. */
  readonly seconds: number;
  /** Planners whose name contains one of these; Sluice runs in any case. Empty = all. */
  readonly only: readonly string[];
  readonly progress: (what: string) => void;
}

/** Cold plans of a warm process: how long the first client of an operation waits. Returns the section of RESULTS.md. */
export async function runPlanning(options: PlanningOptions): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-plan-'));
  const parts: string[] = ['## plan: cold planning, every document another one', ''];
  try {
    for (const { name, title, supergraphSdl } of PLANNING_CASES) {
      const file = join(directory, `${name}.graphql`);
      writeFileSync(file, supergraphSdl());
      const results: PlanningResult[] = [];
      for (const planner of PLANNERS) {
        const isWanted =
          planner.isSluice === true ||
          options.only.length === 0 ||
          options.only.some((part) => planner.name.toLowerCase().includes(part.toLowerCase()));
        if (!isWanted || !planner.isInstalled()) continue;
        options.progress(`plan: ${name}: ${planner.name}`);
        results.push({ name: planner.name, outcome: await timesOf(planner.name, name, file, options) });
      }
      options.progress('');
      const table = planningTable(results);
      console.log(`\nplan ${name}: ${title}\n${table}`);
      parts.push(`${name}: ${title}`, '', table, '');
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const growth = await growthTable(options.pinning, options.progress);
  const title = 'How the time grows: CPU ms per plan at sizes that double';
  console.log(`\nplan growth: ${title}\n${growth}`);
  parts.push(`growth: ${title}`, '', growth, '');
  return [...parts, `${options.pinning.why}. ${machine()}`, ''].join('\n');
}

/** The times, or how the process ended without them. */
async function timesOf(
  planner: string,
  name: string,
  file: string,
  { pinning, seconds }: PlanningOptions,
): Promise<PlanningTimes | string> {
  const [command, ...args] = pinned(pinning, 'job', [
    process.execPath,
    CHILD,
    planner,
    name,
    file,
    `${seconds}`,
  ]);
  try {
    const { stdout } = await run(command!, args);
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as PlanningTimes;
  } catch (error) {
    const { signal, stderr } = error as { readonly signal?: string | null; readonly stderr?: string };
    if (typeof signal === 'string') return `aborts (${signal})`;
    return `fails: ${/^\w*Error: (.*)$/m.exec(stderr ?? '')?.[1]?.slice(0, 80) ?? String(error)}`;
  }
}

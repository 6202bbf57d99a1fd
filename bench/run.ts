import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { runCodegen } from './codegen/codegen.ts';
import { fastLoadTool, findLoadTool } from './load/load.ts';
import { findPinning } from './process.ts';
import { comparePlans } from './planning/compare.ts';
import { runPlanning } from './planning/plan.ts';
import { runReload } from './reload/reload.ts';
import { record, sectionOf, tableOf } from './report.ts';
import { runWorkload } from './workload-run.ts';
import { WORKLOADS } from './workloads/all.ts';

const RESULTS = join(import.meta.dirname, 'RESULTS.md');
const HIVE = join(import.meta.dirname, 'peers/hive');

/** Not a workload: nothing is served. */
const PLAN = 'plan';
const PLANS = 'plans';
/** Not a workload: one gateway, whose schema changes. */
const RELOAD = 'reload';
/** Not a workload: a command of its own. */
const CODEGEN = 'codegen';
const HELP = `
Workloads:
${WORKLOADS.map(({ name, title }) => `  ${name.padEnd(17)}${title}`).join('\n')}
  ${PLAN.padEnd(17)}cold planning of an operation, against other planners
  ${PLANS.padEnd(17)}what plans of random operations ask for, and whether they are right
  ${RELOAD.padEnd(17)}requests while the schema changes every second
  ${CODEGEN.padEnd(17)}types for a client of a schema with 20,000 fields

Examples:
  npm run bench                                  everything, some twenty minutes
  npm run bench -- posts --only echo             Sluice and the floor
  npm run bench -- demo --rounds 5 --record      write bench/RESULTS.md
  npm run bench -- --install-peers               Hive Gateway beside Apollo's, from then on
  node bench/profile.ts posts                    where Sluice's time goes

CPU per request is the figure to trust: it hardly depends on what else the machine does.
What each column means: docs/benchmarks.md.
`;

interface Options {
  readonly seconds: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly connections?: number;
  readonly only: readonly string[];
  readonly load?: string;
  readonly graphs: number;
  readonly seed: number;
  readonly examples?: boolean;
  readonly record?: boolean;
  readonly installPeers?: boolean;
}

const program = new Command('bench')
  .description('Measures Sluice, its peers and the floors side by side, in the same run on the same Node.')
  .addArgument(
    new Argument('[workload...]', 'default: all').choices([
      ...WORKLOADS.map(({ name }) => name),
      PLAN,
      PLANS,
      RELOAD,
      CODEGEN,
    ]),
  )
  .option('--seconds <number>', 'length of a round', positive, 6)
  .option('--warm-up <seconds>', 'load before the first round', positive, 6)
  .option('--rounds <number>', 'rounds of each contestant; the table has medians', positive, 3)
  .option('--connections <number>', 'requests under way at a time; default: 50, demo 8', positive)
  .option('--only <text...>', 'contestants whose name contains a text (and Sluice, to compare with)', [])
  .option('--load <tool>', 'own, wrk or autocannon; default: as the workload says')
  .option('--graphs <number>', 'plans: random graphs, 20 operations each', positive, 60)
  .option('--seed <number>', 'plans: the first graph', positive, 30_000)
  .option('--examples', 'plans: print operations for which another plan asks for less')
  .option('--record', 'write the tables to bench/RESULTS.md')
  .option('--install-peers', 'install the peers that are not part of the project, and end')
  .addHelpText('after', HELP)
  .action(run);

async function run(names: readonly string[], options: Options): Promise<void> {
  if (options.installPeers === true) return installPeers();
  const pinning = findPinning();
  const own = findLoadTool(options.load ?? 'own', pinning);
  const fast = findLoadTool(options.load ?? fastLoadTool(), pinning);
  const { seconds, warmUp: warmUpSeconds, rounds, only } = options;
  console.log(
    `Node ${process.versions.node}, ${pinning.cpus === undefined ? `not pinned: ${pinning.why}` : pinning.why}`,
  );
  const sections = new Map<string, string>();
  for (const workload of WORKLOADS) {
    if (names.length > 0 && !names.includes(workload.name)) continue;
    const load = workload.isFast ? fast : own;
    const connections = options.connections ?? workload.connections;
    const results = await runWorkload(workload, {
      pinning,
      load,
      connections,
      seconds,
      warmUpSeconds,
      rounds,
      only,
      progress,
    });
    progress('');
    console.log(
      `\n${workload.name}: ${workload.title}, ${results[0]!.bytes} bytes, ${connections} connections (${load.name})\n${tableOf(results)}`,
    );
    const circumstances = { load: load.name, pinning: pinning.why, connections, seconds, rounds };
    sections.set(workload.name, sectionOf(workload, results, circumstances));
  }
  if (names.length === 0 || names.includes(PLAN))
    sections.set(PLAN, await runPlanning({ pinning, seconds, only, progress }));
  if (names.length === 0 || names.includes(PLANS)) {
    const { graphs, seed: firstSeed, examples = false } = options;
    sections.set(
      PLANS,
      await comparePlans({ graphs, operationsPerGraph: 20, firstSeed, examples, progress }),
    );
  }
  if (names.length === 0 || names.includes(RELOAD))
    sections.set(RELOAD, await runReload({ seconds, warmUpSeconds, rounds, progress }));
  if (names.length === 0 || names.includes(CODEGEN))
    sections.set(CODEGEN, await runCodegen({ rounds, progress }));
  if (options.record !== true) return;
  writeFileSync(RESULTS, record(existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : undefined, sections));
  console.log(`\nRecorded in ${RESULTS}`);
}

/** One line that overwrites itself; nothing where nobody looks. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}`);
}

function installPeers(): void {
  const args = ['install', '--no-audit', '--no-fund', '--no-package-lock'];
  const { status } = spawnSync('npm', args, { cwd: HIVE, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm install in ${HIVE} failed.`);
}

function positive(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Use a whole number from 1.');
}

// Without this, Ctrl-C would leave the started processes to the system.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await program.parseAsync();
} catch (error) {
  progress('');
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message);
  process.exitCode = 1;
}

import { readFileSync, copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { findLoadTool } from './load/load.ts';
import { findPinning } from './process.ts';
import { summarise, type CpuProfile, type Shares } from './profile-summary.ts';
import { checkAnswers, withStage } from './workload-run.ts';
import { WORKLOADS } from './workloads/all.ts';

const HOOK = join(import.meta.dirname, 'processes', 'profile-hook.ts');

interface Options {
  readonly seconds: string;
  readonly warmUp: string;
  readonly top: string;
  readonly contestant: string;
  readonly out?: string;
  readonly memory?: boolean;
}

await new Command('profile')
  .description("Says where a gateway's CPU time (or memory) goes under the load of a workload of the bench.")
  .addArgument(new Argument('<workload>').choices(WORKLOADS.map(({ name }) => name)))
  .option('--seconds <number>', 'length of the profile', '8')
  .option('--warm-up <seconds>', 'load before the profile', '8')
  .option('--top <number>', 'lines of each list', '30')
  .option('--contestant <text>', 'the first whose name contains this', 'Sluice')
  .option('--memory', 'what is allocated, in place of time; what is collected since counts')
  .option('--out <file>', 'keep the .cpuprofile, for Chrome DevTools or VS Code')
  .action(profile)
  .parseAsync();

async function profile(name: string, options: Options): Promise<void> {
  const workload = WORKLOADS.find((workload) => workload.name === name)!;
  const pinning = findPinning();
  const load = findLoadTool('own', pinning);
  const { bodies, connections } = workload;
  const [seconds, warmUp, top] = [Number(options.seconds), Number(options.warmUp), Number(options.top)];
  await withStage(pinning, async (stage) => {
    const { contestants } = await workload.prepare(stage);
    const contestant = contestants.find(({ name }) => name.includes(options.contestant));
    if (contestant === undefined) throw new Error(`No contestant's name contains "${options.contestant}".`);
    const file = join(stage.directory, 'profile.cpuprofile');
    const { url, gateway } = await contestant.start(
      {
        ...stage,
        start: (process) =>
          stage.start({
            ...process,
            nodeFlags: ['--import', HOOK],
            env: {
              ...process.env,
              PROFILE_FILE: file,
              PROFILE_OF: options.memory === true ? 'memory' : 'time',
            },
          }),
      },
      undefined,
    );
    await checkAnswers(workload, contestant, url, undefined);
    await load.drive({ url, bodies, connections, seconds: warmUp });
    process.kill(gateway.pid, 'SIGUSR2');
    const { requests } = await load.drive({ url, bodies, connections, seconds });
    process.kill(gateway.pid, 'SIGUSR2');
    const recorded = await whenWritten(file);
    if (options.out !== undefined) copyFileSync(file, resolve(options.out));
    const summary = summarise(recorded, join(import.meta.dirname, '..'));
    const amount =
      options.memory === true
        ? `${(summary.all / requests / 1000).toFixed(1)} kB allocated per request`
        : `busy ${percent(summary.busy)}`;
    console.log(`${contestant.name}, ${name}: ${requests} requests, ${amount}`);
    print('Own share by room and package', summary.selfByGroup, top);
    print('Own share by file', summary.selfByFile, top);
    print('Own share by function', summary.selfByFunction, top);
    print('Share by function, with everything it calls', summary.totalByFunction, top * 2);
  });
}

async function whenWritten(file: string): Promise<CpuProfile> {
  for (;;) {
    try {
      if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    } catch (error) {
      // Half written: it is looked at again.
      if (!(error instanceof SyntaxError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function print(title: string, shares: Shares, top: number): void {
  console.log(`\n${title}`);
  for (const [name, share] of shares.slice(0, top)) console.log(`${percent(share).padStart(7)}  ${name}`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

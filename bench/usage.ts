import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Usage {
  /** User and system time since the process started, all threads, in milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

let ticksPerSecond: number | undefined;

/** What a child has used: from /proc on Linux, else by asking `processes/usage-hook.ts` inside it. */
export function usageOf(child: ChildProcess): Promise<Usage> {
  return process.platform === 'linux' ? Promise.resolve(fromProc(child.pid!)) : fromHook(child);
}

function fromProc(pid: number): Usage {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the name in parentheses may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const rss = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs: (ticks * 1000) / ticksPerSecond, rssBytes: Number(rss?.[1] ?? 0) * 1024 };
}

function fromHook(child: ChildProcess): Promise<Usage> {
  return new Promise((resolve) => {
    child.once('message', (usage) => resolve(usage as Usage));
    child.send('usage');
  });
}

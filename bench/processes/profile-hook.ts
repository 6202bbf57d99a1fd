// Loaded with --import into the profiled process: SIGUSR2 starts the profiler, the next one writes PROFILE_FILE.
import { writeFileSync } from 'node:fs';
import { Session, type HeapProfiler } from 'node:inspector/promises';
import type { CpuProfile } from '../profile-summary.ts';
import { setting } from './serve.ts';

const CPU_INTERVAL_MICROSECONDS = 250;
const MEMORY_INTERVAL_BYTES = 16_384;

const file = setting('PROFILE_FILE');
const memory = setting('PROFILE_OF') === 'memory';
const session = new Session();
session.connect();
let running = false;

async function start(): Promise<void> {
  if (memory) {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: MEMORY_INTERVAL_BYTES,
      // What is already gone again is what costs.
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    return;
  }
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_MICROSECONDS });
  await session.post('Profiler.start');
}

async function stop(): Promise<void> {
  const profile = memory
    ? asCpuProfile((await session.post('HeapProfiler.stopSampling')).profile.head)
    : (await session.post('Profiler.stop')).profile;
  writeFileSync(file, JSON.stringify(profile));
}

/** Bytes instead of microseconds, so that one summary reads both. */
function asCpuProfile(head: HeapProfiler.SamplingHeapProfileNode): CpuProfile {
  const nodes: CpuProfile['nodes'][number][] = [];
  const visit = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number => {
    const id = timeDeltas.push(selfSize);
    samples.push(id);
    nodes[id - 1] = { id, callFrame, children: children.map(visit) };
    return id;
  };
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  visit(head);
  return { nodes, samples, timeDeltas };
}

process.on('SIGUSR2', () => {
  void (running ? stop() : start());
  running = !running;
});

// What a new schema costs, phase by phase, in a process of its own; the last of several runs. Prints JSON.
import { setImmediate } from 'node:timers/promises';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { readFeatures } from '../../gateway/supergraph/features.ts';
import { apiDefinitions } from '../../gateway/supergraph/api-schema.ts';
import { buildSchema } from '../../gateway/supergraph/build-schema.ts';
import { readSdl } from '../../gateway/supergraph/read-sdl.ts';
import type { Sliced } from '../../gateway/supergraph/slices.ts';
import { readSupergraphSliced } from '../../gateway/planner/model/read-supergraph.ts';
import { largeGraph, LARGE } from '../reload/large-graph.ts';
import type { Phase } from '../reload/table.ts';

const RUNS = 3;

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
}

async function measured<Result>(phases: Phase[], name: string, work: Sliced<Result>): Promise<Result> {
  let [totalMs, longestMs] = [0, 0];
  for (;;) {
    const before = process.threadCpuUsage();
    const step = work.next();
    const stepMs = cpuMs(before);
    totalMs += stepMs;
    longestMs = Math.max(longestMs, stepMs);
    if (step.done === true) {
      phases.push({ name, cpuMs: totalMs, longestMs });
      return step.value;
    }
    await setImmediate();
  }
}

// oxlint-disable-next-line require-yield -- one step, as composition is.
function* composition(): Sliced<string> {
  const composed = composeSupergraph(largeGraph({ ...LARGE, urlOf: () => 'http://127.0.0.1' }));
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  return composed.supergraphSdl;
}

let phases: Phase[] = [];
for (let run = 0; run < RUNS; run++) {
  phases = [];
  const sdl = await measured(phases, 'compose (other thread)', composition());
  const document = await measured(phases, 'parse', readSdl(sdl));
  await measured(phases, "planner's model", readSupergraphSliced(document));
  const features = readFeatures(document.definitions);
  const visible = await measured(phases, 'API definitions', apiDefinitions(document.definitions, features));
  await measured(phases, 'API schema', buildSchema(visible, { assumeValid: true }));
}
console.log(JSON.stringify(phases));

// Times one planner on one case of bench/planning/cases.ts, in a process of its own: a native planner may abort it.
import { readFileSync } from 'node:fs';
import { PLANNING_CASES } from '../planning/cases.ts';
import { PLANNERS } from '../planning/planners.ts';
import type { PlanningTimes } from '../planning/table.ts';

const [plannerName, caseName, supergraphFile, seconds] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const build = await PLANNERS.find(({ name }) => name === plannerName)!.load();
const { operation } = PLANNING_CASES.find(({ name }) => name === caseName)!;
const supergraphSdl = readFileSync(supergraphFile, 'utf8');

/** A slow planner has to have as many samples as a median needs. */
const MIN_SAMPLES = 10;
const MAX_SAMPLES = 2000;

const buildingFrom = performance.now();
const planner = build(supergraphSdl);
const buildMs = performance.now() - buildingFrom;

let number = 0;
function once(): { readonly parseMs: number; readonly totalMs: number; readonly planned: unknown } {
  number += 1;
  const text = operation(number);
  const from = performance.now();
  const parsed = planner.parse(text);
  const parsedAt = performance.now();
  const planned = planner.plan(parsed);
  const to = performance.now();
  return { parseMs: parsedAt - from, totalMs: to - from, planned };
}

/** Of this thread, which every planner works on: what else the machine does, does not count. In steps of milliseconds. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function many(): readonly ReturnType<typeof once>[] {
  const samples: ReturnType<typeof once>[] = [];
  const endsAt = performance.now() + Number(seconds) * 1000;
  while (samples.length < MIN_SAMPLES || (samples.length < MAX_SAMPLES && performance.now() < endsAt))
    samples.push(once());
  return samples;
}

const first = once();
// Warm: as a gateway is that has planned for a while.
many();
const cpuFrom = cpuMs();
const samples = many();
const meanCpuMs = (cpuMs() - cpuFrom) / samples.length;
const sorted = (of: (sample: ReturnType<typeof once>) => number) => samples.map(of).sort((a, b) => a - b);
const [totals, parses] = [sorted(({ totalMs }) => totalMs), sorted(({ parseMs }) => parseMs)];
const at = (values: readonly number[], part: number) => values[Math.floor(values.length * part)]!;
const times: PlanningTimes = {
  buildMs,
  firstMs: first.totalMs,
  cpuMs: meanCpuMs,
  p50Ms: at(totals, 0.5),
  p99Ms: at(totals, 0.99),
  parseMs: at(parses, 0.5),
  samples: samples.length,
  ...planner.shape(first.planned),
};
console.log(JSON.stringify(times));

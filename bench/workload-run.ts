import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import type { LoadTool } from './load/load.ts';
import { measure, type Figures, type MeasureOptions } from './measure.ts';
import { startProcess, type Pinning, type RunningProcess } from './process.ts';
import { numbered, type Contestant, type Stage, type Workload } from './workloads/workload.ts';

/** Of the requests that are checked; the load's are larger. */
const FIRST_NUMBER = 1001;

export interface RunOptions extends Omit<MeasureOptions, 'bodies' | 'answerBytes'> {
  readonly pinning: Pinning;
  readonly load: LoadTool;
  /** Contestants whose name contains one of these; Sluice runs in any case. Empty = all. */
  readonly only: readonly string[];
  readonly progress: (what: string) => void;
}

export interface Result {
  readonly name: string;
  readonly kind: Contestant['kind'];
  /** Bytes of the answer; the mean, if there are several. */
  readonly bytes: number;
  readonly figures: Figures;
}

/** One contestant after the other, on the same backends. */
export async function runWorkload(workload: Workload, options: RunOptions): Promise<readonly Result[]> {
  return withStage(options.pinning, async (stage) => {
    options.progress(`${workload.name}: starting the backends`);
    const { counters, contestants } = await workload.prepare(stage);
    const results: Result[] = [];
    let answers: readonly string[] | undefined;
    for (const contestant of contestants) {
      const wanted =
        contestant.kind === 'sluice' ||
        options.only.length === 0 ||
        options.only.some((part) => contestant.name.toLowerCase().includes(part.toLowerCase()));
      if (!wanted) continue;
      const progress = (what: string) => options.progress(`${workload.name}: ${contestant.name}: ${what}`);
      progress('starting');
      results.push(
        await withStage(options.pinning, async (own) => {
          const started = await contestant.start(own, answers?.[0]);
          const given = await checkAnswers(workload, contestant, started.url, answers);
          answers ??= given;
          const bytes = given.reduce((all, text) => all + Buffer.byteLength(text), 0) / given.length;
          const load = { ...options, bodies: workload.bodies, answerBytes: bytes };
          const figures = await measure(started, counters, options.load, load, progress);
          await checkAnswers(workload, contestant, started.url, answers);
          return { name: contestant.name, kind: contestant.kind, bytes: Math.round(bytes), figures };
        }),
      );
    }
    return results;
  });
}

/** A folder and processes that end with `use`, whatever happens. */
export async function withStage<T>(pinning: Pinning, use: (stage: Stage) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const running: RunningProcess[] = [];
  try {
    return await use({
      directory,
      start: async (options) => {
        const started = await startProcess(options, pinning);
        running.push(started);
        return started;
      },
    });
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Each body once before the load and once after it: the right answer, and the same as everybody's. */
export async function checkAnswers(
  workload: Workload,
  contestant: Contestant,
  url: string,
  known: readonly string[] | undefined,
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const [at, body] of workload.bodies.entries())
    answers.push(
      await checkAnswer(workload, contestant, url, numbered(body, FIRST_NUMBER + at), known?.[at]),
    );
  return answers;
}

async function checkAnswer(
  workload: Workload,
  { name }: Contestant,
  url: string,
  body: string,
  known: string | undefined,
): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await request(url, { method: 'POST', headers, body });
  const text = await answer.body.text();
  try {
    const { data, errors } = JSON.parse(text) as { readonly data?: unknown; readonly errors?: unknown };
    assert.equal(answer.statusCode, 200);
    assert.equal(errors, undefined);
    workload.check(data, body);
    if (known !== undefined) assert.deepEqual(data, (JSON.parse(known) as { readonly data: unknown }).data);
  } catch (error) {
    const excerpt = text.length > 500 ? `${text.slice(0, 500)}…` : text;
    throw new Error(`${name} answers ${workload.name} wrongly: ${excerpt}\nThe request: ${body}`, {
      cause: error,
    });
  }
  return text;
}

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildASTSchema, getOperationAST, parse } from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { machine } from '../report.ts';
import { aligned } from '../table.ts';
import { DEMO_QUERY } from '../workloads/demo.ts';
import { PLANNING_CASES } from './cases.ts';
import { COMPARED_PLANNERS, type ComparedOutcome } from './compared-planners.ts';
import { figuresOf } from './plan-figures.ts';
import { sentRequests } from './sent-requests.ts';

const CHILD = join(import.meta.dirname, '../processes/compare-plans.ts');
const DEMO_SUPERGRAPH = join(import.meta.dirname, '../../schema/supergraph.graphql');

export interface ComparisonOptions {
  /** Random graphs that are tried; some do not compose. */
  readonly graphs: number;
  readonly operationsPerGraph: number;
  readonly firstSeed: number;
  /** Prints the operations for which another planner's plan takes fewer stages or requests. */
  readonly examples: boolean;
  readonly progress: (what: string) => void;
}

type Outcomes = ReadonlyMap<string, Partial<ComparedOutcome>>;

/** What plans of the same operations ask for, and whether they are right. Returns the section of RESULTS.md. */
export async function comparePlans(options: ComparisonOptions): Promise<string> {
  const planners = COMPARED_PLANNERS.filter(({ isInstalled }) => isInstalled());
  const results = new Map<string, Outcomes>();
  for (const { name } of planners) {
    options.progress(`plans: ${name}`);
    results.set(name, await outcomesOf(name, options));
  }
  options.progress('');
  const random = randomTable(results);
  const fixed = await fixedTable();
  const [own] = results.values();
  const count = [...(own ?? [])].filter(([, { outcome }]) => outcome !== 'no graph').length;
  const title = `${count} random operations (seeds from ${options.firstSeed}); totals of those that all planners answer right`;
  console.log(`\nplans: ${title}\n${random}\n\n${fixed}`);
  if (options.examples) printExamples(results);
  return [
    '## plans: what the plans of the same operations ask for',
    '',
    `${title}:`,
    '',
    random,
    '',
    'Single operations: fetches in the plan / requests sent (heavy) or at most (the others) / stages:',
    '',
    fixed,
    '',
    machine(),
    '',
  ].join('\n');
}

async function outcomesOf(planner: string, options: ComparisonOptions): Promise<Outcomes> {
  const outcomes = new Map<string, Partial<ComparedOutcome>>();
  const total = options.graphs * options.operationsPerGraph;
  // Whatever a process was about when it ended is what ended it.
  for (let done = 0; done < total; done = outcomes.size) {
    let begun: string | undefined;
    const child = spawn(
      process.execPath,
      [
        CHILD,
        planner,
        `${options.firstSeed}`,
        `${options.graphs}`,
        `${options.operationsPerGraph}`,
        `${done}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    for await (const text of createInterface({ input: child.stdout })) {
      const { id, ...outcome } = JSON.parse(text) as { id: string } & Partial<ComparedOutcome>;
      if (outcome.outcome === undefined) begun = id;
      else outcomes.set(id, outcome);
    }
    if (outcomes.size >= total) break;
    if (begun === undefined || outcomes.has(begun)) throw new Error(`${planner} cannot be run: ${CHILD}`);
    outcomes.set(begun, { outcome: 'aborted' });
    options.progress(`plans: ${planner}: ${outcomes.size} of ${total}`);
  }
  return outcomes;
}

const COLUMNS = [
  '',
  'right',
  'by luck',
  'wrong',
  'refused',
  'aborted',
  'requests',
  'fetches in plans',
  'stages',
  'more stages than Sluice',
  'fewer',
  'more requests',
  'fewer',
];

function randomTable(results: ReadonlyMap<string, Outcomes>): string {
  const [own] = results.values();
  const common = [...(own?.keys() ?? [])].filter((id) =>
    Array.from(results.values()).every((outcomes) => outcomes.get(id)?.outcome === 'right'),
  );
  return aligned(
    COLUMNS,
    Array.from(results, ([name, outcomes]) => {
      const all = [...outcomes.values()];
      const count = (kind: ComparedOutcome['outcome']): string =>
        `${all.filter(({ outcome }) => outcome === kind).length}`;
      const sum = (of: 'requests' | 'fetches' | 'depth'): string =>
        `${common.reduce((total, id) => total + (outcomes.get(id)?.[of] ?? 0), 0)}`;
      const against = (of: 'requests' | 'depth', sign: number): string => {
        if (outcomes === own) return '';
        const differs = (id: string): boolean =>
          Math.sign((outcomes.get(id)?.[of] ?? 0) - (own?.get(id)?.[of] ?? 0)) === sign;
        return `${[...outcomes.keys()].filter((id) => isRight(own, id) && isRight(outcomes, id) && differs(id)).length}`;
      };
      return [
        name,
        count('right'),
        count('lucky'),
        count('wrong'),
        count('refused'),
        count('aborted'),
        sum('requests'),
        sum('fetches'),
        sum('depth'),
        against('depth', 1),
        against('depth', -1),
        against('requests', 1),
        against('requests', -1),
      ];
    }),
  );
}

function isRight(outcomes: Outcomes | undefined, id: string): boolean {
  return outcomes?.get(id)?.outcome === 'right';
}

function printExamples(results: ReadonlyMap<string, Outcomes>): void {
  const [[, own] = ['', new Map()], ...others] = results;
  for (const [name, outcomes] of others)
    for (const [id, theirs] of outcomes) {
      const ours = own.get(id);
      if (!ours || ours.outcome !== 'right' || theirs.outcome !== 'right') continue;
      const isLess = (of: 'depth' | 'requests'): boolean => (theirs[of] ?? 0) < (ours[of] ?? 0);
      if (isLess('depth') || isLess('requests'))
        console.log(
          `${id} ${name}: stages ${theirs.depth} and not ${ours.depth}, requests ${theirs.requests} and not ${ours.requests}`,
        );
    }
}

/** Operations that people know, on each planner. */
async function fixedTable(): Promise<string> {
  const cases = [
    ...PLANNING_CASES.map(({ name, supergraphSdl, operation }) => ({
      name,
      sdl: supergraphSdl(),
      text: operation(1),
    })),
    { name: 'demo', sdl: readFileSync(DEMO_SUPERGRAPH, 'utf8'), text: DEMO_QUERY },
  ];
  const rows: string[][] = [];
  for (const { name, isInstalled, load } of COMPARED_PLANNERS) {
    if (!isInstalled()) continue;
    const { create, fetches } = await load();
    const row = [name];
    for (const { name: caseName, sdl, text } of cases) {
      try {
        const document = parse(text);
        const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
        const canonical = canonicalize(schema, getOperationAST(document)!, document);
        const planner = create(sdl, new Set());
        const figures = figuresOf(planner.plan(canonical.operation, canonical.document));
        const listed = fetches?.() ?? figures.fetches;
        // Only this graph has its data at hand; of the others it is told what is sent at most.
        const sent = caseName === 'heavy' ? await sentRequests(sdl, planner, text) : figures.requests;
        row.push(`${listed} / ${sent} / ${figures.depth}`);
      } catch (error) {
        row.push(`refused: ${error instanceof Error ? error.message.slice(0, 40) : ''}`);
      }
    }
    rows.push(row);
  }
  return aligned(['', ...cases.map(({ name }) => name)], rows);
}

import { expect, test } from 'vitest';
import type { Problem } from '../../../gateway/problem.ts';
import { composeSupergraph, type SubgraphSource } from '../../../gateway/supergraph/compose.ts';
import { printSubgraph } from '../../conformance/federated-graph.ts';
import { randomGraph } from '../../conformance/random-graph.ts';

/** `CONFORMANCE_SEED` starts elsewhere, `PROBLEM_GRAPHS` says how many; a tenth of them does not compose by itself. */
const SEED = Number(process.env['CONFORMANCE_SEED'] ?? 1);
const GRAPHS = Number(process.env['PROBLEM_GRAPHS'] ?? 30);

/** What concerns no single definition. */
const WITHOUT_PLACE = new Set(['COMPOSITION_FAILED', 'MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED']);

const sourcesOf = (seed: number): SubgraphSource[] =>
  randomGraph(seed).subgraphs.map((model) => ({
    name: model.name,
    file: `${model.name}.graphql`,
    sdl: printSubgraph(model),
  }));

function problemsOf(sources: readonly SubgraphSource[]): readonly Problem[] {
  const composed = composeSupergraph(sources);
  return 'problems' in composed ? composed.problems : [];
}

/** Entities lose their only key in one subgraph, one after the other: what authors forget most. */
function* withoutKey(sources: readonly SubgraphSource[]): Generator<SubgraphSource[]> {
  for (const source of sources) {
    if (!source.sdl.includes('@link')) continue;
    for (const [head] of source.sdl.matchAll(/^type \w+[^{\n]*? @key\(fields: "[^"]*"\) \{$/gm)) {
      if (head.split('@').length > 2) continue;
      const sdl = source.sdl.replace(head, head.replace(/@key\(.*\)/, '@shareable'));
      yield sources.map((one) => (one === source ? { ...one, sdl } : one));
    }
  }
}

const ADD_KEY =
  /^Add @key\(fields: "(.+?)"\) to type (\w+) in subgraphs? ([\w, ]+?)(?:, with the fields? ([^()]+?)(?: in \w+)?)?(?:; or |\.$)/;
const RESOLVE = /^Remove "resolvable: false" from @key\(fields: "(.+?)"\) of type (\w+) in subgraph (\w+),/;

/** The schemas after the first edit of a fix; `undefined` if it is neither of the two commonest. */
function edited(sources: readonly SubgraphSource[], fix: string): SubgraphSource[] | undefined {
  const [, fields, type, where, added] = ADD_KEY.exec(fix) ?? [];
  if (fields !== undefined) {
    const targets = where!.split(/, | and /);
    const more = added === undefined ? '' : ` { ${added.replace(/ and |, /g, ' ')} }`;
    return sources.map((source) => {
      if (!targets.includes(source.name)) return source;
      const own = source.name === targets.at(-1) ? more : '';
      return { ...source, sdl: `${source.sdl}\nextend type ${type!} @key(fields: "${fields}")${own}\n` };
    });
  }
  const [, key, of, subgraph] = RESOLVE.exec(fix) ?? [];
  if (key === undefined) return undefined;
  return sources.map((source) =>
    source.name === subgraph
      ? {
          ...source,
          sdl: source.sdl.replaceAll(new RegExp(`^(type ${of!}\\b[^\\n]*?), resolvable: false`, 'gm'), '$1'),
        }
      : source,
  );
}

test(
  'every problem of random graphs has a place and a fix, and making the first edit ends it',
  { timeout: 60_000 + GRAPHS * 1500 },
  () => {
    const counts = { problems: 0, edits: 0, composed: 0 };
    for (let seed = SEED; seed < SEED + GRAPHS; seed++) {
      const whole = sourcesOf(seed);
      const broken = problemsOf(whole).length > 0 ? [whole] : [...withoutKey(whole)].slice(0, 2);
      for (const sources of broken) {
        for (const { code, message, fix, line } of problemsOf(sources)) {
          const where = `seed ${seed}: ${code} ${message}\n${fix ?? ''}`;
          counts.problems++;
          expect(fix, where).toMatch(/^[A-Z].*\.$/s);
          if (!WITHOUT_PLACE.has(code)) expect(line ?? 0, where).toBeGreaterThan(0);
          const mended = code === 'SATISFIABILITY_ERROR' ? edited(sources, fix!) : undefined;
          if (!mended) continue;
          counts.edits++;
          const left = problemsOf(mended);
          const first = (text: string): string => text.split('; or ')[0]!.replace(/\.$/, '');
          expect(
            left.map((one) => first(one.fix!)),
            where,
          ).not.toContain(first(fix!));
          if (left.length === 0) counts.composed++;
        }
      }
    }
    expect(counts.problems).toBeGreaterThan(GRAPHS / 4);
    expect(counts.edits).toBeGreaterThan(GRAPHS / 8);
    expect(counts.composed).toBeGreaterThan(counts.edits * 0.9);
  },
);

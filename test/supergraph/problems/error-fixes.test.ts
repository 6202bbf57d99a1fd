import { ERRORS } from '@apollo/federation-internals';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { ERROR_FIXES } from '../../../gateway/supergraph/problems/composition-problems.ts';
import { applyRules } from '../../../gateway/supergraph/problems/fix-rules.ts';
import { HINT_FIXES } from '../../../gateway/supergraph/problems/hint-fixes.ts';
import { Places } from '../../../gateway/supergraph/problems/places.ts';
import { BROKEN_GRAPHS, LINK } from './broken-graphs.ts';

/** The package does not export its table of hints. */
const { HINTS } = createRequire(import.meta.url)('@apollo/composition/dist/hints.js') as {
  HINTS: Readonly<Record<string, { readonly code: string }>>;
};

function problemsOf(sdl: readonly string[]) {
  const composed = composeSupergraph(
    sdl.map((text, index) => {
      const name = 'abc'[index]!;
      const own = /^(extend schema @link\(|# Federation 1\n)/.test(text);
      return { name, file: `${name}.graphql`, sdl: own ? text : `${LINK}\n${text}` };
    }),
  );
  if (!('problems' in composed)) throw new Error('this must not compose');
  return composed.problems;
}

describe('an error of composition', () => {
  it.each(BROKEN_GRAPHS)('$code is told at $at: $fix', ({ code, sdl, at, fix }) => {
    const problem = problemsOf(sdl).find((one) => one.code === code && one.fix === fix);
    expect(problem, JSON.stringify(problemsOf(sdl), null, 2)).toMatchObject({ severity: 'error', fix });
    const { file, line } = problem!;
    expect(file === undefined ? '' : `${file}:${line}`).toBe(at);
  });

  it('has a fix, whatever its code is, also where the message is not known', () => {
    const codes = Object.values(ERRORS).map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(80);
    for (const code of codes) {
      const fix = applyRules(ERROR_FIXES, code, {
        message: 'A text of a later version.',
        subgraph: undefined,
        places: new Places(),
      });
      expect(fix?.text, code).toMatch(/^[A-Z].*\.$/s);
    }
    expect(Object.keys(ERROR_FIXES).toSorted()).toEqual([...codes, 'COMPOSITION_FAILED'].toSorted());
  });

  it('of many subgraphs names the other places', () => {
    const [problem] = problemsOf([
      'type Query { t: T }\ntype T {\n  a: Int @shareable\n}',
      'type T {\n  a: String @shareable\n}',
      'type T {\n  a: String @shareable\n}',
    ]);
    expect(problem).toMatchObject({ file: 'a.graphql', line: 4 });
    expect(problem!.message).toMatch(/ See also b\.graphql:3 and c\.graphql:3\.$/);
  });

  it('tells in plain words that the proof was stopped, and the way out', () => {
    const fix = applyRules(ERROR_FIXES, 'MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED', {
      message: 'Maximum number of validation subgraph paths exceeded: 100001',
      subgraph: undefined,
      places: new Places(),
    });
    expect(fix!.message).toMatch(/^The proof that every query can be answered was stopped/);
    expect(fix!.text).toMatch(/^Give each entity one @key/);
  });
});

describe('a hint of composition', () => {
  const NOT_MENDED = new Set(['DIRECTIVE_COMPOSITION_INFO', 'DIRECTIVE_COMPOSITION_WARN']);

  it.each(Object.values(HINTS).map(({ code }) => code))('%s has a fix where an edit would end it', (code) => {
    expect(Object.hasOwn(HINT_FIXES, code)).toBe(!NOT_MENDED.has(code));
  });

  it('names what to edit', () => {
    const composed = composeSupergraph([
      {
        name: 'a',
        file: 'a.graphql',
        sdl: `${LINK}\ntype Query { t(e: E): T @shareable }\nenum E { A B }\n"One."\ntype T @shareable { x: Int! }`,
      },
      {
        name: 'b',
        file: 'b.graphql',
        sdl: `${LINK}\ntype Query { t(e: E, f: Int): T @shareable }\nenum E { A }\n"Two."\ntype T @shareable { x: Int }`,
      },
    ]);
    if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
    expect(Object.fromEntries(composed.hints.map(({ code, fix }) => [code, fix]))).toMatchObject({
      INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE: 'Give T.x the same type in all subgraphs.',
      INCONSISTENT_ARGUMENT_PRESENCE:
        'Add Query.t(f:) in all subgraphs that resolve the field; clients do not see it before.',
      INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM:
        'Add B to enum E in all subgraphs that define it, clients do not see it before.',
    });
  });
});

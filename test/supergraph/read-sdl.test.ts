import * as fc from 'fast-check';
import { GraphQLError, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readSdl } from '../../gateway/supergraph/read-sdl.ts';
import { atOnce, inSlices, type Sliced } from '../../gateway/supergraph/slices.ts';

/** What could be taken for the end of a definition. */
const DEFINITIONS = [
  'type A { a(x: In = { y: "}" }): Int # }\n b: Int }',
  '"""A } in """\nscalar S',
  '"""Escaped \\""" } """ type B @d(x: "\\"}") { "}" b: Int }',
  'union U = A | B',
  'directive @d(x: String = "}", y: In = {}) on OBJECT',
  'enum E { """\n}\n""" X }',
  '# } a comment {\r\ninput In { y: String = "{" z: In = { y: "" } }',
  'interface Empty',
  '\uFEFF,, type C { c: Int },',
];

const filler = `type Filler { ${Array.from({ length: 1500 }, (_, n) => `field${n}: Int`).join(' ')} }`;
const steps = <Result>(work: Sliced<Result>): number => {
  let count = 1;
  while (work.next().done !== true) count++;
  return count;
};

describe('a schema that is read piece by piece', () => {
  it('is the schema that is read in one go', () => {
    const definition = fc.oneof(fc.constantFrom(...DEFINITIONS), fc.constant(filler));
    fc.assert(
      fc.property(fc.array(definition, { minLength: 1, maxLength: 12 }), (definitions) => {
        const sdl = definitions.join('\n');
        expect(print(atOnce(readSdl(sdl)))).toBe(print(parse(sdl)));
      }),
      { numRuns: 100 },
    );
  });

  it('takes as many steps as it has pieces', () => {
    expect(steps(readSdl(Array.from({ length: 20 }, () => filler).join('\n')))).toBeGreaterThan(20);
  });

  it.each([
    ['', 1, 1],
    ['# nothing', 1, 10],
    [`${filler}\n${filler}\ntype X {\n  a: }`, 4, 6],
    [`${filler}\n}\n${filler}`, 2, 1],
    [`${filler}\ntype Y { a: Int`, 2, 16],
    [`${filler}\n"never closed`, 2, 14],
    [`${filler}\n"""never closed`, 2, 16],
  ])('is refused where it is broken (case %#)', (sdl, line, column) => {
    const refusal = (() => {
      try {
        return atOnce(readSdl(sdl));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(GraphQLError);
    expect((refusal as GraphQLError).locations).toEqual([{ line, column }]);
  });
});

describe('work in slices', () => {
  function* counting(count: number, onStep: () => void = () => undefined): Sliced<number> {
    for (let step = 0; step < count; step++) {
      onStep();
      yield;
    }
    return count;
  }

  it('gives the same result, and lets others have their turn', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    const spin = (): void => {
      const endsAt = performance.now() + 0.5;
      while (performance.now() < endsAt);
    };
    expect(await inSlices(counting(200, spin), { sliceMs: 1 })).toBe(200);
    clearInterval(others);
    expect(turns).toBeGreaterThan(10);
    expect(atOnce(counting(3))).toBe(3);
  });

  it('ends where it is when it is not wanted any more', async () => {
    const unwanted = new AbortController();
    let steps = 0;
    const work = counting(1_000_000, () => {
      if (++steps === 10) unwanted.abort(new Error('Not wanted.'));
    });
    await expect(inSlices(work, { sliceMs: 0, signal: unwanted.signal })).rejects.toThrow('Not wanted.');
    expect(steps).toBe(10);
  });
});

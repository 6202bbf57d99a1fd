import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadProtoTexts } from '../../../../gateway/upstreams/grpc/registry.ts';
import { protoFile } from './arbitrary.ts';
import { checked, fixture, imported } from './imported.ts';

const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 40) };

describe('whatever a proto says', () => {
  test('the subgraph passes every check, beside another one composes, and loses no method without a word', () => {
    fc.assert(
      fc.property(protoFile, (text) => {
        const result = imported({ 'random.proto': text });
        if (!('sdl' in result)) {
          // All methods take what cannot be sent.
          const left = result.problems.filter(({ code }) => code === 'IMPORT_LEFT_OUT');
          expect(left.length).toBe(text.match(/\brpc\b/g)!.length);
          return;
        }
        const errors = checked(result).filter(
          ({ severity, code }) => severity === 'error' || !HARMLESS.has(code),
        );
        if (errors.length > 0) throw new Error(`${JSON.stringify(errors, null, 2)}\n${result.sdl}`);
        const { registry } = loadProtoTexts(new Map([['random.proto', text]]));
        const methods = registry!.services().flatMap((service) => [...service.methods.values()]);
        for (const { fullName } of methods)
          expect(
            result.sdl.includes(`"${fullName}"`) ||
              result.problems.some(({ message }) => message.includes(fullName)),
            fullName,
          ).toBe(true);
      }),
      RUNS,
    );
  });

  test('a file with characters lost, doubled or exchanged is refused or imported, and never throws', () => {
    const names = ['shop', 'datastore', 'legacy', 'editions'];
    const damage = fc.record({
      name: fc.constantFrom(...names),
      cuts: fc.array(
        fc.record({
          at: fc.nat(6000),
          length: fc.nat(12),
          put: fc.constantFrom('', '{', '}', ';', '"', '=', '/*', 'map<', 'oneof x {', '9', '\0'),
        }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    });
    fc.assert(
      fc.property(damage, ({ name, cuts }) => {
        const text = cuts.reduce(
          (left, { at, length, put }) => left.slice(0, at) + put + left.slice(at + length),
          fixture(name),
        );
        const result = imported({ 'damaged.proto': text });
        if (!('sdl' in result))
          expect(result.problems.some(({ severity }) => severity === 'error')).toBe(true);
        else expect(checked(result).filter(({ severity }) => severity === 'error')).toEqual([]);
      }),
      RUNS,
    );
  });
});

const HARMLESS = new Set(['N_PLUS_ONE']);

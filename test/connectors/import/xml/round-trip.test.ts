import * as fc from 'fast-check';
import type { GraphQLInputType, GraphQLOutputType } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { expect, test } from 'vitest';
import { decodeXml } from '../../../../gateway/upstreams/xml/decode.ts';
import { xmlBackend } from '../../backends.ts';
import { openGraph } from '../../graph.ts';
import { checked, subgraphOf, xsdOf } from './imported-graph.ts';
import { faultsOf, randomSchema } from './random-schema.ts';

type Draw = (below: number) => number;
const MAX_DEPTH = 5;

/** A source of choices that fast-check can shrink. */
const draws = fc.infiniteStream(fc.nat({ max: 2 ** 30 })).map(
  (stream): Draw =>
    (below) =>
      stream.next().value! % below,
);

test('any schema becomes a subgraph that passes the checks and composes, and what is sent comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(draws, async (draw) => {
      const schema = randomSchema(draw);
      const operations = ['GET /root root', 'POST /root root root'];
      const { sdl } = subgraphOf(await xsdOf({ 'random.xsd': schema.xsd }, { operations }));
      expect(checked(sdl)).toEqual([]);
      const xml = await xmlBackend(({ body }) => body);
      const graph = openGraph({ sdl, backends: { xml } });
      try {
        const field = graph.model.schema.getMutationType()!.getFields()['createRoot']!;
        const arg = field.args.find((a) => a.name === 'input');
        const marked = sdl.matchAll(/(\w+)\?->(?:map\(@->)?match\(\[true/g);
        const markers = new Set([...marked].map(([, name]) => name!));
        const input = arg && valueOf(arg.type, draw, 0, markers);
        const selection = selectionOf(field.type, 0);
        const query = arg
          ? `mutation ($input: ${String(arg.type)}) { createRoot(input: $input) ${selection} }`
          : `mutation { createRoot ${selection} }`;
        const answered = await graph.run(query, { input });
        const context = `${schema.xsd}\n${sdl}\n${xml.asked[0]?.body}`;
        expect(answered.errors, context).toBeUndefined();
        expect(plain(answered.data!['createRoot']), context).toEqual(seen(input, field.type, 0));
        const sent = decodeXml(xml.asked[0]!.body, { namespaces: { none: 'urn:none' } });
        const root = schema.namespace === '' ? 'root' : `{${schema.namespace}}root`;
        expect(faultsOf(sent[root], schema.root, schema, 'root'), context).toEqual([]);
      } finally {
        await graph.close();
        await xml.stop();
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 15), seed: Number(process.env['SEED'] ?? 7) },
  );
}, 300_000);

/** GraphQL results have no prototype. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  String: ['', 'a', ' b  c ', '<&>"\'', 'ü\n\tx'],
  ID: ['1', 'a', '007'],
  Int: [0, -4, 4],
  BigInt: ['0', '-9007199254740993', '9007199254740993'],
  Float: [0, 1.5, -2e10],
  Boolean: [true, false],
  Decimal: ['0', '-12.50', '1234567890123456789.01'],
  Date: ['2026-11-21', '2024-02-29'],
  DateTime: ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123+02:00'],
  Bytes: ['', 'AAEC', 'aGVsbG8='],
};

/** `only`: the field says that something is there, or nothing at all. */
function valueOf(
  type: GraphQLInputType,
  draw: Draw,
  depth: number,
  markers: ReadonlySet<string>,
  only?: 'true' | 'word' | 'must',
): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, draw, depth, markers, only ?? 'must');
  if (isListType(type)) {
    if (depth > MAX_DEPTH) return [];
    const { ofType } = type;
    const item = isNonNullType(ofType) ? ofType.ofType : ofType;
    const kind = isListType(item) ? 'must' : only === 'true' ? only : 'word';
    return Array.from({ length: draw(4) }, () => valueOf(item, draw, depth, markers, kind));
  }
  if (only === undefined && (depth > MAX_DEPTH || draw(4) === 0)) return draw(2) === 0 ? null : undefined;
  if (isInputObjectType(type) && type.isOneOf) {
    const fields = Object.values(type.getFields());
    // Deep down, one that leads no deeper.
    const chosen =
      depth < MAX_DEPTH
        ? fields[draw(fields.length)]!
        : (fields.find((f) => !isInputObjectType(f.type)) ?? fields[0]!);
    return {
      [chosen.name]: valueOf(
        chosen.type,
        draw,
        depth + 1,
        markers,
        markers.has(chosen.name) ? 'true' : 'must',
      ),
    };
  }
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields()).flatMap((field) => {
        const value = valueOf(
          field.type,
          draw,
          depth + 1,
          markers,
          markers.has(field.name) ? 'true' : undefined,
        );
        return value === undefined ? [] : [[field.name, value]];
      }),
    );
  if (isEnumType(type)) return type.getValues()[draw(type.getValues().length)]!.name;
  if (only === 'true') return true;
  // White space and empty texts are no words of a list.
  if (only === 'word' && type.name === 'String') return ['a', 'b&c'][draw(2)];
  const values = SCALARS[type.name]!;
  return values[draw(values.length)];
}

function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(
    (f) => depth < MAX_DEPTH + 1 || !isObjectType(getNamedType(f.type)),
  );
  return `{ __typename ${fields.map((f) => `${f.name} ${selectionOf(f.type, depth + 1)}`).join(' ')} }`;
}

/** What an answer shows of an input: null for what is missing, an empty list for no list. */
function seen(value: unknown, type: GraphQLOutputType, depth: number): unknown {
  if (isNonNullType(type)) return seen(value, type.ofType, depth);
  if (isListType(type)) return ((value ?? []) as unknown[]).map((item) => seen(item, type.ofType, depth));
  if (value === undefined || value === null) return null;
  if (!isObjectType(type)) return value;
  const given = value as Record<string, unknown>;
  const fields = Object.values(type.getFields()).filter(
    (f) => depth < MAX_DEPTH + 1 || !isObjectType(getNamedType(f.type)),
  );
  return {
    __typename: type.name,
    ...Object.fromEntries(
      fields.map((f) => [
        f.name,
        f.name === 'present' && !Object.hasOwn(given, 'present')
          ? true
          : seen(given[f.name], f.type, depth + 1),
      ]),
    ),
  };
}

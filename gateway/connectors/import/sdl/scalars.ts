import type { SdlType } from './model.ts';

/** Scalars of this gateway that GraphQL does not have itself, with what is said of them where they are declared. */
const SCALARS: ReadonlyMap<string, string> = new Map([
  ['BigInt', 'A whole number of any size, as a text.'],
  ['Bytes', 'Bytes in base64.'],
  ['Date', 'A day, `2026-03-01`.'],
  ['DateTime', 'An instant in time, RFC 3339 with zone: `2026-03-01T10:00:00Z`.'],
  ['Decimal', 'A decimal number of any precision, as a text.'],
  ['Duration', 'A span of time, ISO 8601: `PT3.5S`.'],
  ['JSON', 'Any JSON value.'],
  ['UUID', 'A UUID (RFC 9562).'],
]);

const SPECIFIED_BY: ReadonlyMap<string, string> = new Map([
  ['DateTime', 'https://scalars.graphql.org/andimarek/date-time'],
]);

const BUILT_IN = ['ID', 'Int', 'Float', 'String', 'Boolean'];

export const isBuiltIn = (name: string): boolean => BUILT_IN.includes(name);
export const isScalar = (name: string): boolean => isBuiltIn(name) || SCALARS.has(name);

/** Names that mean something to GraphQL, to federation or to this gateway: no type of a description gets one. */
export const RESERVED_TYPE_NAMES: readonly string[] = [
  ...BUILT_IN,
  ...SCALARS.keys(),
  'LocalDateTime',
  'Query',
  'Mutation',
  'Subscription',
  '_Any',
  '_Entity',
  '_Service',
  'FieldSet',
  'ConnectorHeader',
  'ConnectorBatch',
  'link__Import',
  'link__Purpose',
];

/** The declarations of those that are used, by name; `said`: where the wire writes a value in a way of its own. */
export function scalarTypes(
  used: Iterable<string>,
  said: Readonly<Record<string, string>> = {},
): readonly SdlType[] {
  return [...new Set(used)]
    .filter((name) => SCALARS.has(name))
    .sort()
    .map((name): SdlType => {
      const url = SPECIFIED_BY.get(name);
      const directives = url === undefined ? [] : [{ name: 'specifiedBy', args: { url } }];
      return { kind: 'scalar', name, description: said[name] ?? SCALARS.get(name), directives };
    });
}

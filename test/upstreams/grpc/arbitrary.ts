import * as fc from 'fast-check';
import type { EnumType, MessageType, ProtoField, ScalarKind } from '../../../gateway/upstreams/grpc/types.ts';

/** Any plain data that a message can decode to, for any message type. */
export function plainMessage(type: MessageType, depth = 0): fc.Arbitrary<unknown> {
  const special = type.wellKnown === undefined ? undefined : wellKnown(type);
  if (special !== undefined) return special;
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const always: string[] = [];
  const inOneof = new Set([...type.oneofs.values()].flat());
  for (const field of type.fields.values()) {
    if (inOneof.has(field.jsonName)) continue;
    // What contains itself must end somewhere.
    if (depth > 2 && !field.repeated && typeof field.type === 'object' && field.type.kind === 'message')
      continue;
    members[field.jsonName] = plainField(field, depth);
    if (field.presence === 'implicit' || field.required) always.push(field.jsonName);
  }
  let arbitrary: fc.Arbitrary<object> = fc.record(members, { requiredKeys: always });
  for (const names of type.oneofs.values()) {
    const choices = names.map((name) =>
      plainField(type.fields.get(name)!, depth).map((value) => ({ [name]: value })),
    );
    arbitrary = fc
      .tuple(arbitrary, fc.oneof(fc.constant({}), ...choices))
      .map(([rest, chosen]) => ({ ...rest, ...chosen }));
  }
  return arbitrary;
}

function plainField(field: ProtoField, depth: number): fc.Arbitrary<unknown> {
  const message = typeof field.type === 'object' && field.type.kind === 'message';
  if (depth > 2 && message && field.repeated) return fc.constant([]);
  if (field.map) {
    return fc
      .array(fc.tuple(mapKey(field.map.key), plainValue(field.type, depth + 1)), { maxLength: 3 })
      .map((entries) => Object.fromEntries(entries));
  }
  const value = plainValue(field.type, depth + 1);
  return field.repeated ? fc.array(value, { maxLength: 3 }) : value;
}

function plainValue(type: ScalarKind | MessageType | EnumType, depth: number): fc.Arbitrary<unknown> {
  if (typeof type === 'string') return scalar(type);
  if (type.kind === 'message') return plainMessage(type, depth);
  const unknown = type.closed ? [] : [fc.integer({ min: 1000 })];
  return fc.oneof(fc.constantFrom(...type.values.keys()), ...unknown);
}

function scalar(kind: ScalarKind): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'double':
      return fc.double();
    case 'float':
      return fc.oneof(
        fc.constantFrom(0.1, 1e-7, 3.4028235e38, Number.NaN, Number.NEGATIVE_INFINITY, -0),
        fc.integer({ min: -9999, max: 9999 }).map((n) => n / 100),
      );
    case 'bool':
      return fc.boolean();
    case 'string':
      return text;
    case 'bytes':
      return fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'uint32':
    case 'fixed32':
      return fc.oneof(fc.constantFrom(0, 4_294_967_295), fc.nat(4_294_967_295));
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), ...edges(true)).map(String);
    case 'uint64':
    case 'fixed64':
      return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ...edges(false)).map(String);
    default:
      return fc.oneof(fc.constantFrom(0, -2_147_483_648, 2_147_483_647), fc.integer());
  }
}

function edges(signed: boolean): fc.Arbitrary<bigint>[] {
  const edge = [0n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  return [
    fc.constantFrom(
      ...edge,
      ...(signed ? [...edge.map((value) => -value), -(2n ** 63n)] : [2n ** 63n, 2n ** 64n - 1n]),
    ),
  ];
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => value.isWellFormed()),
  fc.constantFrom('', '__proto__', 'constructor', 'ü€😀', '12345678', '\0'),
);

function mapKey(kind: ScalarKind): fc.Arbitrary<string> {
  return (kind === 'string' ? text : scalar(kind)).map(String);
}

const json = fc.jsonValue({ maxDepth: 2 }).map(noNegativeZero);

/** JSON has no -0 to give back. */
function noNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function wellKnown(type: MessageType): fc.Arbitrary<unknown> | undefined {
  switch (type.wellKnown) {
    case 'Timestamp':
      return fc
        .tuple(fc.integer({ min: -62_135_596_800, max: 2_000_000_000 }), fraction)
        .map(([seconds, digits]) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}${digits}Z`);
    case 'Duration':
      return fc
        .tuple(fc.constantFrom('', '-'), fc.nat(315_575_999_999), fraction)
        .map(([sign, seconds, digits]) =>
          seconds === 0 && digits === '' ? '0s' : `${sign}${seconds}${digits}s`,
        );
    case 'Value':
      return json;
    case 'ListValue':
      return fc.array(json, { maxLength: 3 });
    case 'Struct':
      return fc.dictionary(text, json, { maxKeys: 3 }).map((object) => ({ ...object }));
    case 'FieldMask':
      return fc.array(fc.constantFrom('a', 'a.b_c', 'display_name'), { maxLength: 3 });
    case 'Any':
      return fc.oneof(
        fc.record({ '@type': fc.constant('example.com/of.Nothing'), value: scalar('bytes') }),
        fc.record({
          '@type': fc.constant('type.googleapis.com/kinds.v1.Point'),
          x: fc.integer(),
          y: fc.integer(),
        }),
        fc.record({
          '@type': fc.constant('type.googleapis.com/google.protobuf.Duration'),
          value: fc.constant('1.500s'),
        }),
      );
    case 'wrapper':
      return scalar(type.fields.get('value')!.type as ScalarKind);
    default:
      return undefined;
  }
}

const fraction = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 999 }).map((n) => `.${String(n).padStart(3, '0')}`),
  fc.integer({ min: 1, max: 999 }).map((n) => `.000${String(n).padStart(3, '0')}`),
  fc.integer({ min: 1, max: 999 }).map((n) => `.000000${String(n).padStart(3, '0')}`),
);

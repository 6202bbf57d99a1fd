import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../gateway/errors.ts';
import { plainMessage } from './arbitrary.ts';
import { fixtures } from './fixtures.ts';

const registry = fixtures('kinds.proto', 'legacy.proto', 'newer.proto', 'edition.proto');

/** Encodes and decodes, as the message of that name under `kinds.v1`. */
function roundTrip(message: string, data: unknown): unknown {
  const codec = registry.codec(`kinds.v1.${message}`);
  return codec.decode(codec.encode(data));
}

function decode(message: string, bytes: readonly number[]): unknown {
  return registry.codec(message).decode(Buffer.from(bytes));
}

/** The message of the `BAD_USER_INPUT` with which encoding must fail. */
function refusal(message: string, data: unknown): string {
  try {
    registry.codec(message.includes('.') ? message : `kinds.v1.${message}`).encode(data);
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError);
    expect((error as SluiceError).code).toBe('BAD_USER_INPUT');
    return (error as SluiceError).message;
  }
  throw new Error('it was encoded');
}

describe('what is encoded and decoded again is the same', () => {
  it.each(['kinds.v1.Everything', 'kinds.v1.Named', 'legacy.v1.Parcel', 'edition.v1.Sample'])(
    'for any %s',
    (name) => {
      const codec = registry.codec(name);
      fc.assert(
        fc.property(plainMessage(registry.message(name)!), (data) => {
          expect(codec.decode(codec.encode(data))).toEqual(data);
        }),
        { numRuns: 150 },
      );
    },
  );
});

describe('decoding', () => {
  it('gives implicit fields with their default, empty lists and empty maps', () => {
    expect(decode('kinds.v1.Scalars', [])).toEqual({
      aDouble: 0,
      aFloat: 0,
      anInt32: 0,
      aUint32: 0,
      aSint32: 0,
      aFixed32: 0,
      aSfixed32: 0,
      anInt64: '0',
      aUint64: '0',
      aSint64: '0',
      aFixed64: '0',
      aSfixed64: '0',
      aBool: false,
      aString: '',
      someBytes: '',
      mood: 'MOOD_UNSPECIFIED',
    });
    expect(decode('kinds.v1.Lists', [])).toMatchObject({ doubles: [], points: [] });
    expect(decode('kinds.v1.Maps', [])).toMatchObject({ byString: {}, points: {} });
  });

  it('leaves out explicit fields that are unset, and keeps those set to their default', () => {
    expect(decode('kinds.v1.Optionals', [])).toEqual({});
    expect(decode('kinds.v1.Everything', [])).toEqual({});
    expect(decode('kinds.v1.Optionals', [0x18, 0, 0x32, 0, 0x40, 0])).toEqual({
      anInt32: 0,
      aString: '',
      mood: 'MOOD_UNSPECIFIED',
    });
    expect(decode('kinds.v1.Choice', [])).toEqual({ title: '' });
    expect(decode('kinds.v1.Choice', [0x10, 0])).toEqual({ title: '', number: '0' });
  });

  it('keeps the last member of a oneof that came', () => {
    expect(decode('kinds.v1.Choice', [0x0a, 1, 0x61, 0x10, 5])).toEqual({ title: '', number: '5' });
  });

  it('gives an enum number without a name as the number', () => {
    expect(decode('kinds.v1.Scalars', [0x80, 0x01, 77])).toMatchObject({ mood: 77 });
  });

  it('skips fields that the proto does not know', () => {
    const bytes = registry.codec('newer.v1.Parcel').encode({ code: 'a', addedLater: 'x' });
    expect(registry.codec('legacy.v1.Parcel').decode(bytes)).toEqual({ code: 'a', item: [] });
  });

  it('treats an unknown number of a closed enum as unset, as proto2 says', () => {
    const bytes = registry.codec('newer.v1.Parcel').encode({ code: 'a', size: 9 });
    expect(registry.codec('legacy.v1.Parcel').decode(bytes)).toEqual({ code: 'a', item: [] });
  });

  it('takes a map as a list of entries, the form that GraphQL has', () => {
    const entries = [
      { key: 'a', value: 'x' },
      { key: '__proto__', value: 'y' },
    ];
    const data = JSON.parse('{"byString":{"a":"x","__proto__":"y"}}') as object;
    expect(roundTrip('Maps', { byString: entries })).toMatchObject(roundTrip('Maps', data) as object);
    expect(roundTrip('Maps', { byString: [] })).toMatchObject({ byString: {} });
  });

  it('takes whole numbers of 32 bits as text, as an ID of GraphQL is', () => {
    expect(roundTrip('Scalars', { anInt32: '-7' })).toMatchObject({ anInt32: -7 });
  });

  it('does not let a map key reach a prototype', () => {
    const data = JSON.parse('{"byString":{"__proto__":"x"},"points":{"__proto__":{"x":1,"y":2}}}') as object;
    const decoded = roundTrip('Maps', data) as { byString: object };
    expect(decoded).toMatchObject(data);
    expect(Object.getPrototypeOf(decoded.byString)).toBe(Object.prototype);
    expect(({} as { x?: unknown }).x).toBeUndefined();
    const struct = JSON.parse('{"struct":{"__proto__":{"polluted":true}}}') as object;
    expect(JSON.stringify(roundTrip('WellKnown', struct))).toContain(
      '"struct":{"__proto__":{"polluted":true}}',
    );
  });

  it.each([
    ['an unfinished varint', 'kinds.v1.Point', [0x08, 0xff]],
    ['a length beyond the end', 'kinds.v1.Choice', [0x0a, 9, 0x61]],
    ['text that is not UTF-8', 'kinds.v1.Choice', [0x0a, 1, 0xff]],
    ['a wire type that does not exist', 'kinds.v1.Point', [0x0f]],
    ['field number 0', 'kinds.v1.Point', [0x00, 0x00]],
    ['a missing required field', 'legacy.v1.Parcel', [0x10, 1]],
    [
      'a Timestamp beyond the year 9999',
      'kinds.v1.WellKnown',
      [0x0a, 7, 0x08, 0x80, 0x83, 0xd1, 0xff, 0xaf, 0x7],
    ],
    [
      'a Timestamp with negative nanos',
      'kinds.v1.WellKnown',
      [0x0a, 11, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ],
    [
      'a Duration with two signs',
      'kinds.v1.WellKnown',
      [0x12, 13, 0x08, 1, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ],
  ])('throws at %s', (_, name, bytes) => {
    expect(() => decode(name, bytes)).toThrow();
  });

  it('throws at messages nested deeper than 100, also through Any', () => {
    const nested = (levels: number): Buffer => {
      let bytes: Buffer = Buffer.alloc(0);
      for (let level = 0; level < levels; level++)
        bytes = Buffer.concat([Buffer.from([0x1a]), length(bytes), bytes]);
      return bytes;
    };
    const tree = registry.codec('kinds.v1.Tree');
    expect(() => tree.decode(nested(100))).not.toThrow();
    expect(() => tree.decode(nested(101))).toThrow(/depth/);
    expect(() => tree.decode(nested(50_000))).toThrow(/depth/);
    let any = Buffer.alloc(0) as Buffer;
    const url = Buffer.from('x/kinds.v1.WellKnown');
    for (let level = 0; level < 60; level++) {
      const content = Buffer.concat([
        Buffer.from([0x0a]),
        length(url),
        url,
        Buffer.from([0x12]),
        length(any),
        any,
      ]);
      any = Buffer.concat([Buffer.from([0x3a]), length(content), content]);
    }
    expect(() => registry.codec('kinds.v1.WellKnown').decode(any)).toThrow(/depth/);
  });

  it('never does anything but throw at random bytes', () => {
    const codec = registry.codec('kinds.v1.Everything');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(codec.decode(bytes)).toBeTypeOf('object');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function length(bytes: Buffer): Buffer {
  const result: number[] = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) result.push((rest & 127) | 128);
  return Buffer.from([...result, rest]);
}

describe('encoding takes', () => {
  it('an enum value without the prefix of its enum, as GraphQL calls it', () => {
    expect(roundTrip('Choice', { mood: 'SAD' })).toEqual({ title: '', mood: 'MOOD_SAD' });
  });

  it('a oneof under its own name, as the object that a GraphQL @oneOf input is', () => {
    expect(roundTrip('Choice', { title: 't', media: { number: '7' } })).toEqual({ title: 't', number: '7' });
    expect(refusal('Choice', { media: { number: '7', text: 'x' } })).toContain('exclude each other');
    expect(refusal('Choice', { media: { nope: 1 } })).toContain('unknown field');
  });

  it('null and undefined for unset, save for a JSON value, whose null is a value', () => {
    expect(roundTrip('Optionals', { aString: null, anInt32: undefined })).toEqual({});
    expect(roundTrip('WellKnown', { value: null, at: null })).toEqual({ value: null, times: [], values: {} });
    expect(roundTrip('WellKnown', { value: undefined })).toEqual({ times: [], values: {} });
  });

  it('64-bit integers as text, exact numbers or bigints', () => {
    expect(
      roundTrip('Lists', { longs: ['-9223372036854775808', 7, 9007199254740993n, '0007'] }),
    ).toMatchObject({
      longs: ['-9223372036854775808', '7', '9007199254740993', '7'],
    });
  });

  it('NaN and the infinities as numbers and as text', () => {
    const doubles = [Number.NaN, 'NaN', 'Infinity', '-Infinity', -0];
    expect(roundTrip('Lists', { doubles })).toMatchObject({
      doubles: [Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
    });
  });

  it('enums by name or by number, known or not', () => {
    expect(roundTrip('Lists', { moods: ['MOOD_SAD', 1, 12] })).toMatchObject({
      moods: ['MOOD_SAD', 'MOOD_HAPPY', 12],
    });
  });

  it('base64 of both alphabets, with and without padding', () => {
    expect(roundTrip('Lists', { blobs: ['+/8=', '-_8', '', 'AA=='] })).toMatchObject({
      blobs: ['+/8=', '+/8=', '', 'AA=='],
    });
  });

  it.each([
    ['2025-02-28T23:30:00.123456789-01:00', '2025-03-01T00:30:00.123456789Z'],
    ['2025-03-01T00:30:00+05:30', '2025-02-28T19:00:00Z'],
    ['2024-02-29t00:00:00.1z', '2024-02-29T00:00:00.100Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999999999Z'],
  ])('the timestamp %s', (given, kept) => {
    expect(roundTrip('WellKnown', { at: given })).toMatchObject({ at: kept });
  });

  it('every day of the calendar', () => {
    const codec = registry.codec('kinds.v1.WellKnown');
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
        const at = new Date(seconds * 1000).toISOString().replace('.000', '');
        expect(codec.decode(codec.encode({ at }))).toMatchObject({ at });
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['3.5s', '3.500s'],
    ['-0.000000001s', '-0.000000001s'],
    ['0s', '0s'],
    ['315576000000s', '315576000000s'],
  ])('the duration %s', (given, kept) => {
    expect(roundTrip('WellKnown', { lasts: given })).toMatchObject({ lasts: kept });
  });

  it('an Any of a type it knows by its fields, of another by its bytes', () => {
    const known = { '@type': 'type.googleapis.com/kinds.v1.Point', x: 1, y: 2 };
    expect(roundTrip('WellKnown', { any: known })).toMatchObject({ any: known });
    const unknown = { '@type': 'type.googleapis.com/of.Nothing', value: 'AQI=' };
    expect(roundTrip('WellKnown', { any: unknown })).toMatchObject({ any: unknown });
  });

  it('no byte for implicit fields at their default', () => {
    expect(
      registry.codec('kinds.v1.Scalars').encode({ aString: '', anInt64: '0', mood: 0, aDouble: 0 }),
    ).toHaveLength(0);
  });
});

describe('encoding refuses, naming the field,', () => {
  it.each([
    ['Scalars', { anInt64: '12x' }, 'input.anInt64: "12x" is not an int64'],
    ['Scalars', { anInt64: '9223372036854775808' }, 'input.anInt64: "9223372036854775808" is not an int64'],
    ['Scalars', { anInt64: 2 ** 53 }, 'input.anInt64: 9007199254740992 is not an int64'],
    ['Scalars', { aUint64: '-1' }, 'input.aUint64: "-1" is not a uint64'],
    ['Scalars', { aUint64: '18446744073709551616' }, 'input.aUint64: "18446744073709551616" is not a uint64'],
    ['Scalars', { anInt32: 2_147_483_648 }, 'input.anInt32: 2147483648 is not an int32'],
    ['Scalars', { anInt32: 1.5 }, 'input.anInt32: 1.5 is not an int32'],
    ['Scalars', { anInt32: '1.0' }, 'input.anInt32: "1.0" is not an int32'],
    ['Scalars', { anInt32: '2147483648' }, 'input.anInt32: "2147483648" is not an int32'],
    ['Scalars', { anInt32: '' }, 'input.anInt32: "" is not an int32'],
    ['Scalars', { aUint32: -1 }, 'input.aUint32: -1 is not a uint32'],
    ['Scalars', { aFloat: 1e39 }, 'input.aFloat: 1e+39 is not a float'],
    ['Scalars', { aDouble: '1' }, 'input.aDouble: "1" is not a double'],
    ['Scalars', { aBool: 'true' }, 'input.aBool: "true" is not a bool'],
    ['Scalars', { aString: 5 }, 'input.aString: 5 is not a string'],
    ['Scalars', { aString: '\ud800' }, 'input.aString: half a surrogate pair cannot be sent as UTF-8'],
    ['Scalars', { someBytes: 'a' }, 'input.someBytes: "a" is not base64'],
    ['Scalars', { someBytes: 'ab=' }, 'input.someBytes: "ab=" is not base64'],
    ['Scalars', { someBytes: 'a b=' }, 'input.someBytes: "a b=" is not base64'],
    [
      'Scalars',
      { mood: 'MOOD_HAPY' },
      'input.mood: "MOOD_HAPY" is not a value of Mood. Did you mean "MOOD_HAPPY"?',
    ],
    ['Scalars', { mood: 'constructor' }, 'input.mood: "constructor" is not a value of Mood'],
    ['Scalars', { a_string: 'x' }, 'input.a_string: unknown field. Did you mean "aString"?'],
    ['Scalars', { constructor: 'x' }, 'input.constructor: unknown field.'],
    [
      'Choice',
      { text: 'a', number: '1' },
      'input: "text" and "number" exclude each other: give one of them (oneof "media")',
    ],
    ['Choice', { point: { x: 1, z: 2 } }, 'input.point.z: unknown field.'],
    ['Lists', { points: [{ x: 1 }, { x: 'a' }] }, 'input.points[1].x: "a" is not an int32'],
    ['Lists', { points: { x: 1 } }, 'input.points: an object is not a list'],
    ['Lists', { strings: ['a', null] }, 'input.strings[1]: null is not a string'],
    ['Lists', { points: [null] }, 'input.points[0]: null is not an object'],
    ['Maps', { byString: { 'a b': 1 } }, 'input.byString["a b"]: 1 is not a string'],
    ['Maps', { byInt64: { x: 1 } }, 'input.byInt64["x"]: "x" is not an int64'],
    ['Maps', { byBool: { yes: 1 } }, 'input.byBool["yes"]: "yes" is not a bool'],
    ['Maps', { byString: ['a'] }, 'input.byString[0]: "a" is not an entry with a key and a value'],
    ['Maps', { byString: [{ value: 'x' }] }, 'input.byString[0]: nothing is not a key'],
    [
      'Maps',
      {
        byString: [
          { key: 'a', value: 'x' },
          { key: 'a', value: 'y' },
        ],
      },
      'input.byString[1]: the key "a" is given twice',
    ],
    ['Maps', { byString: [{ key: 'a', value: 1 }] }, 'input.byString["a"]: 1 is not a string'],
    [
      'WellKnown',
      { at: '2025-02-30T00:00:00Z' },
      'input.at: "2025-02-30T00:00:00Z" is not an RFC 3339 timestamp',
    ],
    ['WellKnown', { at: '2025-02-03' }, 'input.at: "2025-02-03" is not an RFC 3339 timestamp'],
    [
      'WellKnown',
      { at: '2025-02-03T24:00:00Z' },
      'input.at: "2025-02-03T24:00:00Z" is not an RFC 3339 timestamp',
    ],
    [
      'WellKnown',
      { at: '0001-01-01T00:00:00+01:00' },
      'input.at: "0001-01-01T00:00:00+01:00" is not an RFC 3339',
    ],
    [
      'WellKnown',
      { at: '0000-01-01T00:00:00Z' },
      'input.at: "0000-01-01T00:00:00Z" is not an RFC 3339 timestamp',
    ],
    ['WellKnown', { lasts: '3.5' }, 'input.lasts: "3.5" is not a duration such as "3.5s"'],
    ['WellKnown', { lasts: '315576000001s' }, 'input.lasts: "315576000001s" is not a duration'],
    ['WellKnown', { mask: 'a,b' }, 'input.mask: "a,b" is not a list of field paths'],
    ['WellKnown', { struct: { a: { b: Number.NaN } } }, 'input.struct["a"]["b"]: NaN is not a JSON value'],
    ['WellKnown', { struct: [1] }, 'input.struct: a list is not an object'],
    ['WellKnown', { any: { x: 1 } }, 'input.any: an Any needs its type URL as "@type"'],
    ['WellKnown', { any: { '@type': 'a/kinds.v1.Point', x: 'a' } }, 'input.any.x: "a" is not an int32'],
    ['WellKnown', { anInt64: 'x' }, 'input.anInt64: "x" is not an int64'],
    ['Point', 'text', 'input: "text" is not an object'],
    ['Point', null, 'input: null is not an object'],
    ['legacy.v1.Parcel', { weight: 1 }, 'input.code: required, but missing'],
    ['legacy.v1.Parcel', { code: 'a', size: 9 }, 'input.size: 9 is not a value of Size'],
  ])('%s %j', (message, data, expected) => {
    expect(refusal(message, data)).toContain(expected);
  });

  it('input nested deeper than 100 messages', () => {
    let tree: object = {};
    for (let level = 0; level < 101; level++) tree = { favourite: tree };
    expect(refusal('Tree', tree)).toMatch(/nested deeper than 100 messages$/);
    let json: unknown = 1;
    for (let level = 0; level < 50_000; level++) json = [json];
    expect(refusal('WellKnown', { value: json })).toMatch(/nested deeper than 100 messages$/);
  });
});

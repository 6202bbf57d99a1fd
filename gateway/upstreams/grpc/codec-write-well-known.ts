import type protobuf from 'protobufjs';
import type { Codecs } from './codec.ts';
import { InputFault, shown } from './codec-fault.ts';
import { MAX_MESSAGE_DEPTH } from './codec-message.ts';
import { parseDuration, parseTimestamp } from './codec-time.ts';
import type { Write } from './codec-write.ts';
import { scalarWriter } from './codec-write-scalar.ts';
import { wellKnownOf } from './describe.ts';

type Message = protobuf.Message;

/** The writer of a type whose plain form differs from its fields; `undefined` for every other type. */
export function wellKnownWriter(type: protobuf.Type, codecs: Codecs): Write | undefined {
  // By number: a project may bring its own copy of the files, with other spelling.
  const name = (number: number): string => type.fieldsById[number]!.name;
  const wellKnown = wellKnownOf(type);
  switch (wellKnown) {
    case 'Timestamp':
    case 'Duration': {
      const [seconds, nanos] = [name(1), name(2)];
      const parse = wellKnown === 'Timestamp' ? parseTimestamp : parseDuration;
      const form =
        wellKnown === 'Timestamp'
          ? 'an RFC 3339 timestamp such as "2025-01-31T12:00:00Z"'
          : 'a duration such as "3.5s"';
      return (data) => {
        const parsed = typeof data === 'string' ? parse(data) : undefined;
        if (parsed === undefined) throw new InputFault(`${shown(data)} is not ${form}`);
        return type.create({ [seconds]: parsed.seconds, [nanos]: parsed.nanos });
      };
    }
    case 'wrapper': {
      const value = name(1);
      const write = scalarWriter(type.fieldsById[1]!.type);
      return (data, depth) => type.create({ [value]: write(data, depth) });
    }
    case 'FieldMask': {
      const paths = name(1);
      return (data) => {
        if (!Array.isArray(data) || !data.every((path) => typeof path === 'string')) {
          throw new InputFault(`${shown(data)} is not a list of field paths`);
        }
        return type.create({ [paths]: data });
      };
    }
    case 'Value':
      return (data, depth) => writeJson(type, data, depth);
    case 'ListValue':
      return (data, depth) => {
        if (!Array.isArray(data)) throw new InputFault(`${shown(data)} is not a list`);
        return writeJsonList(type, data, depth);
      };
    case 'Struct':
      return (data, depth) => {
        if (typeof data !== 'object' || data === null || Array.isArray(data)) {
          throw new InputFault(`${shown(data)} is not an object`);
        }
        return writeJsonObject(type, data as Readonly<Record<string, unknown>>, depth);
      };
    case 'Any':
      return anyWriter(type, codecs);
    default:
      return undefined;
  }
}

function writeJson(type: protobuf.Type, data: unknown, depth: number): Message {
  if (depth > MAX_MESSAGE_DEPTH) throw new InputFault(`nested deeper than ${MAX_MESSAGE_DEPTH} messages`);
  const field = (number: number): string => type.fieldsById[number]!.name;
  const member = (number: number): protobuf.Type =>
    type.fieldsById[number]!.resolve().resolvedType as protobuf.Type;
  switch (typeof data) {
    case 'number':
      if (!Number.isFinite(data)) throw new InputFault(`${shown(data)} is not a JSON value`);
      return type.create({ [field(2)]: data });
    case 'string':
      if (!data.isWellFormed()) throw new InputFault('half a surrogate pair cannot be sent as UTF-8');
      return type.create({ [field(3)]: data });
    case 'boolean':
      return type.create({ [field(4)]: data });
    case 'object':
      if (data === null) return type.create({ [field(1)]: 0 });
      if (Array.isArray(data)) return type.create({ [field(6)]: writeJsonList(member(6), data, depth + 1) });
      return type.create({
        [field(5)]: writeJsonObject(member(5), data as Record<string, unknown>, depth + 1),
      });
    default:
      throw new InputFault(`${shown(data)} is not a JSON value`);
  }
}

function writeJsonList(type: protobuf.Type, data: readonly unknown[], depth: number): Message {
  const values = type.fieldsById[1]!.resolve();
  return type.create({
    [values.name]: data.map((value, index) => {
      try {
        return writeJson(values.resolvedType as protobuf.Type, value, depth + 1);
      } catch (error) {
        throw InputFault.below(error, index);
      }
    }),
  });
}

function writeJsonObject(
  type: protobuf.Type,
  data: Readonly<Record<string, unknown>>,
  depth: number,
): Message {
  const fields = type.fieldsById[1]!.resolve();
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(data)) {
    if (data[key] === undefined) continue;
    try {
      if (!key.isWellFormed()) throw new InputFault('half a surrogate pair cannot be sent as UTF-8');
      const value = writeJson(fields.resolvedType as protobuf.Type, data[key], depth + 1);
      // `__proto__` is a key like any other.
      Object.defineProperty(result, key, { value, enumerable: true });
    } catch (error) {
      throw InputFault.below(error, key, true);
    }
  }
  return type.create({ [fields.name]: result });
}

/** `{"@type": url, …fields}`, `{"@type": url, value}` for a well-known type, or with `value` in base64 for an unknown one. */
function anyWriter(type: protobuf.Type, codecs: Codecs): Write {
  const [typeUrl, bytes] = [type.fieldsById[1]!.name, type.fieldsById[2]!.name];
  const writeBytes = scalarWriter('bytes');
  return (data, depth) => {
    const { '@type': url, ...fields } = (typeof data === 'object' && data !== null ? data : {}) as Record<
      string,
      unknown
    >;
    if (typeof url !== 'string') throw new InputFault('an Any needs its type URL as "@type"');
    const known = codecs.find(url.slice(url.lastIndexOf('/') + 1));
    if (known === undefined || wellKnownOf(known.type) !== undefined) {
      const { value, ...rest } = fields;
      const [extra] = Object.keys(rest);
      if (extra !== undefined) throw new InputFault('unknown field', extra);
      try {
        const content =
          known === undefined
            ? writeBytes(value ?? '', depth)
            : known.type.encode(known.write(value, depth + 1)).finish();
        return type.create({ [typeUrl]: url, [bytes]: content });
      } catch (error) {
        throw InputFault.below(error, 'value');
      }
    }
    return type.create({
      [typeUrl]: url,
      [bytes]: known.type.encode(known.write(fields, depth + 1)).finish(),
    });
  };
}

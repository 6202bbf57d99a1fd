import protobuf from 'protobufjs';
import type { Codecs } from './codec.ts';
import { MAX_MESSAGE_DEPTH, decodeMessage } from './codec-message.ts';
import { base64FromBytes, decimalFromInt64, decimalFromUint64, shortestFloat } from './codec-scalars.ts';
import type { Bits64 } from './codec-scalars.ts';
import { durationText, timestampText } from './codec-time.ts';
import { declaredFields, hasPresence, wellKnownOf } from './describe.ts';

/** Turns the library's message into plain data. */
export type Read = (message: protobuf.Message, depth: number) => unknown;

type ReadValue = (value: never, depth: number) => unknown;

/** A message of the library, whose properties are named as in the `.proto`. */
type Loose = Record<string, unknown>;

/**
 * The reader of a message type. Those of ordinary messages are generated code, as protobufjs's own are: an object
 * literal with a fixed shape is made and read several times faster than one that is filled in a loop.
 */
export function compileReader(type: protobuf.Type, codecs: Codecs): Read {
  return wellKnownReader(type, codecs) ?? generatedReader(type, codecs);
}

function generatedReader(type: protobuf.Type, codecs: Codecs): Read {
  /** Values that the generated code refers to, as `e[0]`, `e[1]` … */
  const environment: unknown[] = [];
  const refer = (value: unknown): string => `e[${environment.push(value) - 1}]`;
  const own = refer(Object.hasOwn);
  const before: string[] = [];
  const literal: string[] = [];
  const after: string[] = [];
  for (const [index, field] of declaredFields(type).entries()) {
    const from = `m[${JSON.stringify(field.name)}]`;
    // Computed: a plain `"__proto__": x` would set the prototype.
    const key = `[${JSON.stringify(field.jsonName)}]`;
    const value = valueExpression(field, codecs, refer);
    if (field instanceof protobuf.MapField) {
      const read = refer(generated(environment, `return (v,d)=>${value('v')}`));
      literal.push(`${key}:${refer(readMap)}(${from},${refer(mapKeyReader(field))},${read},d)`);
    } else if (field.repeated) {
      const [list, result] = [`l${index}`, `r${index}`];
      before.push(`const ${list}=${from},${result}=new Array(${list}.length);`);
      before.push(`for(let i=0;i<${list}.length;i++)${result}[i]=${value(`${list}[i]`)};`);
      literal.push(`${key}:${result}`);
    } else if (!hasPresence(field)) {
      literal.push(`${key}:${value(from)}`);
    } else if (field.resolvedType instanceof protobuf.Type) {
      after.push(`if(${from}!=null)o${key}=${value(from)};`);
    } else {
      // Scalars with presence have their default on the prototype.
      after.push(`if(${own}(m,${JSON.stringify(field.name)}))o${key}=${value(from)};`);
    }
  }
  const body = `${before.join('')}const o={${literal.join(',')}};${after.join('')}return o;`;
  return generated(environment, `return (m,d)=>{${body}}`) as Read;
}

/** Names come from parsed protos and are quoted; nothing of a request or an answer gets in here. */
function generated(environment: readonly unknown[], source: string): unknown {
  // oxlint-disable-next-line no-new-func, no-implied-eval
  return (new Function('e', source) as (environment: readonly unknown[]) => unknown)(environment);
}

/** Makes the source of an expression that turns the library's value, given as source, into plain data. */
function valueExpression(
  field: protobuf.Field,
  codecs: Codecs,
  refer: (value: unknown) => string,
): (from: string) => string {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) {
    const names = refer({ __proto__: null, ...resolvedType.valuesById });
    return (from) => `(${names}[${from}]??${from})`;
  }
  if (resolvedType instanceof protobuf.Type) {
    const compiled = refer(codecs.compiled(resolvedType));
    return (from) => `${compiled}.read(${from},d+1)`;
  }
  const convert = scalarReader(field.type);
  if (convert === undefined) return (from) => from;
  const reader = refer(convert);
  return (from) => `${reader}(${from})`;
}

/** `undefined`: the library's value is the plain value. */
function scalarReader(kind: string): ReadValue | undefined {
  switch (kind) {
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return decimalFromInt64;
    case 'uint64':
    case 'fixed64':
      return decimalFromUint64;
    case 'bytes':
      return base64FromBytes;
    case 'float':
      return shortestFloat;
    default:
      return undefined;
  }
}

/** The library keeps 64-bit keys as 8 characters that hold the bits. */
function mapKeyReader(field: protobuf.MapField): (key: string) => string {
  switch (field.keyType) {
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return (key) => decimalFromInt64(protobuf.util.longFromHash(key, false) as Bits64);
    case 'uint64':
    case 'fixed64':
      return (key) => decimalFromUint64(protobuf.util.longFromHash(key, true) as Bits64);
    default:
      return (key) => key;
  }
}

function readMap(
  map: Loose,
  readKey: (key: string) => string,
  readValue: (value: unknown, depth: number) => unknown,
  depth: number,
): Loose {
  const result: Loose = {};
  for (const key of Object.keys(map)) setOwn(result, readKey(key), readValue(map[key], depth));
  return result;
}

/** Assigning to `__proto__` would change the prototype instead. */
function setOwn(target: Loose, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function wellKnownReader(type: protobuf.Type, codecs: Codecs): Read | undefined {
  // By number: a project may bring its own copy of the files, with other spelling.
  const name = (number: number): string => type.fieldsById[number]!.name;
  const wellKnown = wellKnownOf(type);
  switch (wellKnown) {
    case 'Timestamp':
    case 'Duration': {
      const [seconds, nanos] = [name(1), name(2)];
      const text = wellKnown === 'Timestamp' ? timestampText : durationText;
      return (message) => {
        const { [seconds]: whole, [nanos]: fraction } = message as unknown as Loose;
        return text(Number(decimalFromInt64(whole as never)), fraction as number);
      };
    }
    case 'wrapper': {
      const value = name(1);
      const convert = scalarReader(type.fieldsById[1]!.type) as ((value: unknown) => unknown) | undefined;
      return convert === undefined
        ? (message) => (message as unknown as Loose)[value]
        : (message) => convert((message as unknown as Loose)[value]);
    }
    case 'FieldMask': {
      const paths = name(1);
      return (message) => [...((message as unknown as Loose)[paths] as readonly string[])];
    }
    case 'ListValue': {
      const values = name(1);
      const item = codecs.compiled(memberType(type, 1));
      return (message, depth) =>
        ((message as unknown as Loose)[values] as readonly protobuf.Message[]).map((value) =>
          item.read(value, depth + 1),
        );
    }
    case 'Struct': {
      const fields = name(1);
      const item = codecs.compiled(memberType(type, 1));
      const read = (value: unknown, depth: number): unknown =>
        item.read(value as protobuf.Message, depth + 1);
      return (message, depth) =>
        readMap((message as unknown as Loose)[fields] as Loose, (key) => key, read, depth);
    }
    case 'Value':
      return valueReader(type, codecs);
    case 'Any':
      return anyReader(type, codecs);
    default:
      return undefined;
  }
}

function memberType(type: protobuf.Type, number: number): protobuf.Type {
  const { resolvedType } = type.fieldsById[number]!.resolve();
  if (!(resolvedType instanceof protobuf.Type))
    throw new TypeError(`${type.fullName}: field ${number} is no message`);
  return resolvedType;
}

/** `google.protobuf.Value`: the JSON value; a value of no kind is `null`. */
function valueReader(type: protobuf.Type, codecs: Codecs): Read {
  const scalars = [2, 3, 4].map((number) => type.fieldsById[number]!.name);
  const composites = [5, 6].map((number) => ({
    name: type.fieldsById[number]!.name,
    compiled: codecs.compiled(memberType(type, number)),
  }));
  return (message, depth) => {
    for (const name of scalars) if (Object.hasOwn(message, name)) return (message as unknown as Loose)[name];
    for (const { name, compiled } of composites) {
      const value = (message as unknown as Loose)[name];
      if (value != null) return compiled.read(value as protobuf.Message, depth + 1);
    }
    return null;
  };
}

/** `google.protobuf.Any`: decoded when the type is known, else its bytes in base64. */
function anyReader(type: protobuf.Type, codecs: Codecs): Read {
  const [typeUrl, bytes] = [type.fieldsById[1]!.name, type.fieldsById[2]!.name];
  return (message, depth) => {
    const url = (message as unknown as Record<string, string>)[typeUrl]!;
    const value = (message as unknown as Record<string, Uint8Array>)[bytes]!;
    const known = codecs.find(url.slice(url.lastIndexOf('/') + 1));
    if (known === undefined) return { '@type': url, value: base64FromBytes(value) };
    // The library counts anew in each Any; this keeps the sum within the limit.
    if (depth >= MAX_MESSAGE_DEPTH) throw new RangeError('max depth exceeded');
    const data = known.read(decodeMessage(known.type, value), depth + 1);
    return wellKnownOf(known.type) === undefined
      ? { '@type': url, ...(data as object) }
      : { '@type': url, value: data };
  };
}

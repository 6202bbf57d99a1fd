import type { GraphQLLeafType } from 'graphql';
import { isEnumType } from 'graphql';
import { FieldFault, SluiceError, UpstreamError } from '../errors.ts';
import type { Dialect } from './mapping/mapping.ts';
import type { EnumNames } from './model.ts';

/** Turns a backend's value into what the client gets; a value that does not fit becomes a `FieldFault`. */
export type ReadLeaf = (value: unknown) => unknown;
/** Turns a client's value into what backends get; throws `BAD_USER_INPUT` when it does not fit. */
export type WriteLeaf = (value: unknown) => unknown;

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:Z|[+-]\d\d:\d\d)?$/;
const LOCAL_DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?$/;
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DURATION =
  /^(-?\d+(\.\d{1,9})?s|-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/;

/** No value: the backend's way to say null (an empty XML element of a type that has no empty value). */
const NOTHING = Symbol('nothing');
/** The value does not fit the type. */
const MISFIT = Symbol('misfit');

type Convert = (value: unknown, text: boolean) => unknown;

const toText: Convert = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : MISFIT;
  return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : MISFIT;
};

/** A text that must look like `pattern`; numbers are printed first. */
const like =
  (pattern: RegExp, pick: (match: RegExpExecArray) => string | undefined = (m) => m[0]): Convert =>
  (value) => {
    const found = toText(value, true);
    if (typeof found !== 'string') return MISFIT;
    const match = pattern.exec(found.trim());
    return match ? (pick(match) ?? MISFIT) : found.trim() === '' ? NOTHING : MISFIT;
  };

const toFloat: Convert = (value, text) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : MISFIT;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || !text) return MISFIT;
  const trimmed = value.trim();
  if (trimmed === '') return NOTHING;
  return NUMBER.test(trimmed) ? Number(trimmed) : MISFIT;
};

const toInt: Convert = (value, text) => {
  const found = toFloat(value, text);
  return typeof found !== 'number' || (Number.isInteger(found) && found >= -2147483648 && found <= 2147483647)
    ? found
    : MISFIT;
};

const toBoolean: Convert = (value, text) => {
  if (typeof value === 'boolean') return value;
  if (!text || typeof value !== 'string') return MISFIT;
  const trimmed = value.trim();
  if (trimmed === '') return NOTHING;
  return trimmed === 'true' || trimmed === '1'
    ? true
    : trimmed === 'false' || trimmed === '0'
      ? false
      : MISFIT;
};

const toDecimalText = like(DECIMAL);
/** JavaScript writes very large and very small numbers with an exponent; a decimal has none. */
const toDecimal: Convert = (value, text) =>
  toDecimalText(typeof value === 'number' && Number.isFinite(value) ? plainDigits(value) : value, text);

function plainDigits(value: number): string {
  const [, sign, whole, fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const digits = `${whole}${fraction}`;
  const point = whole!.length + Number(exponent);
  return point > 0 ? `${sign}${digits.padEnd(point, '0')}` : `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** A text that starts with a day, if the month has that day. */
function realDay(text: string): string | undefined {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return day! <= new Date(Date.UTC(year!, month, 0)).getUTCDate() ? text : undefined;
}

const toDateTime = like(DATE_TIME, ([text]) => realDay(text));

/** A backend that says no zone means its own. */
const toDateTimeIn = (timeZone: string): Convert => {
  const local = like(LOCAL_DATE_TIME, ([text]) => realDay(text) && text + timeZone);
  return (value, text) => {
    const found = toDateTime(value, text);
    return found === MISFIT ? local(value, text) : found;
  };
};

/** A custom scalar whose name is none of these is passed on as it is. */
const CONVERSIONS: ReadonlyMap<string, Convert> = new Map<string, Convert>(
  Object.entries({
    ID: toText,
    String: toText,
    Int: toInt,
    Float: toFloat,
    Boolean: toBoolean,
    BigInt: like(INTEGER, ([digits]) => BigInt(digits).toString()),
    Decimal: toDecimal,
    DateTime: toDateTime,
    LocalDateTime: like(LOCAL_DATE_TIME, ([text]) => realDay(text)),
    /** xs:date may carry a zone; a Date has none. */
    Date: like(DATE, (match) => realDay(match[1]!)),
    Duration: like(DURATION),
    Bytes: like(BASE64),
  }),
);

/** The reader for a leaf type; made once per field, never per value. */
export function compileReadLeaf(
  type: GraphQLLeafType,
  dialect: Dialect,
  service: string,
  at: string,
  timeZone?: string,
  enumNames?: EnumNames,
): ReadLeaf {
  // XML has only text, and proto's 64-bit numbers travel as text: numbers may be read from it. JSON says what it means.
  const text = dialect !== 'json';
  const misfit = (value: unknown) =>
    new FieldFault(
      new UpstreamError(
        'UPSTREAM_BAD_RESPONSE',
        service,
        `The service "${service}" sent ${describe(value)} for ${at}, which is not a valid ${type.name}.`,
      ),
    );
  if (isEnumType(type)) {
    const given = enumNames?.get(type.name);
    const plain = type.getValues().filter((v) => !given?.has(v.name));
    const names = new Map(plain.map((v) => [v.name, v.name]));
    for (const prefix of enumPrefixes(type.name))
      for (const { name } of plain) if (!names.has(prefix + name)) names.set(prefix + name, name);
    for (const [name, from] of given ?? []) names.set(from, name);
    const unspecified = !names.has('UNSPECIFIED');
    return (value) => {
      if (value === null) return null;
      const name = names.get(value as string);
      if (name !== undefined) return name;
      // The zero value of a proto enum means "not set".
      if (unspecified && dialect === 'grpc' && typeof value === 'string' && value.endsWith('_UNSPECIFIED'))
        return null;
      if (dialect === 'xml' && value === '') return null;
      return misfit(value);
    };
  }
  const convert =
    type.name === 'DateTime' && timeZone !== undefined ? toDateTimeIn(timeZone) : CONVERSIONS.get(type.name);
  if (!convert) return (value) => value;
  return (value) => {
    if (typeof value === 'string' && convert === toText) return value;
    if (value === null || value === undefined) return value;
    const found = convert(value, text);
    return found === NOTHING ? null : found === MISFIT ? misfit(value) : found;
  };
}

/** Checks a client's value of a known custom scalar. */
export function compileWriteLeaf(typeName: string): WriteLeaf | undefined {
  const convert = CONVERSIONS.get(typeName);
  if (!convert || ['ID', 'String', 'Int', 'Float', 'Boolean'].includes(typeName)) return undefined;
  return (value) => {
    if (value === null || value === undefined) return value;
    const found = convert(value, true);
    if (typeof found === 'symbol')
      throw new SluiceError('BAD_USER_INPUT', `${describe(value)} is not a valid ${typeName}.`);
    return found;
  };
}

/** A value in a message: short, and never a whole document. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * What values may be prefixed with: `USER_STATUS_`, and `STATUS_` for an enum that is nested in `User`
 * (https://protobuf.dev/programming-guides/style/#enums).
 */
export function enumPrefixes(typeName: string): readonly string[] {
  const words = upperSnake(typeName).split('_');
  return words.map((_, from) => `${words.slice(from).join('_')}_`);
}

/** `UserStatus` → `USER_STATUS`, `HTTPStatus` → `HTTP_STATUS`. */
export function upperSnake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2').toUpperCase();
}

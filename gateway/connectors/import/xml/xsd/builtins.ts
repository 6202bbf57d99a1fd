import { localOf, uriOf, type ExpandedName } from '../xml-node.ts';
import { XSD } from './components.ts';

/**
 * XML Schema part 2 section 3 → scalar. What has bounds within 32 bits is `Int`, other whole numbers `BigInt`.
 * Texts that look like something (anyURI, QName, time, gYear …) are texts.
 */
const SCALARS: Readonly<Record<string, string>> = {
  boolean: 'Boolean',
  byte: 'Int',
  short: 'Int',
  int: 'Int',
  unsignedByte: 'Int',
  unsignedShort: 'Int',
  unsignedInt: 'BigInt',
  long: 'BigInt',
  unsignedLong: 'BigInt',
  integer: 'BigInt',
  positiveInteger: 'BigInt',
  nonNegativeInteger: 'BigInt',
  negativeInteger: 'BigInt',
  nonPositiveInteger: 'BigInt',
  decimal: 'Decimal',
  float: 'Float',
  double: 'Float',
  date: 'Date',
  dateTime: 'DateTime',
  dateTimeStamp: 'DateTime',
  duration: 'Duration',
  base64Binary: 'Bytes',
};

const TEXTS = new Set(
  (
    'string normalizedString token language Name NCName NMTOKEN ID IDREF ENTITY anyURI QName NOTATION hexBinary time ' +
    'gYear gYearMonth gMonth gMonthDay gDay yearMonthDuration dayTimeDuration anySimpleType anyAtomicType'
  ).split(' '),
);
const LISTS = new Set(['NMTOKENS', 'IDREFS', 'ENTITIES']);

export type Builtin =
  | { readonly kind: 'scalar'; readonly scalar: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'anyType' };

/** The SOAP encoding's types repeat those of XML Schema; documents in the literal style use them now and then. */
const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';

export function builtinOf(name: ExpandedName): Builtin | undefined {
  const uri = uriOf(name);
  if (uri !== XSD && uri !== SOAP_ENCODING) return undefined;
  const local = localOf(name);
  if (local === 'anyType') return { kind: 'anyType' };
  if (LISTS.has(local)) return { kind: 'list' };
  if (TEXTS.has(local)) return { kind: 'scalar', scalar: 'String' };
  return Object.hasOwn(SCALARS, local) ? { kind: 'scalar', scalar: SCALARS[local]! } : undefined;
}

/** What is said about a scalar where it is declared. */
export const SCALAR_DESCRIPTIONS: Readonly<Record<string, string>> = {
  BigInt: 'A whole number of any size, as a text.',
  Decimal: 'A decimal number of any precision, as a text.',
  Date: 'A day, `2026-03-01`.',
  DateTime: 'An instant in time, RFC 3339 with zone: `2026-03-01T10:00:00Z`.',
  Duration: 'A span of time, ISO 8601: `PT3.5S`.',
  Bytes: 'Bytes in base64.',
  JSON: 'Any XML, as docs/xml.md writes it.',
};

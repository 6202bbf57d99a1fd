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

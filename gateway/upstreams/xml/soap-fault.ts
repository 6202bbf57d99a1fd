import { UpstreamError, type ErrorCode } from '../../errors.ts';
import type { XmlTree } from './tree.ts';

/**
 * Fault code → code. SOAP 1.1 section 4.4.1 and SOAP 1.2 part 1 section 5.4.6: `Client` and `Sender` speak of the
 * request, and the others of services that do not understand each other. The rest is the service's own failure.
 */
const CODES: Readonly<Record<string, ErrorCode>> = {
  Client: 'INVALID_ARGUMENT',
  Sender: 'INVALID_ARGUMENT',
  VersionMismatch: 'UPSTREAM_UNIMPLEMENTED',
  MustUnderstand: 'UPSTREAM_UNIMPLEMENTED',
  DataEncodingUnknown: 'UPSTREAM_UNIMPLEMENTED',
};

const MAX_CODE_LENGTH = 80;
const MAX_TEXT_LENGTH = 500;

/** The `Fault` of a SOAP envelope, whichever prefixes the tree has; `undefined` in any other document. */
export function soapFaultIn(tree: XmlTree | null): unknown {
  if (tree === null) return undefined;
  for (const root in tree) {
    if (!root.endsWith('Envelope')) return undefined;
    return childNamed(childNamed({ Envelope: tree[root] }, 'Envelope'), 'Body', 'Fault');
  }
  return undefined;
}

/**
 * A SOAP fault, which a service may send with any status, as the error of the call. Its text is for the log:
 * it comes with a 500 for whatever reason, and nobody knows what it tells. The fault's code is shown.
 */
export function soapFaultError(fault: unknown, service: string, status: number): UpstreamError {
  const said = localName(
    textOf(childNamed(fault, 'faultcode')) ?? textOf(childNamed(fault, 'Code', 'Value')),
  );
  const sub = localName(textOf(childNamed(fault, 'Code', 'Subcode', 'Value')));
  // `Client.Authentication` (SOAP 1.1 section 4.4.1) is a kind of `Client`.
  const code = CODES[said?.split('.')[0] ?? ''] ?? 'UPSTREAM_ERROR';
  const faultCode = (sub ?? said)?.slice(0, MAX_CODE_LENGTH);
  return new UpstreamError(code, service, `The service "${service}" answered with a SOAP fault.`, {
    status,
    cause: {
      message: textOf(childNamed(fault, 'faultstring')) ?? textOf(childNamed(fault, 'Reason', 'Text')),
      code: faultCode,
      detail: childNamed(fault, 'detail') ?? childNamed(fault, 'Detail'),
    },
    extensions: { httpStatus: status, ...(faultCode !== undefined && { faultCode }) },
  });
}

/** The child of that local name, down the path. */
function childNamed(node: unknown, ...path: readonly string[]): unknown {
  let here: unknown = node;
  for (const name of path) {
    if (Array.isArray(here)) [here] = here as unknown[];
    if (typeof here !== 'object' || here === null) return undefined;
    const found = Object.entries(here).find(([key]) => !key.startsWith('@') && localName(key) === name);
    if (found === undefined) return undefined;
    [, here] = found;
  }
  return here;
}

/** Behind the prefix or the `{uri}`. */
function localName(name: string | undefined): string | undefined {
  return name?.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('}')) + 1).trim();
}

function textOf(node: unknown): string | undefined {
  const value: unknown =
    typeof node === 'object' && node !== null ? (node as Record<string, unknown>)['#text'] : node;
  return typeof value === 'string' && value.trim() !== ''
    ? value.trim().slice(0, MAX_TEXT_LENGTH)
    : undefined;
}

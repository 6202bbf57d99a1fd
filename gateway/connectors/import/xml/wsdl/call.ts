import type { Call } from '../graphql/call.ts';
import { camelCase } from '../../names.ts';
import type { InputPart } from '../graphql/inputs.ts';
import { documentAnswer, documentRequest, madeOf } from '../graphql/messages.ts';
import { elementOf } from './part-element.ts';
import { headerParts, headersText, tellHeaders } from './headers.ts';
import { writtenKey } from '../graphql/xml-keys.ts';
import type { Makers } from '../result.ts';
import type { Types } from '../xsd/types.ts';
import { expanded } from '../xml-node.ts';
import type { ElementUse } from '../xsd/model.ts';
import { ENVELOPES } from './namespaces.ts';
import type { Part, WsdlOperation } from './operation.ts';

/** An operation with its place in the schema and on the network. */
export interface PlacedOperation {
  readonly operation: WsdlOperation;
  readonly upstream: string;
  readonly path: string;
  readonly root: 'Query' | 'Mutation';
}

export function callOf(placed: PlacedOperation, types: Types, makers: Makers): Call {
  return placed.operation.protocol === 'http'
    ? httpCall(placed, types, makers)
    : soapCall(placed, types, makers);
}

function soapCall(placed: PlacedOperation, types: Types, { builder, inputs, outputs }: Makers): Call {
  const { operation, root } = placed;
  const uri = ENVELOPES[operation.protocol === 'soap12' ? 'soap12' : 'soap11'];
  const { keys } = builder;
  const envelope = keys.element(expanded(uri, 'Envelope'));
  const body = keys.element(expanded(uri, 'Body'));
  const input = bodyElement(operation, operation.input, operation.name, types);
  const output = bodyElement(operation, operation.output, `${operation.name}Response`, types);
  const request = input && documentRequest(input, root === 'Query', types, builder, inputs);
  const answer = output
    ? documentAnswer(output, [envelope, body], `${operation.name}Result`, types, builder, outputs)
    : NOTHING;
  const parts = request?.parts ?? [];
  const headers = headerParts(operation, types, parts, { builder, inputs, outputs });
  const header = headersText(headers, writtenKey(keys.element(expanded(uri, 'Header'))));
  const write = (content: string): string =>
    `${writtenKey(envelope)}: { ${header}${writtenKey(body)}: ${request?.wrap(content) ?? '""'} }`;
  tellHeaders(operation, headers, builder);
  return {
    ...common(placed),
    ...answer,
    verb: 'POST',
    path: () => placed.path,
    headers: soapHeaders(operation),
    params: [],
    headerParts: headers,
    parts,
    body: write,
  };
}

function soapHeaders({ protocol, action }: WsdlOperation): [string, string][] {
  const named = action.replace(/[{}"\\]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  // SOAP 1.1 section 6.1.1 and SOAP 1.2 part 2 section 7.1.4.
  if (protocol === 'soap11')
    return [
      ['SOAPAction', `"${named}"`],
      ['content-type', 'text/xml; charset=utf-8'],
    ];
  const parameter = named === '' ? '' : `; action="${named}"`;
  return [['content-type', `application/soap+xml; charset=utf-8${parameter}`]];
}

/** The child of the body: the element of the only part, or the wrapper of the rpc style. Undefined: there is none. */
function bodyElement(
  operation: WsdlOperation,
  parts: readonly Part[],
  wrapper: string,
  types: Types,
): ElementUse | undefined {
  const [only] = parts;
  if (operation.style === 'document') return only && elementOf(only, types);
  const uses = parts.flatMap((part) => elementOf(part, types) ?? []);
  return madeOf(expanded(operation.namespace, wrapper), uses, operation);
}

/** The HTTP binding (WSDL 1.1 section 4): parts as parameters, or in the path; the answer is an element, or nothing. */
function httpCall(placed: PlacedOperation, types: Types, { builder, inputs, outputs }: Makers): Call {
  const { operation } = placed;
  const parts = operation.input.flatMap((part): InputPart[] => {
    const use = elementOf(part, types);
    if (!use) return [];
    const input = inputs.element(use, true, false, part.name);
    const field = { name: camelCase(part.name), type: input.type, isRequired: true, description: undefined };
    return [{ field, key: part.name, write: input.write, line: input.write }];
  });
  const [answered] = operation.output;
  const output = answered && elementOf(answered, types);
  const answer = output
    ? documentAnswer(output, [], `${operation.name}Result`, types, builder, outputs)
    : NOTHING;
  return {
    ...common(placed),
    ...answer,
    verb: 'GET',
    path: (from) => {
      let path = placed.path;
      const query: string[] = [];
      for (const [i, part] of parts.entries()) {
        const place = `(${part.key})`;
        if (path.includes(place)) path = path.replaceAll(place, `{${from(i)}}`);
        else query.push(`${encodeURIComponent(part.key)}={${from(i)}}`);
      }
      return query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
    },
    headers: [],
    params: parts,
    headerParts: [],
    parts: [],
    body: undefined,
  };
}

const NOTHING = { type: 'Boolean', object: undefined, isList: false, selection: 'true' } as const;

function common({ operation, upstream, root }: PlacedOperation) {
  const faults = operation.faults.length === 0 ? '' : `Fails with: ${operation.faults.join(', ')}.`;
  const description = [operation.description, faults].filter(Boolean).join('\n\n');
  return {
    name: operation.name,
    fullName: operation.fullName,
    root,
    upstream,
    description: description === '' ? undefined : description,
    isFinder: false,
  };
}

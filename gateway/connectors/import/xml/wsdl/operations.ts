import * as N from './namespaces.ts';
import { problemOf } from '../source.ts';
import { childOf, childrenOf, localOf } from '../xml-node.ts';
import type { XmlNode } from '../xml-node.ts';
import { plainText } from '../xsd/documentation.ts';
import { messageOf } from './bound-message.ts';
import type { Description } from './description.ts';
import type { Protocol, WsdlOperation } from './operation.ts';
import { Unsupported } from './operation.ts';
import { refuseSigning } from './policies.ts';
import { withoutRepetitions } from './repetitions.ts';

/** All operations of all ports that can be called, the others as warnings. `accepts`: whether a full name is wanted. */
export function readOperations(
  description: Description,
  accepts: (fullName: string) => boolean,
): WsdlOperation[] {
  const found = [...description.all('service').values()].flatMap((service) =>
    childrenOf(service, N.WSDL, 'port').flatMap((port) => portOperations(port, description, accepts)),
  );
  return withoutRepetitions(found, description);
}

function portOperations(
  port: XmlNode,
  description: Description,
  accepts: (fullName: string) => boolean,
): WsdlOperation[] {
  const portName = port.attributes.get('name') ?? '';
  const binding = description.named('binding', port, 'binding');
  const portType = binding && description.named('portType', binding, 'type');
  if (!binding || !portType) return [];
  const protocol = protocolOf(binding);
  const counts = new Map<string, number>();
  return childrenOf(binding, N.WSDL, 'operation').flatMap((node) => {
    const name = node.attributes.get('name')?.trim() ?? '';
    const fullName = `${portName}.${name}`;
    if (!accepts(fullName)) return [];
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    try {
      if (protocol === undefined)
        throw new Unsupported('its binding is neither SOAP 1.1, SOAP 1.2 nor HTTP GET');
      return [
        readOperation(
          { node, name, fullName, nth, port, portName, binding, portType, protocol },
          description,
        ),
      ];
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      description.problems.push(
        problemOf(node, 'warning', 'IMPORT_WSDL_UNSUPPORTED', `${fullName} is left out: ${error.message}.`),
      );
      return [];
    }
  });
}

interface Place {
  readonly node: XmlNode;
  readonly name: string;
  readonly fullName: string;
  /** Of several with the same name. */
  readonly nth: number;
  readonly port: XmlNode;
  readonly portName: string;
  readonly binding: XmlNode;
  readonly portType: XmlNode;
  readonly protocol: Protocol;
}

function protocolOf(binding: XmlNode): Protocol | undefined {
  if (childOf(binding, N.WSDL_SOAP_11, 'binding')) return 'soap11';
  if (childOf(binding, N.WSDL_SOAP_12, 'binding')) return 'soap12';
  return childOf(binding, N.WSDL_HTTP, 'binding') ? 'http' : undefined;
}

function readOperation(place: Place, description: Description): WsdlOperation {
  const { node, name, portName, fullName, binding, portType, protocol } = place;
  const uri = { soap11: N.WSDL_SOAP_11, soap12: N.WSDL_SOAP_12, http: N.WSDL_HTTP }[protocol];
  const bound = childOf(binding, uri, 'binding')!;
  const soap = childOf(node, uri, 'operation');
  const style = soap?.attributes.get('style') ?? bound.attributes.get('style') ?? 'document';
  const abstract = abstractOperation(place, description);
  refuseSigning([binding, node, place.port], description);
  const input = messageOf(abstract.input, childOf(node, N.WSDL, 'input'), uri, protocol, description);
  const output = messageOf(abstract.output, childOf(node, N.WSDL, 'output'), uri, protocol, description);
  if (protocol === 'http') {
    if (bound.attributes.get('verb')?.toUpperCase() !== 'GET')
      throw new Unsupported('of the HTTP binding only GET is called: the form of a POST is not XML');
    if (output.parts.some((p) => p.element === undefined))
      throw new Unsupported('its answer is no element, so that nobody knows the document');
  } else if (
    ![
      'http://schemas.xmlsoap.org/soap/http',
      'http://www.w3.org/2003/05/soap/bindings/HTTP/',
      undefined,
    ].includes(bound.attributes.get('transport'))
  )
    throw new Unsupported(`its transport is ${bound.attributes.get('transport')}, and not HTTP`);
  if (protocol !== 'http' && style === 'document')
    for (const parts of [input.parts, output.parts]) {
      if (parts.length > 1)
        throw new Unsupported('a message in the document style has one part, and one of its has more');
      if (parts.some((p) => p.element === undefined))
        throw new Unsupported('a message in the document style has an element, and one of its has a type');
    }
  const address = childOf(place.port, uri, 'address')?.attributes.get('location')?.trim();
  return {
    name,
    port: portName,
    fullName,
    protocol,
    style: style === 'rpc' ? 'rpc' : 'document',
    address: address === '' ? undefined : address,
    location: protocol === 'http' ? (soap?.attributes.get('location') ?? '') : '',
    action: soap?.attributes.get('soapAction') ?? '',
    namespace: input.namespace ?? portTypeNamespace(portType),
    input: input.parts,
    output: output.parts,
    faults: abstract.faults,
    headers: input.headers,
    answerHeaders: output.headers.map(({ name }) => name),
    description: plainText(childOf(abstract.node, N.WSDL, 'documentation')),
    node,
  };
}

const portTypeNamespace = (portType: XmlNode): string =>
  portType.parent?.attributes.get('targetNamespace') ?? '';

/** The operation of the port type that the binding speaks of; overloaded ones are told by the names of their messages. */
function abstractOperation(
  { node, name, nth, portType }: Place,
  description: Description,
): { node: XmlNode; input: XmlNode | undefined; output: XmlNode | undefined; faults: string[] } {
  const named = childrenOf(portType, N.WSDL, 'operation').filter(
    (o) => o.attributes.get('name')?.trim() === name,
  );
  const inputName = childOf(node, N.WSDL, 'input')?.attributes.get('name');
  const byInput = named.find((o) => childOf(o, N.WSDL, 'input')?.attributes.get('name') === inputName);
  const operation =
    named.length > 1 ? ((inputName === undefined ? undefined : byInput) ?? named[nth]) : named[0];
  if (!operation) throw new Unsupported(`its port type has no operation "${name}"`);
  const input = childOf(operation, N.WSDL, 'input');
  const output = childOf(operation, N.WSDL, 'output');
  if (!input) throw new Unsupported('the service would call, and not answer (notification)');
  if (!output) throw new Unsupported('it has no answer (one-way)');
  if (operation.children.indexOf(output) < operation.children.indexOf(input))
    throw new Unsupported('the service would call, and wait for an answer (solicit-response)');
  const faults = childrenOf(operation, N.WSDL, 'fault').map(
    (f) => f.attributes.get('name') ?? localOf(f.attributes.get('message') ?? ''),
  );
  return {
    node: operation,
    input: description.named('message', input, 'message'),
    output: description.named('message', output, 'message'),
    faults,
  };
}

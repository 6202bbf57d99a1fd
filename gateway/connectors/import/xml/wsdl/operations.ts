import { problemOf } from '../source.ts';
import { childOf, childrenOf, localOf, type ExpandedName, type XmlNode } from '../xml-node.ts';
import { plainText } from '../xsd/documentation.ts';
import type { Description } from './description.ts';
import * as N from './namespaces.ts';

export type Protocol = 'soap11' | 'soap12' | 'http';

export interface Part {
  readonly name: string;
  /** A global element, or else a type. */
  readonly element: ExpandedName | undefined;
  readonly type: string | undefined;
  readonly node: XmlNode;
}

/** An operation of a port that can be called. */
export interface WsdlOperation {
  readonly name: string;
  readonly port: string;
  /** As `only` and messages call it: `port.operation`. */
  readonly fullName: string;
  readonly protocol: Protocol;
  readonly style: 'document' | 'rpc';
  /** Of the port, as the description says it. */
  readonly address: string | undefined;
  /** Below the address, for HTTP. */
  readonly location: string;
  readonly action: string;
  /** Of the wrapper elements, in the rpc style. */
  readonly namespace: string;
  readonly input: readonly Part[];
  readonly output: readonly Part[];
  readonly faults: readonly string[];
  readonly headers: readonly string[];
  readonly description: string | undefined;
  readonly node: XmlNode;
}

/** Why an operation cannot be called; told as a warning. */
class Unsupported extends Error {}

const PREFERENCE: readonly Protocol[] = ['soap11', 'soap12', 'http'];

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
    headers: [...input.headers, ...output.headers],
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

interface BoundMessage {
  readonly parts: readonly Part[];
  readonly headers: readonly string[];
  readonly namespace: string | undefined;
}

function messageOf(
  message: XmlNode | undefined,
  bound: XmlNode | undefined,
  uri: string,
  protocol: Protocol,
  description: Description,
): BoundMessage {
  if (!message) throw new Unsupported('one of its messages is missing');
  const all = childrenOf(message, N.WSDL, 'part').map((node): Part => {
    const element = node.attributes.get('element')?.trim();
    return {
      name: node.attributes.get('name')?.trim() ?? '',
      element: element === undefined ? undefined : description.nameOf(element, node),
      type: node.attributes.get('type'),
      node,
    };
  });
  if (bound && childOf(bound, N.WSDL_MIME, 'multipartRelated'))
    throw new Unsupported('it has attachments (multipart/related)');
  if (protocol === 'http') {
    const replaces = bound && childOf(bound, N.WSDL_HTTP, 'urlReplacement');
    if (replaces && all.length === 0) throw new Unsupported('nothing fills the parts of its address');
    return { parts: all, headers: [], namespace: undefined };
  }
  const body = bound && childOf(bound, uri, 'body');
  const headers = bound ? childrenOf(bound, uri, 'header') : [];
  if ([...(body ? [body] : []), ...headers].some((n) => n.attributes.get('use') === 'encoded'))
    throw new Unsupported(
      'its messages are in the SOAP encoding (use="encoded"), and only literal ones are read',
    );
  const named = body?.attributes.get('parts')?.trim().split(/\s+/);
  const inHeaders = new Set(
    headers
      .filter(
        (h) =>
          h.attributes.get('message') !== undefined &&
          description.nameOf(h.attributes.get('message')!.trim(), h) === messageName(message),
      )
      .map((h) => h.attributes.get('part')),
  );
  const parts = all.filter((p) => (named ? named.includes(p.name) : !inHeaders.has(p.name)));
  return {
    parts,
    headers: headers.map((h) => h.attributes.get('part') ?? 'header'),
    namespace: body?.attributes.get('namespace'),
  };
}

const messageName = (message: XmlNode): ExpandedName =>
  `{${message.parent?.attributes.get('targetNamespace') ?? ''}}${message.attributes.get('name')?.trim() ?? ''}`;

/** WS-Policy attached to the binding, its port or its operation. */
function refuseSigning(nodes: readonly XmlNode[], description: Description): void {
  const asked = nodes.flatMap((node) => [...policiesAt(node, description)]);
  for (const policy of asked) {
    const demand = demandIn(policy);
    if (demand !== undefined)
      throw new Unsupported(`its WS-Security policy demands ${demand}, which the gateway does not do`);
  }
}

function policiesAt(node: XmlNode, description: Description): XmlNode[] {
  return node.children.flatMap((child) => {
    if (child.name === 'Policy') return [child];
    if (child.name !== 'PolicyReference') return [];
    const id = child.attributes.get('URI')?.replace(/^#/, '');
    return description.roots
      .flatMap((root) => root.children)
      .filter(
        (c) =>
          c.name === 'Policy' &&
          [...c.attributes].some(([name, value]) => localOf(name) === 'Id' && value === id),
      );
  });
}

function demandIn(node: XmlNode): string | undefined {
  if (N.SECURITY_POLICY.test(node.uri) && N.SIGNING.has(node.name)) return node.name;
  for (const child of node.children) {
    const found = demandIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A service offers the same operations at several ports: one is enough. */
function withoutRepetitions(operations: readonly WsdlOperation[], description: Description): WsdlOperation[] {
  const kept = new Map<string, WsdlOperation[]>();
  for (const protocol of PREFERENCE)
    for (const operation of operations.filter((o) => o.protocol === protocol)) {
      const same = kept.get(operation.name) ?? [];
      kept.set(operation.name, same);
      const other = same.find((o) => o.port !== operation.port && repeats(operation, o));
      if (!other) same.push(operation);
      else
        description.problems.push(
          problemOf(
            operation.node,
            'hint',
            'IMPORT_WSDL_REPEATED',
            `${operation.fullName} is left out: ${other.fullName} does the same.`,
            `Name it to take it instead: --only "${operation.port}.*".`,
          ),
        );
    }
  const chosen = new Set([...kept.values()].flat());
  return operations.filter((o) => chosen.has(o));
}

/** An HTTP binding has port types of its own, whose messages have the parts of the SOAP message's elements. */
function repeats(a: WsdlOperation, b: WsdlOperation): boolean {
  if (a.protocol === b.protocol && a.address !== b.address) return false;
  if (a.protocol === 'http' || b.protocol === 'http') return a.protocol !== b.protocol;
  const elements = (o: WsdlOperation) => [...o.input, ...o.output].map((p) => p.element ?? p.type).join(' ');
  return elements(a) === elements(b);
}

import * as N from './namespaces.ts';
import { childOf, childrenOf } from '../xml-node.ts';
import type { ExpandedName, XmlNode } from '../xml-node.ts';
import type { Description } from './description.ts';
import type { Part, Protocol } from './operation.ts';
import { Unsupported } from './operation.ts';

interface BoundMessage {
  readonly parts: readonly Part[];
  readonly headers: readonly string[];
  readonly namespace: string | undefined;
}

export function messageOf(
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

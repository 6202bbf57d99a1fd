import * as N from './namespaces.ts';
import { problemOf } from '../source.ts';
import { childOf, childrenOf } from '../xml-node.ts';
import type { ExpandedName, XmlNode } from '../xml-node.ts';
import type { Description } from './description.ts';
import type { Part, Protocol } from './operation.ts';
import { Unsupported } from './operation.ts';

interface BoundMessage {
  readonly parts: readonly Part[];
  /** Parts of whatever messages that stand in `soap:Header`. */
  readonly headers: readonly Part[];
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
  const all = partsOf(message, description);
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
    headers: headers.flatMap((header) => headerPart(header, description) ?? []),
    namespace: body?.attributes.get('namespace'),
  };
}

function partsOf(message: XmlNode, description: Description): Part[] {
  return childrenOf(message, N.WSDL, 'part').map((node): Part => {
    const element = node.attributes.get('element')?.trim();
    return {
      name: node.attributes.get('name')?.trim() ?? '',
      element: element === undefined ? undefined : description.nameOf(element, node),
      type: node.attributes.get('type'),
      node,
    };
  });
}

/** WSDL 1.1 section 3.7: a header is a part, of the same message or of another. */
function headerPart(header: XmlNode, description: Description): Part | undefined {
  const message = description.named('message', header, 'message');
  if (!message) return undefined;
  const name = header.attributes.get('part')?.trim();
  const parts = partsOf(message, description);
  const part = name === undefined ? parts[0] : parts.find((p) => p.name === name);
  if (!part)
    description.problems.push(
      problemOf(
        header,
        'error',
        'IMPORT_WSDL_UNRESOLVED',
        `The message of the header has no part "${name ?? ''}".`,
        'Correct the name of the part.',
      ),
    );
  return part;
}

const messageName = (message: XmlNode): ExpandedName =>
  `{${message.parent?.attributes.get('targetNamespace') ?? ''}}${message.attributes.get('name')?.trim() ?? ''}`;

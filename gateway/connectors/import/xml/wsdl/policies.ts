import * as N from './namespaces.ts';
import { localOf } from '../xml-node.ts';
import type { XmlNode } from '../xml-node.ts';
import type { Description } from './description.ts';
import { Unsupported } from './operation.ts';

/** WS-Policy attached to the binding, its port or its operation. */
export function refuseSigning(nodes: readonly XmlNode[], description: Description): void {
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

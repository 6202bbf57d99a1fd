import { childrenOf, isTrue } from '../xml-node.ts';
import type { XmlNode } from '../xml-node.ts';
import { XSD } from './components.ts';
import { occursOnce } from './group.ts';

/** A choice of elements that stand there once, and nothing else. */
export function isPlainChoice(node: XmlNode): boolean {
  const [model, ...more] = childrenOf(node, XSD).filter((c) => c.name !== 'annotation');
  if (!model || model.name !== 'choice' || more.length > 0 || !occursOnce(model)) return false;
  const parts = childrenOf(model, XSD).filter((c) => c.name !== 'annotation');
  return (
    parts.length > 1 &&
    parts.every((p) => p.name === 'element' && occursOnce(p) && !isTrue(p.attributes.get('nillable')))
  );
}

/** The extension or restriction that a complex type is. */
export function derivationOf(node: XmlNode): XmlNode | undefined {
  const [content] = childrenOf(node, XSD, 'complexContent', 'simpleContent');
  return content && childrenOf(content, XSD, 'extension', 'restriction')[0];
}

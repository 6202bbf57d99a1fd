import { childOf, childrenOf, type XmlNode } from '../xml-node.ts';
import { XSD } from './components.ts';

const MAX_LENGTH = 2_000;

/** The documentation of a component, in English if there is a choice. */
export function documentationOf(node: XmlNode | undefined): string | undefined {
  const texts = childrenOf(childOf(node, XSD, 'annotation') ?? EMPTY, XSD, 'documentation');
  const english = texts.find((t) => t.attributes.get(LANG)?.toLowerCase().startsWith('en'));
  return plainText(english ?? texts[0]);
}

/** All text in and below an element, without layout and markup; undefined if there is none. */
export function plainText(node: XmlNode | undefined): string | undefined {
  if (!node) return undefined;
  const text = deepText(node)
    .replace(/<[a-z/][^<>]*>/gi, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim();
  if (text === '') return undefined;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function deepText(node: XmlNode): string {
  return node.content.map((part) => (typeof part === 'string' ? part : deepText(part))).join(' ');
}

const LANG = '{http://www.w3.org/XML/1998/namespace}lang';
const EMPTY = { children: [] } as unknown as XmlNode;

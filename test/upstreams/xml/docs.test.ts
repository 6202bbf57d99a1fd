import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeXml } from '../../../gateway/upstreams/xml/decode.ts';
import { encodeXml } from '../../../gateway/upstreams/xml/encode.ts';
import { DEFAULT_XML_LIMITS } from '../../../gateway/upstreams/xml/wellformed.ts';

const markdown = readFileSync(new URL('../../../docs/xml.md', import.meta.url), 'utf8');
const NAMESPACES = { '': 'urn:shop:orders', money: 'urn:shop:money' };

const pairs = (from: string, to: string): [string, string][] =>
  [
    ...markdown.matchAll(new RegExp(`\`\`\`${from}\\n(.*?)\\n\`\`\`\\n\`\`\`${to}\\n(.*?)\\n\`\`\``, 'gs')),
  ].map((match) => [match[1]!, match[2]!]);

describe('docs/xml.md', () => {
  it('has the examples that are looked for here', () => {
    expect(pairs('xml', 'json')).toHaveLength(3);
    expect(pairs('xml namespaces', 'json')).toHaveLength(4);
    expect(pairs('json write', 'xml')).toHaveLength(1);
    expect(markdown.match(/^```xml/gm)).toHaveLength(8);
  });

  it.each(pairs('xml', 'json'))('reads %s', (document, tree) => {
    expect(decodeXml(document, { namespaces: {} })).toEqual(JSON.parse(tree));
  });

  it.each(pairs('xml namespaces', 'json'))('reads, with namespaces, %s', (document, tree) => {
    expect(decodeXml(document, { namespaces: NAMESPACES })).toEqual(JSON.parse(tree));
  });

  it.each(pairs('json write', 'xml'))('writes %s', (tree, document) => {
    expect(encodeXml(JSON.parse(tree), NAMESPACES)).toBe(document);
  });

  it('names the limits that hold', () => {
    const { maxDepth, maxNodes, maxAttributes } = DEFAULT_XML_LIMITS;
    expect(markdown).toContain(
      `${maxDepth} levels, ${maxNodes.toLocaleString('en')} elements and attributes, ${maxAttributes} attributes`,
    );
  });
});

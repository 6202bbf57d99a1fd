import type { Problem } from '../../../../problem.ts';
import { problemOf } from '../source.ts';
import { expanded, type XmlNode } from '../xml-node.ts';
import type { Components } from './components.ts';
import type { XsdType } from './model.ts';
import type { Types } from './types.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** What one sample shows wrong, the next ones show, too. */
const MAX_WARNINGS = 20;

/** What a sample document has that the schema does not know: answers would lose it. */
export function checkSample(sample: XmlNode, components: Components, types: Types): Problem[] {
  const name = expanded(sample.uri, sample.name);
  if (!components.all('element').has(name)) return [];
  const element = types.element(name, sample);
  const problems: Problem[] = [];
  const pending: { node: XmlNode; type: XsdType }[] = element ? [{ node: sample, type: element.type }] : [];
  for (const { node, type } of pending) {
    if (problems.length >= MAX_WARNINGS) break;
    if (type.kind === 'any' || node.attributes.has(`{${XSI}}type`)) continue;
    const { elements, attributes, hasAny } =
      type.kind === 'complex' ? type.content : { elements: [], attributes: [], hasAny: false };
    for (const child of node.children) {
      const known = elements.find((p) => p.element.name === expanded(child.uri, child.name));
      if (known) pending.push({ node: child, type: known.element.type });
      else if (!hasAny) problems.push(unknown(child, `element <${child.name}>`, node));
    }
    for (const attribute of node.attributes.keys()) {
      if (attribute.startsWith(`{${XSI}}`)) continue;
      const key = attribute.startsWith('{') ? attribute : `{}${attribute}`;
      if (!attributes.some((a) => a.name === key))
        problems.push(unknown(node, `attribute "${attribute}"`, node));
    }
  }
  return problems;
}

function unknown(at: XmlNode, what: string, inside: XmlNode): Problem {
  return problemOf(
    at,
    'warning',
    'IMPORT_SAMPLE',
    `The schema does not know the ${what} of <${inside.name}>: answers lose it.`,
    'Correct the schema, or the sample.',
  );
}

import { childrenOf, type ExpandedName, type XmlNode } from '../xml-node.ts';
import { XSD } from './components.ts';
import { documentationOf } from './documentation.ts';
import type { EnumValue, SimpleType } from './model.ts';

export const TEXT: SimpleType = { kind: 'simple', shape: { is: 'scalar', scalar: 'String' } };

/** More values than this are a code list, which nobody reads as an enum. */
const MAX_ENUM_VALUES = 500;
const INT = 2_147_483_647;

/** What the facets of a restriction make of its base (XML Schema part 2 section 4.3). */
export function restricted(
  base: SimpleType,
  restriction: XmlNode,
  node: XmlNode,
  name: ExpandedName | undefined,
): SimpleType {
  const { shape } = base;
  if (shape.is === 'list') return base;
  const isText = shape.is === 'enum' || shape.scalar === 'String';
  if (isText) {
    const values = valuesOf(restriction);
    if (values.length === 0) return base;
    if (values.length > MAX_ENUM_VALUES) return TEXT;
    return {
      kind: 'simple',
      shape: { is: 'enum', name, node, values, description: documentationOf(node) },
    };
  }
  if (shape.scalar === 'BigInt' && isSmall(restriction))
    return { kind: 'simple', shape: { is: 'scalar', scalar: 'Int' } };
  return base;
}

function valuesOf(restriction: XmlNode): EnumValue[] {
  const values = new Map<string, EnumValue>();
  for (const facet of childrenOf(restriction, XSD, 'enumeration')) {
    const value = facet.attributes.get('value') ?? '';
    // An empty text of an enum is null.
    if (value !== '' && !values.has(value)) values.set(value, { value, description: documentationOf(facet) });
  }
  return [...values.values()];
}

/** Whether the bounds fit into 32 bits. */
function isSmall(restriction: XmlNode): boolean {
  const bound = (...names: readonly string[]): number => {
    const [facet] = childrenOf(restriction, XSD, ...names);
    return facet ? Number(facet.attributes.get('value')) : Number.NaN;
  };
  const digits = bound('totalDigits');
  if (digits > 0 && digits < 10) return true;
  const low = bound('minInclusive', 'minExclusive');
  const high = bound('maxInclusive', 'maxExclusive');
  return low >= -INT && high <= INT;
}

import { expanded } from '../xml-node.ts';
import type { Component } from '../xsd/components.ts';
import type { ElementUse } from '../xsd/model.ts';
import { ANY, type Types } from '../xsd/types.ts';
import type { Part } from './operation.ts';

/** The element that a part of a message is; undefined with a problem if the schemas do not have it. */
export function elementOf(part: Part, types: Types): ElementUse | undefined {
  if (part.element !== undefined) return types.element(part.element, part.node);
  const use = {
    name: expanded('', part.name),
    isNillable: false,
    fixed: undefined,
    description: undefined,
    node: part.node,
  };
  if (part.type === undefined) return { ...use, type: ANY };
  return { ...use, type: types.ofName(part.type, part.node, OUTSIDE) };
}

/** Parts are written outside of any schema. */
const OUTSIDE = { uri: '' } as Component;

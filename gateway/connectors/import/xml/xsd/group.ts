import type { ExpandedName, XmlNode } from '../xml-node.ts';
import type { Content, ElementUse } from './model.ts';

/** How often an element may stand in some content. */
export interface Count {
  readonly element: ElementUse;
  readonly min: number;
  readonly max: number;
}

/** The elements of a model group by name, in their order. */
export interface Group {
  readonly counts: ReadonlyMap<ExpandedName, Count>;
  readonly hasAny: boolean;
  readonly isInterleaved: boolean;
}

export const EMPTY_GROUP: Group = { counts: new Map(), hasAny: false, isInterleaved: false };

export const occursOnce = (node: XmlNode): boolean =>
  occurs(node, 'minOccurs') === 1 && occurs(node, 'maxOccurs') === 1;

export function groupOf({ elements, hasAny, isInterleaved }: Content): Group {
  const counts = elements.map(({ element, isRequired, isList }): [ExpandedName, Count] => [
    element.name,
    { element, min: isRequired ? 1 : 0, max: isList ? 2 : 1 },
  ]);
  return { counts: new Map(counts), hasAny, isInterleaved };
}

export function joined(a: Group, b: Group): Group {
  const counts = new Map(a.counts);
  return { ...addTo(counts, a, b), counts };
}

/** One after the other: what stands in both occurs more often. */
export function addTo(counts: Map<ExpandedName, Count>, all: Group, part: Group): Group {
  for (const [name, { element, min, max }] of part.counts) {
    const before = counts.get(name);
    counts.set(
      name,
      before
        ? { element: before.element, min: before.min + min, max: before.max + max }
        : { element, min, max },
    );
  }
  return {
    counts,
    hasAny: all.hasAny || part.hasAny,
    isInterleaved: all.isInterleaved || part.isInterleaved,
  };
}

/** One or the other: what is not in all may be absent. */
export function oneOf(parts: readonly Group[]): Group {
  const counts = new Map<ExpandedName, Count>();
  const among = new Map<ExpandedName, number>();
  for (const part of parts)
    for (const [name, { element, min, max }] of part.counts) {
      const before = counts.get(name);
      counts.set(name, {
        element: before?.element ?? element,
        min: Math.min(before?.min ?? min, min),
        max: Math.max(before?.max ?? max, max),
      });
      among.set(name, (among.get(name) ?? 0) + 1);
    }
  for (const [name, count] of counts)
    if (among.get(name) !== parts.length) counts.set(name, { ...count, min: 0 });
  return {
    counts,
    hasAny: parts.some((p) => p.hasAny),
    isInterleaved: parts.some((p) => p.isInterleaved),
  };
}

export function repeated(group: Group, min: number, max: number): Group {
  if (min === 1 && max === 1) return group;
  const counts = [...group.counts].map(([name, count]): [ExpandedName, Count] => [
    name,
    { element: count.element, min: count.min * min, max: count.max * max },
  ]);
  return {
    counts: new Map(counts),
    hasAny: group.hasAny,
    isInterleaved: group.isInterleaved || (max > 1 && counts.length > 1),
  };
}

export function occurs(node: XmlNode, name: 'minOccurs' | 'maxOccurs'): number {
  const text = node.attributes.get(name)?.trim();
  if (text === undefined) return 1;
  if (text === 'unbounded') return Number.MAX_SAFE_INTEGER;
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 ? number : 1;
}

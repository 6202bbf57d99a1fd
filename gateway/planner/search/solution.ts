import type { Condition } from '../condition.ts';
import type { Delivery } from '../delivery.ts';
import type { LocalEntity } from '../model/resolution.ts';
import type { ContextArgument, TypeReference } from '../model/supergraph-model.ts';
import type { SelectionList } from '../selection.ts';
import type { Entry } from './scope.ts';
import type { TypeSet } from './type-set.ts';

/**
 * How one place is answered, where a fetch to one subgraph gives its objects: what the same fetch gives, which
 * hops give the rest, and what cannot be had from here. Independent of the path, so that it is found once.
 */
export interface Solution {
  readonly id: number;
  readonly subgraph: string;
  /** The type of the place in the subgraph. */
  readonly typeName: string;
  /** The object types that the place can have. */
  readonly types: TypeSet;
  /** The subgraph cannot tell the type of some objects here (`@interfaceObject`). */
  readonly isOpaque: boolean;
  /** There is a union here or below, so that it matters who else could give the place. */
  readonly meetsUnion: boolean;
  readonly locals: readonly Assigned[];
  /** Those that wait for others come after them. */
  readonly hops: readonly Hop[];
  /** What has to be asked for from further up; empty = nothing. */
  readonly left: readonly Entry[];
  readonly cost: Cost;
}

export interface Cost {
  /** Fields that are left. */
  readonly missing: number;
  /** Fields that are wanted later and hold up a fetch, although they could be asked for apart. */
  readonly held: number;
  /** Fetches one after the other. */
  readonly depth: number;
  readonly fetches: number;
  /** Fields that wait for another fetch. */
  readonly later: number;
  readonly fields: number;
}

/** A field that some fetch gives. */
export interface Assigned {
  readonly entry: Entry;
  /** As the place knows them: object types, or the interface where the type is not known. */
  readonly types: readonly string[];
  /** Absent: whenever the object is there. */
  condition?: Condition;
  readonly type: TypeReference;
  readonly below?: Solution;
  /** It is wanted later than the fetch that gives it, and could be asked for apart. */
  readonly isHeld?: boolean;
  /** Arguments that take their values from objects further up. */
  readonly contexts?: readonly ContextArgument[];
}

/** A further fetch for the objects of a place. */
export interface Hop {
  /** Says what it waits for: hops of equal keys are one. */
  readonly key: string;
  /** `query`: root fields, where the place is the query type. */
  readonly kind: 'entity' | 'query';
  readonly subgraph: string;
  /** Absent: as the fetch that gives the objects. */
  readonly delivery?: Delivery;
  /** 1 = waits only for the fetch that gives the objects. */
  readonly level: number;
  /** Arguments of its fields that take their values from objects further up; those of equal keys want the same values. */
  readonly contexts: readonly ContextArgument[];
  readonly inputs: readonly HopInput[];
  readonly parts: readonly HopPart[];
}

/** A field of the representation: who gives it. */
export interface HopInput {
  /** A hop's key; absent = the fetch that gives the objects. */
  readonly provider?: string;
  readonly fieldKey: string;
  readonly below?: Solution;
}

/** What a hop does for objects of one type. */
export interface HopPart {
  readonly typeName: string;
  readonly entity: LocalEntity;
  /** Key and required fields of the representation. */
  readonly representation: readonly SelectionList[];
  readonly assigned: readonly Assigned[];
  /** What is answered from the hop's subgraph once it has told the concrete types. */
  readonly continued?: Solution;
}

export const FREE: Cost = { missing: 0, held: 0, depth: 0, fetches: 0, later: 0, fields: 0 };

/** Nothing is missing, and nobody waits for what is wanted later. */
export function isSatisfied({ missing, held }: Cost): boolean {
  return missing === 0 && held === 0;
}

/** Less than zero if `a` is better: nothing missing, nothing held up, then fewest sequential fetches, then fewest fetches, then fewest fields. */
export function compareCosts(a: Cost, b: Cost): number {
  return (
    a.missing - b.missing ||
    a.held - b.held ||
    a.depth - b.depth ||
    a.fetches - b.fetches ||
    a.later - b.later ||
    a.fields - b.fields
  );
}

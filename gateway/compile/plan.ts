import type { OperationTypeNode } from 'graphql';
import type { InitialCount } from './incremental.ts';

/**
 * How one operation is answered: which subgraph is asked what, in which order. Data only (JSON), so
 * that planners can be exchanged, plans printed, stored and compared. Response keys are those of the
 * *canonical* operation (see `canonical.ts`), which the projection maps back to the client's own.
 */
export interface Plan {
  readonly kind: OperationTypeNode;
  /** Absent when the gateway answers by itself (introspection, `__typename`). */
  readonly root?: PlanNode;
}

export type PlanNode = FetchStep | SequenceNode | ParallelNode | ConditionNode | SubscriptionNode;
export type FetchStep = RootFetchNode | EntityFetchNode;

interface FetchFields {
  readonly subgraph: string;
  /** The operation to send, minified. */
  readonly operation: string;
  readonly operationName?: string;
  /** The client's variables that the operation uses. */
  readonly variableNames: readonly string[];
  /** Where the answer belongs; empty = the root. */
  readonly at: readonly PathSegment[];
  /** Applied to the answer before it is merged. */
  readonly outputRewrites: readonly Rewrite[];
  /**
   * The deferred fragments and streamed lists that it is for: what comes before them does not wait for it. Absent =
   * the initial result waits. A fragment is named by the ids of its `@defer` and of those around it, joined by a
   * dot; a list by its response key.
   */
  readonly deliveries?: readonly string[];
}

/** Asks for root fields. */
export interface RootFetchNode extends FetchFields {
  readonly node: 'fetch';
  readonly kind: OperationTypeNode;
}

/** Asks for fields of entities that are known by their representations. */
export interface EntityFetchNode extends FetchFields {
  readonly node: 'entityFetch';
  readonly requires: readonly RequiredSelection[];
  /** Applied to each representation before it is sent. */
  readonly inputRewrites: readonly Rewrite[];
  /** Variables of the operation whose values stand further up in the data (`@fromContext`); absent = none. */
  readonly contextInputs?: readonly ContextInput[];
}

/**
 * A variable that has its value from an object around each entity. Entities with different values cannot be asked
 * for by one list of representations.
 */
export interface ContextInput {
  /** None of the client's; declared in the operation. */
  readonly variable: string;
  /** As it is declared: `[String]`. */
  readonly type: string;
  /** As the supergraph names it, for messages: `users__userContext`. */
  readonly context: string;
  /** Nearest object first: the first that the entity stands in decides, also if its value is null. */
  readonly sources: readonly ContextSource[];
}

/** Where a value from further up stands. */
export interface ContextSource {
  /** How many segments of the fetch's `at` lead to the object; 0 = the root of the data, all = the entity itself. */
  readonly level: number;
  /** Only objects of these concrete types are meant; absent = any. */
  readonly types?: readonly string[];
  /** Response keys from the object to the value; lists on the way make lists. Empty = the object has none: null. */
  readonly path: readonly string[];
}

/** One after the other, where a later one needs what an earlier one gave. */
export interface SequenceNode {
  readonly node: 'sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly node: 'parallel';
  readonly nodes: readonly PlanNode[];
}

/** `then` where the boolean variable is true, `otherwise` where it is false. */
export interface ConditionNode {
  readonly node: 'condition';
  readonly variable: string;
  readonly then?: PlanNode;
  readonly otherwise?: PlanNode;
}

/** Only at the root: `rest` runs once for each event of `primary`. */
export interface SubscriptionNode {
  readonly node: 'subscription';
  readonly primary: RootFetchNode;
  readonly rest?: PlanNode;
}

/** One field on the way to where an answer belongs. Lists on the way are walked through. */
export interface PathSegment {
  readonly field: string;
  /** Only objects of these concrete types are meant. */
  readonly types?: readonly string[];
}

/** What a representation is made of. */
export type RequiredSelection = RequiredField | RequiredFragment;

export interface RequiredField {
  /** The response key in the data. */
  readonly from: string;
  /** The field's name in the representation. */
  readonly name: string;
  readonly selections?: readonly RequiredSelection[];
}

export interface RequiredFragment {
  /** Object or abstract type; absent = any. */
  readonly onType?: string;
  readonly selections: readonly RequiredSelection[];
}

/** A change of a value at a place; `path` goes through fields and, where it is an object, through a type condition. */
export type Rewrite =
  | { readonly rewrite: 'rename'; readonly path: readonly RewriteSegment[]; readonly to: string }
  | { readonly rewrite: 'set'; readonly path: readonly RewriteSegment[]; readonly value: unknown }
  /** A list keeps its first `at` items (a number, or the variable that has it); the others go to the key `to` beside it. */
  | {
      readonly rewrite: 'split';
      readonly path: readonly RewriteSegment[];
      readonly at: InitialCount;
      readonly to: string;
    };

export type RewriteSegment = string | { readonly onType: string };

/** Every fetch of a plan, in plan order. */
export function fetchSteps(node: PlanNode | undefined): FetchStep[] {
  if (!node) return [];
  switch (node.node) {
    case 'fetch':
    case 'entityFetch':
      return [node];
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap((child) => fetchSteps(child));
    case 'condition':
      return [...fetchSteps(node.then), ...fetchSteps(node.otherwise)];
    case 'subscription':
      return [node.primary, ...fetchSteps(node.rest)];
  }
}

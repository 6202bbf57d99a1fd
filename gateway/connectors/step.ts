import type { GraphQLNamedType } from 'graphql';
import type { ReadArguments } from './arguments.ts';
import type { Condition } from './condition.ts';
import type { Want } from './mapping/want.ts';
import type { FieldResolver } from './model.ts';
import type { Target } from './target.ts';

/** A place in a selection: what to take from the answer that brings its objects, and what to fetch for them after. */
export interface Position {
  readonly want: Want;
  readonly type: GraphQLNamedType;
  readonly listDepth: number;
  readonly steps: readonly Step[];
  /** Places below whose objects came along in the same answer. */
  readonly children: readonly Child[];
  /** For an abstract type: the place by concrete type. */
  readonly byType: ReadonlyMap<string, Position> | undefined;
  /** Whether anything is left to do once the objects are there. */
  readonly hasWork: boolean;
}

export interface Child {
  readonly key: string;
  readonly position: Position;
  /** Arguments of which one may bound the list (`first`, `limit` …), for estimates. */
  readonly sizeArguments: ReadArguments | undefined;
}

export type Step = LoadStep | CallStep | ResolveStep;

/** Fields of an object that a connector of its type brings, by the object's key. */
export interface LoadStep {
  readonly kind: 'load';
  readonly target: Target;
  readonly reads: KeyReader;
  readonly position: Position;
  readonly outputs: readonly StepOutput[];
  readonly condition: Condition;
  readonly mask: readonly string[] | undefined;
  readonly take: ReturnType<Target['compileTake']>;
  readonly after: undefined;
}

/** One field that a connector of its own brings. */
export interface CallStep {
  readonly kind: 'call';
  readonly target: Target;
  readonly isRoot: boolean;
  readonly output: StepOutput;
  readonly reads: KeyReader;
  readonly args: ReadArguments;
  readonly position: Position;
  readonly condition: Condition;
  readonly mask: readonly string[] | undefined;
  readonly take: ReturnType<Target['compileTake']>;
  /** The loads that have to end first, as they bring parts of the key. */
  readonly after: readonly LoadStep[] | undefined;
}

/** One field that a function of `resolvers.ts` computes. */
export interface ResolveStep {
  readonly kind: 'resolve';
  readonly resolver: FieldResolver;
  readonly output: StepOutput;
  readonly reads: KeyReader;
  readonly args: ReadArguments;
  readonly position: Position;
  readonly condition: Condition;
  readonly finish: (value: unknown) => unknown;
  readonly after: readonly LoadStep[] | undefined;
}

export interface StepOutput {
  readonly key: string;
  /** What stands there when the backend knows nothing of the key: null, or a fault where null is not allowed. */
  readonly absent: unknown;
}

/** Parent's field → the key under which the object holds it. */
export type KeyReader = ReadonlyMap<string, string>;

/** Names of arguments that say how long a list may be. */
export const SIZE_ARGUMENTS: ReadonlySet<string> = new Set([
  'first',
  'last',
  'limit',
  'pageSize',
  'size',
  'take',
]);

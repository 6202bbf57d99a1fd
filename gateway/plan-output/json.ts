import type { OperationTypeNode } from 'graphql';
import type { Guard } from '../compile/field-tree.ts';
import type { Rewrite } from '../compile/plan.ts';
import type { OutlineInput, OutlineStep, PlanOutline } from './outline.ts';

/** Goes up when a property changes its meaning or goes away; new optional properties do not count. */
export const PLAN_JSON_VERSION = 1;

/** A plan for machines. `docs/explain.md` documents it. */
export interface PlanJson {
  readonly version: typeof PLAN_JSON_VERSION;
  readonly kind: OperationTypeNode;
  /** In plan order; none = the gateway answers by itself. */
  readonly steps: readonly StepJson[];
}

export interface StepJson {
  /** 1 for the first. */
  readonly id: number;
  readonly stage: number;
  readonly subgraph: string;
  readonly asks: OutlineStep['asks'];
  /** Response keys on the way from the root, each with the object types that are meant where not all are. */
  readonly path: readonly { readonly field: string; readonly types?: readonly string[] }[];
  readonly waitsFor: readonly number[];
  readonly when: readonly Guard[];
  readonly inputs: readonly OutlineInput[];
  /** The GraphQL document that the subgraph is sent. */
  readonly operation: string;
  /** The client's variables that go along. */
  readonly variables: readonly string[];
  /** Changes of representations before they are sent, and of the answer. */
  readonly inputRewrites?: readonly Rewrite[];
  readonly outputRewrites?: readonly Rewrite[];
  /** The deferred fragments and streamed lists that it is for; absent = the initial result waits for it. */
  readonly deliveries?: readonly string[];
}

export function planToJson({ kind, steps }: PlanOutline): PlanJson {
  return { version: PLAN_JSON_VERSION, kind, steps: steps.map((step) => stepToJson(step)) };
}

function stepToJson({ id, stage, subgraph, asks, waitsFor, when, inputs, fetch }: OutlineStep): StepJson {
  const inputRewrites = fetch.node === 'entityFetch' ? fetch.inputRewrites : [];
  const { outputRewrites, deliveries } = fetch;
  return {
    id,
    stage,
    subgraph,
    asks,
    path: fetch.at,
    waitsFor,
    when,
    inputs,
    operation: fetch.operation,
    variables: fetch.variableNames,
    ...(inputRewrites.length > 0 ? { inputRewrites } : {}),
    ...(outputRewrites.length > 0 ? { outputRewrites } : {}),
    ...(deliveries ? { deliveries } : {}),
  };
}

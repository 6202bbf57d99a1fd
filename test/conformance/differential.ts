import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  parse,
  print,
  visit,
} from 'graphql';
import type { Plan } from '../../gateway/compile/plan.ts';
import type { Planner } from '../../gateway/compile/planner.ts';
import { SluiceError } from '../../gateway/errors.ts';
import { fetchSteps } from '../../gateway/compile/plan.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import { compileAnswer } from '../../gateway/execute/remote-answer.ts';
import { compileBody } from '../../gateway/execute/remote-body.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot } from '../../gateway/supergraph/snapshot.ts';
import type { SubgraphRuntime } from '../../gateway/supergraph/subgraph.ts';
import type { UpstreamResponse } from '../../gateway/upstreams/upstream.ts';
import { requestContext } from '../execute/subgraph-server.ts';
import { type FederatedGraph, type GraphIndex, indexGraph, printSubgraph } from './federated-graph.ts';
import { EVENTS, type Faults, GraphData } from './graph-data.ts';
import { KEY_FIELD_NAMES } from './graph-draft.ts';
import { inJoinV01 } from './join-v01.ts';
import { isSubscription, judge } from './judge.ts';
import { firstDifference } from './null-propagation.ts';
import type { RandomOperation } from './random-operation.ts';
import {
  createStrictSubgraph,
  type OnEffect,
  type StrictRequest,
  type StrictSubgraph,
} from './strict-subgraph.ts';
import { eventsOf } from '../execute/events-of.ts';

/** A graph that composes, with the gateway over strict subgraphs in this process. */
export interface GraphUnderTest {
  readonly graph: FederatedGraph;
  readonly index: GraphIndex;
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Makes the planner, where it is not the gateway's own. */
  readonly planner?: MakePlanner;
  /** Labels of progressive overrides that apply. */
  readonly labels: ReadonlySet<string>;
  run(operation: RandomOperation, faults?: Faults): Promise<Outcome>;
  readonly snapshot: Snapshot;
  /**
   * Does something with the gateway while fields fail. @returns also what subgraphs refused, and what broke
   * @param before what each request of a subgraph waits for
   */
  during<Result>(
    faults: Faults | undefined,
    work: () => Promise<Result>,
    before?: () => Promise<void> | undefined,
  ): Promise<{ result: Result; refusals: readonly string[]; crashes: readonly string[] }>;
}

export interface Outcome {
  /** Subgraph requests that the gateway made. */
  readonly requests: number;
  readonly plan?: Plan;
  /** Of a subscription, the first event that is wrong, or else the last one. */
  readonly ours: ExecutionResult;
  readonly expected: ExecutionResult;
  readonly mismatch?: Mismatch;
}

export interface Mismatch {
  /** `planner threw`: not a refusal of ours but an error inside of the planner. */
  readonly kind: 'refused' | 'not plannable' | 'planner threw' | 'crash' | 'errors' | 'data' | 'effects';
  readonly detail: string;
}

export type MakePlanner = (supergraphSdl: string, labels: ReadonlySet<string>) => Planner;

/** The gateway's own. */
export const ownPlanner: MakePlanner = (supergraphSdl, overrideLabels) =>
  createFederationPlanner(supergraphSdl, { overrideLabels });

/** @param labels of progressive overrides, which apply. Returns `undefined` if the graph does not compose. */
export function putUnderTest(
  graph: FederatedGraph,
  planner?: MakePlanner,
  labels: ReadonlySet<string> = new Set(),
): GraphUnderTest | undefined {
  const composed = composeSupergraph(
    graph.subgraphs.map((subgraph) => ({ name: subgraph.name, sdl: printSubgraph(subgraph) })),
  );
  if ('problems' in composed) return undefined;
  const supergraphSdl =
    (graph.joinV01 ? inJoinV01(composed.supergraphSdl) : undefined) ?? composed.supergraphSdl;
  const index = indexGraph(graph);
  const effects: string[] = [];
  const onEffect: OnEffect = (field, args) => effects.push(`${field} ${JSON.stringify(args)}`);
  // Which faults there are changes from run to run; the gateway and its plans stay.
  let subgraphs = new Map<string, StrictSubgraph>();
  const arm = (data: GraphData): void => {
    subgraphs = new Map(
      graph.subgraphs.map((model) => [model.name, createStrictSubgraph(model, data, onEffect, labels)]),
    );
  };
  const faultless = new GraphData(index);
  arm(faultless);
  let requests = 0;
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl,
    planner: (planner ?? ownPlanner)(supergraphSdl, labels),
    oneOfInputs: composed.oneOfInputs,
    maxErrors: 1_000_000,
    onInternalError: (error) => crashes.push(error.cause ?? error),
    subgraphs: new Map(
      graph.subgraphs.map(({ name }) => {
        const answer = async (body: string, event?: number): Promise<UpstreamResponse> => {
          requests += 1;
          await pause();
          const asked = JSON.parse(body) as StrictRequest;
          // Through JSON, as over the wire.
          const data: unknown = JSON.parse(JSON.stringify(subgraphs.get(name)?.answer(asked, event)));
          return { data, status: 200, headers: {} };
        };
        return [name, strictRuntime(name, answer)];
      }),
    ),
  });
  const crashes: unknown[] = [];
  let pause = (): Promise<void> | undefined => undefined;

  const schemas = {
    api: snapshot.schema,
    complete: buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true }),
  };
  return {
    graph,
    index,
    schema: snapshot.schema,
    supergraphSdl,
    labels,
    ...(planner ? { planner } : {}),
    snapshot,
    async during(faults, work, before = () => undefined) {
      pause = before;
      if (faults) arm(new GraphData(index, faults));
      try {
        crashes.length = 0;
        for (const subgraph of subgraphs.values()) subgraph.refusals.length = 0;
        const result = await work();
        const refusals = [...subgraphs.values()].flatMap((subgraph) => [...subgraph.refusals]);
        return { result, refusals, crashes: crashes.map(describe) };
      } finally {
        pause = () => undefined;
        if (faults) arm(faultless);
      }
    },
    async run(operation, faults) {
      const data = faults ? new GraphData(index, faults) : faultless;
      if (faults) arm(data);
      try {
        effects.length = 0;
        const expected = (await judge(schemas, data, operation, onEffect)).map(plain);
        const wanted = [...effects];
        effects.length = 0;
        crashes.length = 0;
        requests = 0;
        for (const subgraph of subgraphs.values()) subgraph.refusals.length = 0;
        const answered = await answerOf(snapshot, operation);
        const refusals = [...subgraphs.values()].flatMap((subgraph) => subgraph.refusals);
        const { answers, plan, failure } = answered;
        const freedom = faults && hasFreedom(operation.document, plan);
        const wrong = expected.findIndex((right, each) => compare(answers[each] ?? {}, right, freedom));
        const shown = wrong < 0 ? expected.length - 1 : wrong;
        const outcome = {
          requests,
          ...(plan ? { plan } : {}),
          ours: answers[shown] ?? {},
          expected: expected[shown] ?? {},
        };
        const mismatch =
          failure ??
          (crashes.length > 0 ? { kind: 'crash' as const, detail: describe(crashes[0]) } : undefined) ??
          (refusals[0] === undefined ? undefined : { kind: 'refused' as const, detail: refusals[0] }) ??
          (wrong < 0 ? undefined : compare(outcome.ours, outcome.expected, freedom)) ??
          (answers.length === expected.length
            ? undefined
            : { kind: 'data' as const, detail: `${answers.length} events and not ${expected.length}` }) ??
          (faults === undefined ? compareEffects(effects, wanted) : undefined);
        return { ...outcome, ...(mismatch ? { mismatch } : {}) };
      } finally {
        if (faults) arm(faultless);
      }
    },
  };
}

/** A subgraph over HTTP, save that its events come from here. */
function strictRuntime(
  name: string,
  answer: (body: string, event?: number) => Promise<UpstreamResponse>,
): SubgraphRuntime {
  return {
    ...createRemoteSubgraph({ name, call: (request) => answer(request.input.body) }),
    compileSubscription(fetch) {
      const body = compileBody({ ...fetch, lists: [] });
      const understand = compileAnswer(name, fetch);
      return (input) => ({
        identity: () => name,
        async *open() {
          for (let event = 0; event < EVENTS; event++) yield event;
        },
        read: async (event) => understand(await answer(body(input.variables, []), event as number), input),
      });
    },
  };
}

async function answerOf(
  snapshot: Snapshot,
  operation: RandomOperation,
): Promise<{ answers: readonly ExecutionResult[]; plan?: Plan; failure?: Mismatch }> {
  const { document, variables, operationName } = operation;
  let executable: ReturnType<Snapshot['executable']>;
  try {
    executable = snapshot.executable(document, operationName);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'OPERATION_NOT_PLANNABLE')
      return { answers: [], failure: { kind: 'crash', detail: describe(error) } };
    const kind = error.cause === undefined ? 'not plannable' : 'planner threw';
    return { answers: [], failure: { kind, detail: describe(error) } };
  }
  const { plan } = executable;
  try {
    const answers: ExecutionResult[] = [];
    // Queries and mutations give one event.
    if (isSubscription(operation))
      for await (const event of eventsOf(executable, variables, requestContext())) answers.push(plain(event));
    else answers.push(plain(await executable.run(variables, requestContext())));
    return { answers, plan };
  } catch (error) {
    return { answers: [], plan, failure: { kind: 'crash', detail: describe(error) } };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function plain(result: unknown): ExecutionResult {
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

function compare(
  ours: ExecutionResult,
  expected: ExecutionResult,
  freedom: boolean | undefined,
): Mismatch | undefined {
  if (freedom === undefined) {
    if (ours.errors?.[0]) return { kind: 'errors', detail: JSON.stringify(ours.errors[0]) };
    // The order of the keys is part of an answer (section 7.2.2 of the GraphQL specification).
    const [mine, right] = [JSON.stringify(ours.data), JSON.stringify(expected.data)];
    if (mine !== right)
      return { kind: 'data', detail: firstDifference(ours, expected, false) ?? 'key order' };
    return undefined;
  }
  const difference = firstDifference(ours, expected, freedom);
  return difference === undefined ? undefined : { kind: 'data', detail: difference };
}

const KEYS: ReadonlySet<string> = new Set(['__typename', ...KEY_FIELD_NAMES]);

/**
 * With resolvers that fail, an answer may lose more than the judge's where a fetch needs more than keys, and
 * where one field has several aliases: it is fetched once, so that a failure below one alias is one below each.
 */
function hasFreedom(document: DocumentNode, plan: Plan | undefined): boolean {
  return needsMoreThanKeys(plan) || hasFoldedFields(document);
}

function hasFoldedFields(document: DocumentNode): boolean {
  const keys = new Map<string, string>();
  let folded = false;
  visit(document, {
    Field(node) {
      const field = `${node.name.value} ${(node.arguments ?? []).map(print).sort().join()}`;
      const key = node.alias?.value ?? node.name.value;
      if ((keys.get(field) ?? key) !== key) folded = true;
      keys.set(field, key);
    },
  });
  return folded;
}

/** Whether some fetch needs a field that may fail by itself. */
function needsMoreThanKeys(plan: Plan | undefined): boolean {
  return fetchSteps(plan?.root).some(
    (fetch) =>
      fetch.node === 'entityFetch' &&
      (fetch.contextInputs !== undefined ||
        JSON.stringify(fetch.requires, (_, value: unknown) => value)
          .match(/"name":"(\w+)"/g)
          ?.some((match) => !KEYS.has(match.slice(8, -1))) === true),
  );
}

function compareEffects(done: readonly string[], wanted: readonly string[]): Mismatch | undefined {
  if (JSON.stringify(done) === JSON.stringify(wanted)) return undefined;
  return { kind: 'effects', detail: `wanted ${wanted.join('; ')}, done ${done.join('; ')}` };
}

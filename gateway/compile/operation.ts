import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { SluiceError } from '../errors.ts';
import { type CanonicalOperation, canonicalize, RENAMED_VARIABLE, RESERVED_VARIABLE } from './canonical.ts';
import { dataflowOf, type Step } from './dataflow.ts';
import { type Guard, guardsOf } from './field-tree.ts';
import { type Deferrals, incrementalDirectivesOf } from './incremental.ts';
import type { Plan } from './plan.ts';
import type { Planner } from './planner.ts';
import { compileVariables, type CoerceVariables, type Variables } from './variables.ts';

/** All that is known about an operation before it runs. */
export interface CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Where the data of each of the client's fields is: canonical response keys. */
  readonly keys: ReadonlyMap<FieldNode, string>;
  readonly plan: Plan;
  readonly steps: readonly Step[];
  readonly coerceVariables: CoerceVariables;
  /** What comes later; empty = the answer comes in one piece. */
  readonly deferrals: Deferrals;
}

/** An operation, and how it is answered in parts. */
export interface CompiledRequest extends CompiledOperation {
  /** Absent = it has no `@defer` and no `@stream`. */
  readonly inParts?: OperationInParts;
}

export interface OperationInParts {
  /**
   * The operation with what these variables defer; `undefined` = nothing.
   * @throws SluiceError `OPERATION_NOT_PLANNABLE`
   */
  with(values: Variables): CompiledOperation | undefined;
  /** What is wrong with the variables, besides their types. */
  problems(values: Variables): readonly string[];
}

/** How many sets of values of the variables of `if` an operation keeps compiled forms for. */
const MAX_FORMS = 16;

/** Told of a plan and the canonical operation that it is for, before anything else is made of it; may throw. */
export type OnPlanned = (plan: Plan, asked: CanonicalOperation) => void;

/**
 * @param document validated against `schema`
 * @throws SluiceError `OPERATION_RESOLUTION_FAILURE` if there is no such operation, `OPERATION_NOT_PLANNABLE`
 */
export function compileOperation(
  schema: GraphQLSchema,
  planner: Planner,
  document: DocumentNode,
  operationName: string | undefined,
  onPlanned?: OnPlanned,
): CompiledRequest {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw noSuchOperation(operationName);
  const compile = (deferrals: Deferrals): CompiledOperation =>
    compileWith(schema, planner, document, operation, deferrals, onPlanned);
  const whole = compile(new Map());
  const directives = incrementalDirectivesOf(operation, document);
  if (!directives || operation.operation === OperationTypeNode.SUBSCRIPTION) return whole;
  const forms = new Map<string, CompiledOperation | SluiceError | undefined>();
  return {
    ...whole,
    inParts: {
      with(values) {
        const key = directives.variables.map((name) => Number(values[name] === true)).join('');
        if (!forms.has(key)) {
          if (forms.size >= MAX_FORMS) forms.clear();
          forms.set(key, formWith(directives.inForce(values), compile));
        }
        const form = forms.get(key);
        if (form instanceof SluiceError) throw form;
        return form;
      },
      problems: (values) => directives.problems(values),
    },
  };
}

/** What cannot be planned is not tried again. */
function formWith(
  deferrals: Deferrals,
  compile: (deferrals: Deferrals) => CompiledOperation,
): CompiledOperation | SluiceError | undefined {
  if (deferrals.size === 0) return undefined;
  try {
    return compile(deferrals);
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
}

function compileWith(
  schema: GraphQLSchema,
  planner: Planner,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  deferrals: Deferrals,
  onPlanned: OnPlanned | undefined,
): CompiledOperation {
  const canonical = canonicalize(schema, operation, document, deferrals);
  const plan = planner.plan(canonical.operation, canonical.document);
  onPlanned?.(plan, canonical);
  const steps = dataflowOf(plan);
  refuseForgottenRootFields(canonical.operation, canonical.document, steps);
  refuseRepeatedMutations(steps);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return {
    operation,
    fragments,
    keys: canonical.keys,
    plan,
    steps,
    coerceVariables: withRenamed(operation, compileVariables(schema, operation)),
    deferrals,
  };
}

/** The canonical operation calls a variable of the reserved name otherwise: its value goes by both names. */
function withRenamed(operation: OperationDefinitionNode, coerce: CoerceVariables): CoerceVariables {
  const isUsed = operation.variableDefinitions?.some(
    ({ variable }) => variable.name.value === RESERVED_VARIABLE,
  );
  if (!isUsed) return coerce;
  return (raw) => {
    const coerced = coerce(raw);
    if (!('values' in coerced) || !(RESERVED_VARIABLE in coerced.values)) return coerced;
    const { values } = coerced;
    return { values: { ...values, [RENAMED_VARIABLE]: values[RESERVED_VARIABLE] } };
  };
}

function noSuchOperation(operationName: string | undefined): SluiceError {
  return new SluiceError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName === undefined
      ? 'The document has no operation, or several: send "operationName" to say which one is meant.'
      : `The document has no operation "${operationName}".`,
  );
}

/** A planner may drop a root field that no subgraph can answer; the client would read null without an error. */
function refuseForgottenRootFields(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  steps: readonly Step[],
): void {
  const planned = new Set<string>();
  for (const { fetch, fields } of steps) {
    if (fetch.node === 'fetch' && fetch.at.length === 0)
      for (const key of fields.fields.keys()) planned.add(key);
  }
  const check = (set: SelectionSetNode, above: readonly Guard[]): void => {
    for (const selection of set.selections) {
      const guards = [...above, ...guardsOf(selection)];
      // What is both included and skipped by one variable is never asked for.
      if (areContrary(guards)) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet, guards);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        for (const definition of document.definitions) {
          if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value)
            check(definition.selectionSet, guards);
        }
      } else if (!selection.name.value.startsWith('__')) {
        if (planned.has(selection.alias?.value ?? selection.name.value)) continue;
        throw new SluiceError(
          'OPERATION_NOT_PLANNABLE',
          `The operation cannot be planned: no subgraph can answer the root field "${selection.name.value}" with this selection.`,
        );
      }
    }
  };
  check(operation.selectionSet, []);
}

/** A planner may put a field that is asked for with and without a condition into two fetches: its effect would come twice. */
function refuseRepeatedMutations(steps: readonly Step[]): void {
  const planned = new Map<string, Step[]>();
  for (const step of steps) {
    if (step.fetch.node !== 'fetch' || step.fetch.kind !== OperationTypeNode.MUTATION) continue;
    for (const key of step.fields.fields.keys()) {
      if (key.startsWith('__')) continue;
      const others = planned.get(key) ?? [];
      if (others.some(({ guards }) => !areContrary([...guards, ...step.guards])))
        throw new SluiceError(
          'OPERATION_NOT_PLANNABLE',
          `The operation cannot be planned: its field "${key.replace(/__\d+$/, '')}" would run twice. Select it once, and put @skip and @include inside of its selection.`,
        );
      planned.set(key, [...others, step]);
    }
  }
}

/** Whether one variable would have to be both true and false. */
function areContrary(guards: readonly Guard[]): boolean {
  return guards.some(({ variable, value }) =>
    guards.some((other) => other.variable === variable && other.value !== value),
  );
}

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { RequiredSelection } from '../compile/plan.ts';
import { NOTHING_PROVIDED, type Resolutions } from './model/resolution.ts';
import { satisfies } from './model/supergraph-model.ts';
import type { FieldSelection, SelectionList } from './selection.ts';
import {
  type Assignment,
  assignmentsOf,
  Budget,
  BudgetSpent,
  conditionVariables,
  hold,
  whereOf,
} from './validate-assignments.ts';
import { carries } from './validate-fetch.ts';
import { type AskedOfEntity, Given, type GivenPlace, isMeant, ResponseKeys } from './validate-given.ts';
import { WantedFields } from './validate-wanted.ts';

/** The canonical operation that a plan is for. */
export interface PlannedOperation {
  readonly operation: OperationDefinitionNode;
  /** Holds the operation and the fragments it spreads. */
  readonly document: DocumentNode;
}

/** Something that is wrong with some assignments of the condition variables. */
export interface ConditionFinding {
  /** The step that is wrong; absent = the plan as a whole. */
  readonly step?: number;
  readonly path: string;
  readonly text: string;
  /** ` where $a is true` */
  readonly where: string;
}

/**
 * Runs the plan in thought, once for each assignment of its condition variables: whenever a step asks something
 * of an object, the steps that it waits for have given what it reads of it; and, where the operation is at hand,
 * each of its fields is given by somebody, and no mutation field takes effect that is not selected.
 */
export function conditionFindings(
  resolutions: Resolutions,
  kind: OperationTypeNode,
  steps: readonly Step[],
  asked: PlannedOperation | undefined,
): ConditionFinding[] {
  const variables = conditionVariables(steps, asked?.document);
  const found = new Map<string, { finding: Omit<ConditionFinding, 'where'>; where: Assignment[] }>();
  const budget = new Budget();
  const keys = new ResponseKeys(steps);
  for (const assignment of assignmentsOf(variables)) {
    const add: Report = (finding) => {
      const identity = `${finding.step} ${finding.text}`;
      const known = found.get(identity) ?? { finding, where: [] };
      if (known.where.at(-1) !== assignment) known.where.push(assignment);
      found.set(identity, known);
    };
    const run = new ThoughtRun({ resolutions, kind, steps, keys, assignment, budget, add });
    try {
      run.checkInputs();
      if (asked) run.checkOperation(asked);
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      break;
    }
  }
  return Array.from(found.values(), ({ finding, where }) => ({
    ...finding,
    where: whereOf(where, variables),
  }));
}

type Report = (finding: Omit<ConditionFinding, 'where'>) => void;

interface RunOptions {
  readonly resolutions: Resolutions;
  readonly kind: OperationTypeNode;
  readonly steps: readonly Step[];
  readonly keys: ResponseKeys;
  readonly assignment: Assignment;
  readonly budget: Budget;
  readonly add: Report;
}

class ThoughtRun {
  readonly #options: RunOptions;
  readonly #running: ReadonlySet<number>;

  constructor(options: RunOptions) {
    this.#options = options;
    const running = options.steps.flatMap(({ guards }, index) =>
      hold(guards, options.assignment) ? [index] : [],
    );
    this.#running = new Set(running);
  }

  checkInputs(): void {
    const { steps } = this.#options;
    const all = this.#given(this.#running);
    for (const index of this.#running) {
      const step = steps[index];
      if (step?.fetch.node !== 'entityFetch') continue;
      const { at } = step.fetch;
      // What a step reads, and the way there, is given by steps that it waits for directly.
      const before = this.#given(new Set(step.dependsOn.filter((each) => this.#running.has(each))));
      let places: readonly GivenPlace[] = [before.root(this.#rootType())];
      for (const [depth, { field }] of at.entries()) {
        const below = new Set<GivenPlace>();
        for (const place of places)
          for (const typeName of place.types) {
            const inner = isMeant(at, depth, typeName) ? before.below(place, typeName, field) : undefined;
            if (inner) below.add(inner);
          }
        places = [...below];
      }
      const path = at.map(({ field }) => field).join('.');
      let isAsking = false;
      for (const place of places)
        for (const typeName of place.types) {
          const asked = all.asked(index, typeName);
          if (asked) this.#checkAsked({ given: before, step: index }, asked, place, typeName, path);
          isAsking ||= asked !== undefined;
        }
      if (isAsking) this.#checkContexts(index, step);
    }
  }

  /** Values from further up are asked for whenever a fetch that takes them asks for something. */
  #checkContexts(index: number, { fetch, dependsOn }: Step): void {
    if (fetch.node !== 'entityFetch' || !fetch.contextInputs) return;
    const { steps, assignment, add } = this.#options;
    const isAsked = askedOf(
      dependsOn.flatMap((each) => steps[each] ?? []),
      assignment,
    );
    for (const { level, path } of fetch.contextInputs.flatMap(({ sources }) => sources)) {
      if (path.length === 0) continue;
      const full = [...fetch.at.slice(0, level).map(({ field }) => field), ...path];
      const text = full.join('.');
      if (!isAsked(full)) add({ step: index, path: text, text: `nobody gives "${text}" before` });
    }
  }

  /** What is asked of an entity needs a whole key, and what the fields require that are asked for now. */
  #checkAsked(
    by: { readonly given: Given; readonly step: number },
    { representation, names }: AskedOfEntity,
    place: GivenPlace,
    typeName: string,
    path: string,
  ): void {
    const { resolutions, steps } = this.#options;
    const subgraph = steps[by.step]?.fetch.subgraph ?? '';
    const missing: string[] = [];
    const there = this.#presentOf(by.given, representation, place, typeName, path, missing);
    if (missing.length === 0) return;
    const complain = (list: SelectionList): void => {
      const keys = list.selections.map((each) => (each.kind === 'field' ? `${path}.${each.key}` : path));
      for (const absent of missing)
        if (keys.some((key) => `${absent}.`.startsWith(`${key}.`)))
          this.#options.add({
            step: by.step,
            path: absent,
            text: `nobody gives "${absent}" of ${typeName} before`,
          });
    };
    const keys = resolutions.entity(subgraph, typeName)?.keys ?? [];
    const carried = keys.filter(({ fields }) => carries(representation, fields));
    if (!carried.some(({ fields }) => carries(there, fields)))
      for (const { fields } of carried) complain(fields);
    for (const name of new Set(names)) {
      const { requires } = resolutions.resolve(subgraph, typeName, name, NOTHING_PROVIDED) ?? {};
      if (requires && !carries(there, requires)) complain(requires);
    }
    if (missing.includes(`${path}.__typename`)) complain({ id: 0, selections: [TYPENAME] });
  }

  /** The part of a representation that is there of every object at the place. */
  #presentOf(
    given: Given,
    needs: readonly RequiredSelection[],
    place: GivenPlace,
    typeName: string,
    path: string,
    missing: string[],
  ): RequiredSelection[] {
    const { model } = this.#options.resolutions;
    return needs.flatMap((need): RequiredSelection[] => {
      if (!('from' in need)) {
        const isMet = need.onType === undefined || satisfies(model, typeName, need.onType);
        if (!isMet) return [need];
        return [
          { ...need, selections: this.#presentOf(given, need.selections, place, typeName, path, missing) },
        ];
      }
      const below = `${path}.${need.from}`;
      if (!given.object(place, typeName).has(need.from)) {
        missing.push(below);
        return [];
      }
      const inner = need.selections ? given.below(place, typeName, need.from) : undefined;
      let selections = need.selections ?? [];
      for (const each of inner?.types ?? [])
        if (inner) selections = this.#presentOf(given, selections, inner, each, below, missing);
      return [need.selections ? { ...need, selections } : need];
    });
  }

  checkOperation({ operation, document }: PlannedOperation): void {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    const given = this.#given(this.#running);
    const wanted = new WantedFields(this.#options, fragments);
    const root = given.root(this.#rootType());
    this.#checkPlace({ given, wanted, seen: new Set() }, root, [operation.selectionSet], '');
    if (operation.operation !== OperationTypeNode.MUTATION) return;
    const fields = wanted.of([operation.selectionSet], this.#rootType());
    for (const key of given.object(root, this.#rootType()).keys())
      if (!key.startsWith('__') && !fields.has(key))
        this.#options.add({ path: key, text: `the mutation field "${key}" runs and is not selected` });
  }

  #checkPlace(
    walk: { readonly given: Given; readonly wanted: WantedFields; readonly seen: Set<string> },
    place: GivenPlace,
    sets: readonly SelectionSetNode[],
    path: string,
  ): void {
    const { given, wanted, seen } = walk;
    const identity = `${place.id} ${wanted.idOf(sets)}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    const roots: readonly (string | undefined)[] = Object.values(this.#options.resolutions.model.rootTypes);
    for (const typeName of place.types) {
      const object = given.object(place, typeName);
      for (const [key, below] of wanted.of(sets, typeName)) {
        if (key.startsWith('__') && roots.includes(typeName)) continue;
        const at = path === '' ? key : `${path}.${key}`;
        if (!object.has(key)) {
          this.#options.add({ path: at, text: `nobody gives "${at}" of ${typeName}` });
          continue;
        }
        const inner = below.length > 0 ? given.below(place, typeName, key) : undefined;
        if (inner) this.#checkPlace(walk, inner, below, at);
      }
    }
  }

  #given(running: ReadonlySet<number>): Given {
    const { resolutions, steps, keys, budget, assignment } = this.#options;
    return new Given(resolutions, { steps, keys, budget }, assignment, running);
  }

  #rootType(): string {
    const { resolutions, kind } = this.#options;
    return resolutions.model.rootTypes[kind] ?? '';
  }
}

const TYPENAME: FieldSelection = {
  kind: 'field',
  key: '__typename',
  name: '__typename',
  argumentText: '',
  variables: [],
  guards: [],
};

/** Whether one of the steps asks for the field at a path of response keys under the assignment. */
function askedOf(
  steps: readonly Step[],
  assignment: RunOptions['assignment'],
): (path: readonly string[]) => boolean {
  return (path) =>
    steps.some(({ fetch: { at }, fields, guards }) => {
      if (at.length >= path.length || at.some(({ field }, index) => path[index] !== field)) return false;
      if (!hold(guards, assignment)) return false;
      let tree: Step['fields'] | undefined = fields;
      for (const key of path.slice(at.length)) {
        const branch: ReturnType<Step['fields']['fields']['get']> = tree?.fields.get(key);
        tree = branch?.occurrences.some((occurrence) => hold(occurrence, assignment)) ? branch : undefined;
      }
      return tree !== undefined;
    });
}

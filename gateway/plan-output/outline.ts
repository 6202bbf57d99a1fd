import { type DocumentNode, Kind, type OperationTypeNode, print, type SelectionSetNode } from 'graphql';
import { dataflowOf } from '../compile/dataflow.ts';
import { type Guard, guardsOf } from '../compile/field-tree.ts';
import type { FetchStep, Plan, RequiredSelection } from '../compile/plan.ts';
import { printPath } from '../compile/print-plan.ts';

/** A plan as people look at it: its steps in stages, each with what it waits for. What every format is made of. */
export interface PlanOutline {
  readonly kind: OperationTypeNode;
  /** In plan order; none = the gateway answers by itself. */
  readonly steps: readonly OutlineStep[];
}

export interface OutlineStep {
  /** 1 for the first. */
  readonly id: number;
  /** One more than the last stage that it waits for; steps of one stage may run at once. */
  readonly stage: number;
  readonly subgraph: string;
  /** `root`: root fields; `entities`: fields of entities; `subscription`: the source of events. */
  readonly asks: 'root' | 'entities' | 'subscription';
  /** Where the answer belongs, for instance `products.reviews<Book>.author`; empty = the root. */
  readonly at: string;
  /** Ids of the steps that give what this one reads. */
  readonly waitsFor: readonly number[];
  /** Those of `waitsFor` that no other of them waits for: enough to draw. */
  readonly arrowsFrom: readonly number[];
  /** Runs only where all of them hold. */
  readonly when: readonly Guard[];
  /** What representations are made of besides their type: keys and required fields. */
  readonly inputs: readonly OutlineInput[];
  /** The fields that are wanted, one a line, indented by two spaces for each level. */
  readonly fields: readonly string[];
  readonly fetch: FetchStep;
}

export interface OutlineInput {
  readonly type: string;
  /** As a selection, for instance `upc dimensions { size }`. */
  readonly fields: string;
}

export function outlineOf(plan: Plan): PlanOutline {
  const steps: OutlineStep[] = [];
  const isSubscription = plan.root?.node === 'subscription';
  for (const [index, { fetch, document, dependsOn, guards }] of dataflowOf(plan).entries()) {
    const waitsFor = dependsOn.map((each) => each + 1);
    const isEntity = fetch.node === 'entityFetch';
    steps.push({
      id: index + 1,
      stage: 1 + Math.max(0, ...dependsOn.map((each) => steps[each]?.stage ?? 0)),
      subgraph: fetch.subgraph,
      asks: isEntity ? 'entities' : isSubscription && index === 0 ? 'subscription' : 'root',
      at: printPath(fetch.at),
      waitsFor,
      arrowsFrom: waitsFor.filter(
        (each) => !waitsFor.some((other) => steps[other - 1]?.waitsFor.includes(each)),
      ),
      when: guards.filter((guard, at) => guards.findIndex((each) => isSame(each, guard)) === at),
      inputs: isEntity ? inputsOf(fetch.requires) : [],
      fields: fieldsOf(document, isEntity),
      fetch,
    });
  }
  return { kind: plan.kind, steps };
}

/** The steps by stage, first stage first. */
export function stagesOf({ steps }: PlanOutline): readonly (readonly OutlineStep[])[] {
  const stages: OutlineStep[][] = [];
  for (const step of steps) (stages[step.stage - 1] ??= []).push(step);
  return stages;
}

/** `if $a and not $b`; empty = always. */
export function conditionText(when: readonly Guard[]): string {
  const parts = when.map(({ variable, value }) => `${value ? '' : 'not '}$${variable}`);
  return parts.length === 0 ? '' : `if ${parts.join(' and ')}`;
}

function isSame(a: Guard, b: Guard): boolean {
  return a.variable === b.variable && a.value === b.value;
}

function inputsOf(requires: readonly RequiredSelection[]): OutlineInput[] {
  return requires.map((required) =>
    'from' in required
      ? { type: '', fields: inputText([required]) }
      : { type: required.onType ?? '', fields: inputText(required.selections) },
  );
}

/** Without `__typename`, which every representation has. */
function inputText(selections: readonly RequiredSelection[]): string {
  return selections
    .flatMap((selection) => {
      if (!('from' in selection)) {
        const on = selection.onType === undefined ? '...' : `... on ${selection.onType}`;
        return [`${on} { ${inputText(selection.selections)} }`];
      }
      const { from, name, selections: below } = selection;
      if (name === '__typename') return [];
      const field = from === name ? name : `${name} (${from})`;
      return [below ? `${field} { ${inputText(below)} }` : field];
    })
    .join(' ');
}

function fieldsOf(document: DocumentNode, isEntity: boolean): string[] {
  const lines: string[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const [entities] = definition.selectionSet.selections;
    const below = isEntity && entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
    addFields(lines, below ?? definition.selectionSet, '');
  }
  return lines;
}

function addFields(lines: string[], set: SelectionSetNode, indent: string): void {
  const isOnlyType = set.selections.every(
    (each) => each.kind === Kind.FIELD && each.name.value === '__typename',
  );
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      lines.push(`${indent}...${selection.name.value}`);
      continue;
    }
    const when = conditionText(guardsOf(selection));
    const condition = when === '' ? '' : `  ${when}`;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const onType = selection.typeCondition?.name.value;
      lines.push(`${indent}...${onType === undefined ? '' : ` on ${onType}`}${condition}`);
      addFields(lines, selection.selectionSet, `${indent}  `);
      continue;
    }
    // It is asked for everywhere; alone it stands for nothing else.
    if (selection.name.value === '__typename' && !isOnlyType) continue;
    const alias = selection.alias ? `${selection.alias.value}: ` : '';
    const given = (selection.arguments ?? []).map((each) => print(each).replaceAll(/\s+/g, ' '));
    const args = given.length > 0 ? `(${given.join(', ')})` : '';
    lines.push(`${indent}${alias}${selection.name.value}${args}${condition}`);
    if (selection.selectionSet) addFields(lines, selection.selectionSet, `${indent}  `);
  }
}

import { OperationTypeNode, print, type VariableDefinitionNode } from 'graphql';
import type { Guard } from '../../compile/field-tree.ts';
import type { FetchStep, PlanNode } from '../../compile/plan.ts';
import { commonGuards, conjunction, type Conditions } from '../condition.ts';
import { MAX_DOCUMENT_CHARACTERS } from '../limits.ts';
import type { SupergraphModel } from '../model/supergraph-model.ts';
import { beyondLimit } from '../problem.ts';
import { INITIAL } from '../delivery.ts';
import { assignAliases } from './aliases.ts';
import type { FetchDraft } from './fetch-draft.ts';
import { printSelection } from './print-fetch.ts';
import { inputRewritesOf, requiresOf } from './representation.ts';
import { splitsOf } from './splits.ts';

/** What turns drafts of one operation into plan nodes. */
export class FetchFinisher {
  readonly #model: SupergraphModel;
  readonly #conditions: Conditions;
  readonly #definitions = new Map<string, string>();
  #characters = 0;

  constructor(model: SupergraphModel, conditions: Conditions, variables: readonly VariableDefinitionNode[]) {
    this.#model = model;
    this.#conditions = conditions;
    for (const node of variables) this.#definitions.set(node.variable.name.value, definitionText(node));
  }

  /**
   * The fetch, below conditions that hold for all of it; `undefined` = it has nothing to ask.
   * @param given guards of conditions that the plan has around it already
   */
  finish(draft: FetchDraft, kind: OperationTypeNode, given: readonly Guard[]): PlanNode | undefined {
    const { always, never } = this.#conditions;
    const condition = draft.top.fields.reduce(
      (all, field) => this.#conditions.orWider(all, field.condition ?? always),
      draft.top.typenameOn.size > 0 ? always : never,
    );
    if (condition === never) return undefined;
    const common = commonGuards(condition);
    const isGiven = ({ variable }: Guard): boolean => given.some((each) => each.variable === variable);
    const guards = conjunction(given, common) ?? common;
    return common
      .filter((guard) => !isGiven(guard))
      .reduceRight<PlanNode>(
        (node, { variable, value }) => ({
          node: 'condition',
          variable,
          [value ? 'then' : 'otherwise']: node,
        }),
        this.#fetch(draft, kind, guards),
      );
  }

  #fetch(draft: FetchDraft, kind: OperationTypeNode, guards: readonly Guard[]): FetchStep {
    const { subgraph, path: at, top } = draft;
    const outputRewrites = [...assignAliases(top), ...splitsOf(top)];
    const [first] = draft.delivery.groups;
    const deliveries = first === INITIAL ? undefined : { deliveries: draft.delivery.groups };
    const { text, variables } = printSelection(this.#model, subgraph, top, guards);
    const variableNames = [...this.#definitions.keys()].filter((name) => variables.has(name));
    const definitions = variableNames.map((name) => this.#definitions.get(name) ?? '');
    const isEntity = draft.kind === 'entity';
    const contextInputs = draft.taken.map(({ input }) => input);
    const taken = contextInputs.map(({ variable, type }) => `$${variable}:${type}`);
    const all = isEntity ? ['$representations:[_Any!]!', ...definitions, ...taken] : definitions;
    const head = all.length > 0 ? `(${all.join(',')})` : '';
    const operation = isEntity
      ? `query${head}{_entities(representations:$representations)${text}}`
      : `${kind === OperationTypeNode.QUERY && head === '' ? '' : `${kind}${head}`}${text}`;
    this.#characters += operation.length;
    if (this.#characters > MAX_DOCUMENT_CHARACTERS)
      throw beyondLimit(
        'its requests are too long',
        MAX_DOCUMENT_CHARACTERS,
        'Ask for less in one operation.',
      );
    const shared = { subgraph, operation, variableNames, at, outputRewrites, ...deliveries };
    if (!isEntity) return { node: 'fetch', kind, ...shared };
    return {
      node: 'entityFetch',
      ...shared,
      requires: requiresOf(this.#model, draft),
      inputRewrites: inputRewritesOf(draft),
      ...(contextInputs.length === 0 ? {} : { contextInputs }),
    };
  }
}

/** The client's own definition, default included: without it the variable might not fit where it is used. */
function definitionText({ variable, type, defaultValue }: VariableDefinitionNode): string {
  const text = `$${variable.name.value}:${print(type)}`;
  return defaultValue ? `${text}=${print(defaultValue)}` : text;
}

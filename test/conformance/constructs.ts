import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, visit } from 'graphql';
import { fetchSteps, type Plan } from '../../gateway/compile/plan.ts';
import type { FederatedGraph, FieldModel, TypeModel } from './federated-graph.ts';

/** What a run has to show for itself: in how many graphs, and in how many operations, each construct occurred. */
export interface ConstructCounts {
  readonly graphs: ReadonlyMap<string, number>;
  readonly operations: ReadonlyMap<string, number>;
}

export class ConstructCounter implements ConstructCounts {
  readonly graphs = new Map<string, number>();
  readonly operations = new Map<string, number>();

  addGraph(graph: FederatedGraph, supergraphSdl: string): void {
    const found = constructsOfGraph(graph);
    if (supergraphSdl.includes('/join/v0.1"')) found.add('supergraph of Federation 1 (join v0.1)');
    add(this.graphs, found);
  }

  addOperation(document: DocumentNode, operationName: string | undefined, plan: Plan | undefined): void {
    add(this.operations, constructsOfOperation(document, operationName));
    add(this.operations, constructsOfPlan(plan));
  }
}

function add(counts: Map<string, number>, found: ReadonlySet<string>): void {
  for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Two tables in Markdown, the frequent ones first. */
export function constructTables({ graphs, operations }: ConstructCounts): string {
  const table = (title: string, counts: ReadonlyMap<string, number>): string =>
    [
      `| ${title} | occurs in |`,
      '| --- | --- |',
      ...[...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `| ${name} | ${count} |`),
    ].join('\n');
  return `${table('in a graph', graphs)}\n\n${table('in an operation or its plan', operations)}\n`;
}

type Owned = readonly [TypeModel, FieldModel];

function constructsOfGraph({ subgraphs }: FederatedGraph): Set<string> {
  const types = subgraphs.flatMap((subgraph) => subgraph.types);
  const fields = types.flatMap((type) => type.fields.map((field): Owned => [type, field]));
  const keys = types.flatMap((type) => type.keys);
  const requires = fields.flatMap(([, field]) => field.requires ?? []);
  const provides = fields.flatMap(([, field]) => field.provides ?? []);
  const old = subgraphs.filter(({ federation1 }) => federation1);
  const kindOf = new Map(types.map(({ name, kind }) => [name, kind]));
  const named = (text: string): string => text.replace(/[[\]!]/g, '');
  const differ = (kind: TypeModel['kind'], of: (type: TypeModel) => readonly string[]): boolean =>
    types.some(
      (type) =>
        type.kind === kind &&
        types.some(
          (other) => other.name === type.name && [...of(other)].sort().join() !== [...of(type)].sort().join(),
        ),
    );
  const implementersDiffer = subgraphs.some(({ types: some }) =>
    subgraphs.some(({ types: others }) => {
      const has = (all: readonly TypeModel[]): string =>
        all
          .filter((type) => type.implements.includes('I0'))
          .map(({ name }) => name)
          .sort()
          .join();
      const knows = (all: readonly TypeModel[]): boolean => all.some(({ name }) => name === 'I0');
      return knows(some) && knows(others) && has(some) !== has(others);
    }),
  );
  const resolved = fields.filter(([, { external, overridden }]) => !external && !overridden);
  const declaredTwice = (isMeant: (owned: Owned) => boolean): boolean => {
    const seen = new Set<string>();
    return resolved.filter(isMeant).some(([type, field]) => {
      const coordinate = `${type.name}.${field.name}`;
      if (seen.has(coordinate)) return true;
      seen.add(coordinate);
      return false;
    });
  };
  const externals = new Set(
    fields.filter(([, { external }]) => external).map(([type, field]) => `${type.name}.${field.name}`),
  );
  const isRoot =
    (name: string) =>
    ({ name: type }: TypeModel): boolean =>
      type === name;
  const has: Readonly<Record<string, boolean>> = {
    'more than six subgraphs': subgraphs.length > 6,
    'Federation 1 subgraphs beside others': old.length > 0 && old.length < subgraphs.length,
    'Federation 1 subgraphs alone': old.length === subgraphs.length,
    '`extend type` with `@external` keys': types.some(({ extension }) => extension),
    '`@key`: several of one type': types.some((type) => type.keys.length > 1),
    '`@key`: several fields': keys.some((key) => key.fields === 'ka kb'),
    '`@key`: nested object': keys.some((key) => key.fields.startsWith('org')),
    '`@key`: nested twice': keys.some((key) => key.fields.includes('dept')),
    '`@key`: list of objects': keys.some((key) => key.fields.startsWith('tags')),
    '`@key`: list of scalars': keys.some((key) => key.fields === 'codes'),
    '`@key(resolvable: false)`': keys.some((key) => !key.resolvable),
    '`@key` on an interface': types.some((type) => type.kind === 'interface' && type.keys.length > 0),
    '`@interfaceObject`': types.some((type) => type.interfaceObject),
    '`@requires`': requires.length > 0,
    '`@requires`: nested': requires.some((text) => text.includes('{')),
    '`@requires`: nested twice': requires.some((text) => /\{[^}]*\{/.test(text)),
    '`@requires`: with arguments': requires.some((text) => text.includes('(')),
    '`@requires`: over an interface or union': requires.some((text) => text.includes('... on')),
    '`@requires`: of a field that itself requires': requires.some((text) =>
      fields.some(([, field]) => field.requires !== undefined && text.split(/\W+/).includes(field.name)),
    ),
    '`@requires` on an `@interfaceObject`': fields.some(
      ([type, field]) => type.interfaceObject && field.requires,
    ),
    '`@provides`': provides.length > 0,
    '`@provides`: nested': provides.some((text) => /^(?!\.\.\.).*\{/.test(text)),
    '`@provides`: on a member of an interface or union': provides.some((text) => text.startsWith('...')),
    '`@override`': fields.some(([, { overrides, overrideLabel }]) => overrides && !overrideLabel),
    '`@override` with a label': fields.some(([, { overrideLabel }]) => overrideLabel),
    '`@external`': externals.size > 0,
    '`@shareable` field of an entity': fields.some(
      ([type, field]) => field.shareable && type.keys.length > 0,
    ),
    '`@shareable`: other nullability': fields.some(([type, field]) =>
      resolved.some(
        ([other, { name, type: text }]) =>
          other.name === type.name &&
          name === field.name &&
          text !== field.type &&
          text.replace(/!$/, '') === field.type,
      ),
    ),
    'an argument that not every subgraph has': fields.some(([, { args }]) =>
      args.some(({ name }) => name === 'ax'),
    ),
    '`@fromContext`': fields.some(([, { args }]) => args.some(({ fromContext }) => fromContext)),
    '`@inaccessible` field': fields.some(([, { inaccessible }]) => inaccessible),
    'root field of several subgraphs': declaredTwice(([type]) => isRoot('Query')(type)),
    'mutations of several subgraphs':
      subgraphs.filter((subgraph) => subgraph.types.some(isRoot('Mutation'))).length > 1,
    subscriptions: types.some(isRoot('Subscription')),
    'value type in several subgraphs': declaredTwice(([{ name }]) => name.startsWith('V')),
    'enum with other values in other subgraphs': differ('enum', ({ members }) => members),
    'input type with other fields in other subgraphs': differ('input', (type) =>
      type.fields.map(({ name }) => name),
    ),
    'union with other members in other subgraphs': differ('union', ({ members }) => members),
    'interface with other implementations in other subgraphs': implementersDiffer,
    'interface that implements an interface': types.some(
      (type) => type.kind === 'interface' && type.implements.length > 0,
    ),
    'field of an interface or union type': fields.some(([, { type }]) =>
      ['interface', 'union'].includes(kindOf.get(named(type)) ?? ''),
    ),
    'list of lists': fields.some(([, { type }]) => type.startsWith('[[')),
    'one field name with several types': fields.some(([type, field]) =>
      fields.some(
        ([other, each]) =>
          field.name.startsWith('c') &&
          field.name === each.name &&
          type.name !== other.name &&
          field.type !== each.type,
      ),
    ),
  };
  return new Set(Object.keys(has).filter((name) => has[name]));
}

function constructsOfOperation(document: DocumentNode, operationName: string | undefined): Set<string> {
  const found = new Set<string>();
  const operation = getOperationAST(document, operationName);
  found.add(operation?.operation ?? OperationTypeNode.QUERY);
  const roots = operation?.selectionSet.selections.filter(({ kind }) => kind === Kind.FIELD).length ?? 0;
  if (roots > 1) found.add(`several root fields (${operation?.operation})`);
  if ((operation?.variableDefinitions?.length ?? 0) > 0) found.add('variables');
  visit(document, {
    Field(node) {
      const { alias, name } = node;
      if (alias) found.add('alias');
      if (alias && /^(?:id|sku|ka|org)$/.test(alias.value)) found.add('alias that is the name of a key');
      if (alias && name.value === '__typename') found.add('alias of `__typename`');
      if (name.value === '__typename') found.add('`__typename`');
      if (name.value === '__schema' || name.value === '__type') found.add('introspection');
      if ((node.arguments?.length ?? 0) > 0) found.add('arguments');
    },
    FragmentSpread: () => void found.add('named fragment'),
    InlineFragment: ({ typeCondition }) =>
      void found.add(typeCondition ? 'inline fragment on a type' : 'inline fragment without a type'),
    Directive(node, _key, _parent, _path, ancestors) {
      const isVariable = node.arguments?.[0]?.value.kind === Kind.VARIABLE;
      const on = ancestors.findLast((each) => 'kind' in each);
      const place = on && 'kind' in on && on.kind === Kind.FIELD ? 'a field' : 'a fragment';
      found.add(`\`@${node.name.value}\` with a ${isVariable ? 'variable' : 'constant'} on ${place}`);
    },
  });
  return found;
}

function constructsOfPlan(plan: Plan | undefined): Set<string> {
  const found = new Set<string>();
  const steps = fetchSteps(plan?.root);
  if (plan && steps.length === 0) found.add('plan: no fetch at all');
  if (new Set(steps.map(({ subgraph }) => subgraph)).size > 3) found.add('plan: more than three subgraphs');
  if (JSON.stringify(plan?.root ?? null).includes('"node":"condition"')) found.add('plan: condition');
  for (const step of steps) {
    if (step.node === 'entityFetch') found.add('plan: entities');
    if (step.node === 'entityFetch' && step.contextInputs) found.add('plan: values from a context');
    if (step.node === 'entityFetch' && step.inputRewrites.length > 0)
      found.add("plan: entities by an interface's name");
    if (step.node === 'fetch' && step.at.length > 0) found.add('plan: root fields below a path');
    if (step.outputRewrites.length > 0) found.add('plan: aliases for fields of other shapes');
    if (step.at.some(({ types }) => types)) found.add('plan: path through some types only');
  }
  return found;
}

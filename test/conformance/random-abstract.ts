import { type DraftField, type DraftSubgraph, type GraphDraft, isPlain } from './graph-draft.ts';

/** An interface with a key, its entities in one subgraph, and other subgraphs that have it as an object. */
export function keyedInterface(draft: GraphDraft): string[] {
  const { random } = draft;
  const [home, ...others] = random.shuffled(draft.subgraphs);
  if (!home || others.length === 0) return [];
  const names = ['M0', 'M1'];
  const common: DraftField[] = Array.from({ length: 1 + random.below(2) }, () => ({
    name: draft.name('n'),
    type: draft.wrapped(draft.outputType()),
    args: draft.arguments(0.15),
  }));
  const declared = draft.type(home, 'N0', 'interface');
  declared.keys.push({ fields: 'id', resolvable: true });
  declared.fields.push({ name: 'id', type: 'ID!', args: [] }, ...common.map((field) => ({ ...field })));
  for (const name of names) {
    draft.addKey(home, name, 'id', true);
    const type = draft.type(home, name);
    type.implements.push('N0');
    type.fields.push(...common.map((field) => ({ ...field })));
    draft.keysOf.set(name, ['id']);
  }
  for (const field of common) draft.useType(home, field);
  for (const other of others.slice(0, 1 + random.below(2))) addInterfaceObject(draft, other, common);
  return names;
}

function addInterfaceObject(draft: GraphDraft, subgraph: DraftSubgraph, common: readonly DraftField[]): void {
  const { random } = draft;
  const type = draft.type(subgraph, 'N0');
  type.interfaceObject = true;
  draft.addKey(subgraph, 'N0', 'id', true);
  const count = 1 + random.below(2);
  for (let index = 0; index < count; index++) {
    const field = {
      name: draft.name('x'),
      type: draft.wrapped(draft.outputType()),
      args: draft.arguments(0.15),
    };
    type.fields.push(field);
    draft.useType(subgraph, field);
  }
  const required = common.find(isPlain);
  if (!required || !random.chance(0.4)) return;
  draft.addExternal(subgraph, 'N0', required);
  type.fields.push({
    name: draft.name('x'),
    type: draft.wrapped('String'),
    args: [],
    requires: required.name,
  });
}

/** Interfaces, fields of which can be made in the subgraphs that declare them; who implements them may differ. */
export function plainInterface(draft: GraphDraft, entities: readonly string[]): void {
  const { random, values } = draft;
  const implementers = random.shuffled([...entities, ...values.keys()]).slice(0, 2 + random.below(2));
  const field: DraftField = {
    name: draft.name('i'),
    type: draft.wrapped(draft.outputType()),
    args: draft.arguments(0.2),
  };
  const homes = random.shuffled(draft.subgraphs).slice(0, draft.mayShare ? 1 + random.below(2) : 1);
  for (const name of implementers) {
    const value = values.get(name);
    if (!value) continue;
    value.fields.push({ ...field });
    // A value type has the same fields wherever it is.
    for (const subgraph of draft.subgraphs) {
      const known = subgraph.types.get(name);
      if (!known) continue;
      known.fields.push({ ...field });
      draft.useType(subgraph, field);
    }
  }
  const hasChild = random.chance(0.3);
  for (const [index, home] of homes.entries()) {
    const declared = draft.type(home, 'I0', 'interface');
    declared.fields.push({ ...field });
    draft.useType(home, field);
    if (hasChild) {
      const child = draft.type(home, 'I1', 'interface');
      child.implements.push('I0');
      child.fields.push({ ...field });
    }
    // All of them in the first subgraph, perhaps fewer in the second.
    const here = index === 0 || random.chance(0.6) ? implementers : implementers.slice(1);
    for (const [number, name] of here.entries()) {
      draft.useType(home, { type: name, args: [] });
      const type = draft.type(home, name);
      type.implements.push('I0');
      if (hasChild && number % 2 === 0) type.implements.push('I1');
      if (!values.has(name)) type.fields.push({ ...field, ...(homes.length > 1 ? { shareable: true } : {}) });
    }
    abstractFields(draft, home, hasChild && random.chance(0.5) ? 'I1' : 'I0', entities);
  }
}

export function union(draft: GraphDraft, entities: readonly string[]): void {
  const { random } = draft;
  const pool = random.shuffled([...entities, ...draft.values.keys()]);
  for (const home of random.shuffled(draft.subgraphs).slice(0, 1 + random.below(2))) {
    const members = random.some(pool, 0.7);
    if (members.length === 0) continue;
    const declared = draft.type(home, 'U0', 'union');
    declared.members = members;
    for (const name of members) draft.useType(home, { type: name, args: [] });
    abstractFields(draft, home, 'U0', entities);
  }
}

function abstractFields(
  draft: GraphDraft,
  home: DraftSubgraph,
  name: string,
  entities: readonly string[],
): void {
  const { random } = draft;
  const field = { name: draft.name('q'), type: draft.wrapped(name), args: draft.arguments(0.2) };
  draft.type(home, 'Query').fields.push(field);
  draft.useType(home, field);
  const owner = home.types.get(random.pick(entities));
  if (owner?.keys.some(({ resolvable }) => resolvable))
    owner.fields.push({ name: draft.name('f'), type: draft.wrapped(name), args: [] });
}

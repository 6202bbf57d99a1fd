import {
  type DraftField,
  type DraftSubgraph,
  type GraphDraft,
  isLeaf,
  isPlain,
  literalArguments,
  namedType,
} from './graph-draft.ts';

/** Labels of progressive overrides. */
export const LABELS = ['next', 'percent(30)'] as const;

/** A new field that needs fields which only other subgraphs have. */
export function require(draft: GraphDraft, entity: string): void {
  const { random } = draft;
  const home = random.pick(draft.homesOf(entity));
  const foreign = draft.foreignFields(entity, home);
  if (foreign.length === 0) return;
  const wanted = random.shuffled(foreign).slice(0, 1 + random.below(2));
  const parts: string[] = [];
  for (const field of wanted) {
    const below = selectionBelow(draft, home, field.type, 0);
    if (below === undefined) continue;
    parts.push(`${field.name}${literalArguments(field.args, random)}${below}`);
    draft.addExternal(home, entity, field);
  }
  if (parts.length === 0) return;
  const dependent: DraftField = {
    name: draft.name('r'),
    type: draft.wrapped(random.pick(['String', 'Int', entity])),
    args: draft.arguments(0.25),
    requires: parts.join(' '),
  };
  draft.type(home, entity).fields.push(dependent);
  draft.useType(home, dependent);
}

/** What is selected of a field in a field set: '' of a leaf; `undefined` = there is nothing that can be. */
function selectionBelow(
  draft: GraphDraft,
  home: DraftSubgraph,
  text: string,
  depth: number,
): string | undefined {
  const { random } = draft;
  const name = namedType(text);
  if (isLeaf(text)) return '';
  const value = draft.values.get(name);
  if (value) {
    const leaves = value.fields.filter(isPlain);
    if (leaves.length === 0) return undefined;
    draft.useType(home, { type: name, args: [] });
    const some = random.some(leaves, 0.6);
    return ` { ${(some.length > 0 ? some : leaves.slice(0, 1)).map((leaf) => leaf.name).join(' ')} }`;
  }
  if (draft.keysOf.has(name)) {
    const fields = draft.foreignFields(name, home);
    const deep = fields.filter(({ type, args }) => !isLeaf(type) && args.length === 0);
    if (depth < 2 && deep.length > 0 && random.chance(0.35)) {
      const field = random.pick(deep);
      const below = selectionBelow(draft, home, field.type, depth + 1);
      if (below !== undefined) {
        draft.useType(home, { type: name, args: [] });
        draft.addExternal(home, name, field);
        return ` { ${field.name}${below} }`;
      }
    }
    const plain = fields.filter(isPlain);
    if (plain.length === 0) return undefined;
    const leaf = random.pick(plain);
    draft.useType(home, { type: name, args: [] });
    draft.addExternal(home, name, leaf);
    return ` { ${leaf.name} }`;
  }
  return membersBelow(draft, home, name, depth);
}

/** Of an abstract type that `home` knows as well: something of each member, in a fragment. */
function membersBelow(
  draft: GraphDraft,
  home: DraftSubgraph,
  name: string,
  depth: number,
): string | undefined {
  const declared = home.types.get(name);
  if (!declared || depth > 1 || !['I0', 'U0'].includes(name)) return undefined;
  const members =
    declared.kind === 'union'
      ? declared.members
      : Array.from(home.types.values()).flatMap((type) =>
          type.kind === 'object' && type.implements.includes(name) ? [type.name] : [],
        );
  const parts = members.flatMap((member) => {
    const below = selectionBelow(draft, home, member, depth + 1);
    return below === undefined ? [] : [`... on ${member}${below}`];
  });
  return parts.length === 0 ? undefined : ` { ${parts.join(' ')} }`;
}

/** A path on which the subgraph has what is otherwise another's: a field, one of a field's, or one of a member's. */
export function provide(draft: GraphDraft, entity: string): void {
  const { random } = draft;
  const places = draft.subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()]
      .filter(({ kind, shareable }) => kind === 'object' && !shareable)
      .flatMap((type) =>
        type.fields
          .filter(
            ({ type: text, external, shareable, provides }) =>
              !external &&
              !shareable &&
              provides === undefined &&
              (namedType(text) === entity || hasMember(subgraph, namedType(text), entity)),
          )
          .map((field) => ({ subgraph, field })),
      ),
  );
  if (places.length === 0) return;
  const { subgraph, field } = random.pick(places);
  const below = providedBelow(draft, subgraph, entity, 0);
  if (below === undefined) return;
  field.provides = namedType(field.type) === entity ? below : `... on ${entity} { ${below} }`;
}

function hasMember({ types }: DraftSubgraph, name: string, member: string): boolean {
  const type = types.get(name);
  if (type?.kind === 'union') return type.members.includes(member);
  return (
    type?.kind === 'interface' && name !== 'N0' && (types.get(member)?.implements.includes(name) ?? false)
  );
}

function providedBelow(
  draft: GraphDraft,
  subgraph: DraftSubgraph,
  entity: string,
  depth: number,
): string | undefined {
  const { random } = draft;
  const foreign = draft
    .foreignFields(entity, subgraph)
    .filter(({ requires, args }) => requires === undefined && args.length === 0);
  const deep = foreign.filter(({ type }) => {
    const name = namedType(type);
    return draft.values.has(name) || draft.keysOf.has(name);
  });
  if (depth < 2 && deep.length > 0 && random.chance(0.5)) {
    const field = random.pick(deep);
    const name = namedType(field.type);
    const value = draft.values.get(name)?.fields.find(isPlain);
    const below = value ? value.name : providedBelow(draft, subgraph, name, depth + 1);
    if (below !== undefined) {
      declareProvided(draft, subgraph, entity, field);
      return `${field.name} { ${below} }`;
    }
  }
  const leaves = foreign.filter(isPlain);
  if (leaves.length === 0) return undefined;
  const leaf = random.pick(leaves);
  declareProvided(draft, subgraph, entity, leaf);
  return leaf.name;
}

function declareProvided(
  draft: GraphDraft,
  subgraph: DraftSubgraph,
  entity: string,
  field: DraftField,
): void {
  for (const other of draft.subgraphs)
    for (const each of other.types.get(entity)?.fields ?? [])
      if (each.name === field.name && !each.external) each.shareable = true;
  draft.addExternal(subgraph, entity, field);
}

/** A field moves to another subgraph, perhaps only for those with a label. */
export function override(draft: GraphDraft, entity: string): void {
  const { random } = draft;
  const [from, to] = random.shuffled(draft.homesOf(entity));
  if (!from || !to) return;
  const own = new Set(to.types.get(entity)?.fields.map(({ name }) => name));
  const candidates = draft
    .type(from, entity)
    .fields.filter(
      ({ name, type, external, shareable, requires, provides }) =>
        name.startsWith('f') &&
        !/[IU][01]/.test(type) &&
        !external &&
        !shareable &&
        requires === undefined &&
        provides === undefined &&
        !own.has(name),
    );
  if (candidates.length === 0) return;
  const field = random.pick(candidates);
  const label = random.chance(0.5) ? { overrideLabel: random.pick(LABELS) } : {};
  draft.type(to, entity).fields.push({ ...field, ...label, overrides: from.name });
  draft.useType(to, field);
  if (label.overrideLabel === undefined) field.overridden = true;
  else field.overriddenByLabel = label.overrideLabel;
}

/** Hides a field from clients: keys and required fields may be hidden as well. */
export function hide(draft: GraphDraft, entity: string): void {
  const { random } = draft;
  const visible = draft.subgraphs.flatMap((subgraph) =>
    (subgraph.types.get(entity)?.fields ?? [])
      .filter(({ name, external }) => !external && !name.startsWith('i') && !name.startsWith('n'))
      .map((field) => ({ subgraph, field })),
  );
  if (visible.length < 4) return;
  const { field } = random.pick(visible);
  // All declarations of the field: the subgraph that hides it need not be the one that has it alone.
  for (const { field: each } of visible) if (each.name === field.name) each.inaccessible = true;
}

/** Subgraphs as Federation 1 wrote them: without what that did not have, other subgraphs' entities extended. */
export function makeFederation1(draft: GraphDraft, probability: number): void {
  const { random, subgraphs } = draft;
  const owned = new Set<string>();
  for (const subgraph of subgraphs) {
    const types = [...subgraph.types.values()];
    const isModern = types.some(
      ({ interfaceObject, fields, kind, keys }) =>
        interfaceObject === true ||
        (kind === 'interface' && keys.length > 0) ||
        fields.some(
          ({ overrides, overridden, overriddenByLabel, inaccessible }) =>
            overrides !== undefined ||
            overridden === true ||
            overriddenByLabel !== undefined ||
            inaccessible === true,
        ),
    );
    const isOld = !isModern && random.chance(probability);
    if (isOld) subgraph.isFederation1 = true;
    for (const type of types) {
      if (type.kind !== 'object' || type.keys.length === 0) continue;
      if (!owned.has(type.name)) owned.add(type.name);
      else if (isOld && random.chance(0.8)) type.extension = true;
      // Who has a key can be asked by it there.
      if (isOld) for (const key of type.keys) key.resolvable = true;
    }
  }
}

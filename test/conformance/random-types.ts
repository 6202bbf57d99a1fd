import {
  type DraftField,
  type DraftSubgraph,
  type DraftType,
  type GraphDraft,
  isLeaf,
  KEY_FIELDS,
  namedType,
  PARTIAL_ARGUMENT,
} from './graph-draft.ts';
import type { FieldModel } from './federated-graph.ts';

/** Names that several types have, each with a type of its own. */
const COMMON_NAMES = ['c0', 'c1', 'c2'];

/** Each next subgraph shares a key with one before it, so that there is a way, perhaps over others. */
export function spreadEntity(draft: GraphDraft, name: string): void {
  const { random, subgraphs } = draft;
  const all = random.shuffled([...KEY_FIELDS.keys()]).slice(0, random.chance(0.5) ? 1 : 3);
  if (random.chance(0.6) && !all.includes('id')) all[0] = 'id';
  const homes = random.shuffled(subgraphs).slice(0, 2 + random.below(subgraphs.length - 1));
  const used: string[] = [];
  for (const [index, subgraph] of homes.entries()) {
    const shared = index === 0 ? random.pick(all) : random.pick(used);
    draft.addKey(subgraph, name, shared, true);
    if (random.chance(0.35)) draft.addKey(subgraph, name, random.pick(all), true);
    for (const { fields } of subgraph.types.get(name)?.keys ?? [])
      if (!used.includes(fields)) used.push(fields);
  }
  draft.keysOf.set(name, used);
}

export function defineValue(draft: GraphDraft, name: string, depth: number): void {
  const { random } = draft;
  const type: DraftType = {
    kind: 'object',
    name,
    keys: [],
    implements: [],
    members: [],
    fields: [],
    shareable: true,
  };
  const count = 2 + random.below(2);
  for (let index = 0; index < count; index++)
    type.fields.push({
      name: draft.name('v'),
      type: draft.wrapped(random.pick(['String', 'Int', 'Float', 'Boolean', 'ID', 'Color', 'Shade'])),
      args: draft.arguments(0.15),
    });
  if (depth > 0) type.fields.push({ name: draft.name('v'), type: draft.wrapped('V0'), args: [] });
  if (random.chance(0.5)) {
    const entity = random.pick([...draft.keysOf.keys()]);
    type.fields.push({ name: draft.name('v'), type: draft.wrapped(entity), args: [] });
  }
  draft.values.set(name, type);
}

export function fillEntity(draft: GraphDraft, entity: string): void {
  const { random } = draft;
  for (const home of draft.homesOf(entity)) {
    const type = draft.type(home, entity);
    const count = 1 + random.below(3);
    for (let index = 0; index < count; index++) {
      const common = random.pick(COMMON_NAMES);
      const isCommon =
        random.chance(0.15) &&
        !draft.subgraphs.some(({ types }) => types.get(entity)?.fields.some(({ name }) => name === common));
      const field: DraftField = {
        name: isCommon ? common : draft.name('f'),
        type: draft.wrapped(draft.outputType()),
        args: draft.arguments(0.2),
      };
      type.fields.push(field);
      draft.useType(home, field);
      if (draft.mayShare && random.chance(draft.isWide ? 0.5 : 0.15)) shareField(draft, entity, home, field);
    }
  }
}

/** Gives the field to other subgraphs, too: one, or of many several. */
function shareField(draft: GraphDraft, entity: string, home: DraftSubgraph, field: DraftField): void {
  const { random } = draft;
  const others = random
    .shuffled(draft.homesOf(entity).filter((each) => each !== home))
    .slice(0, draft.isWide ? 1 + random.below(5) : 1);
  for (const other of others) {
    field.shareable = true;
    draft.type(other, entity).fields.push(sharedCopy(draft, field));
    draft.useType(other, field);
  }
}

/** As another subgraph may declare a shared field: perhaps nullable, perhaps with one more optional argument. */
function sharedCopy(draft: GraphDraft, field: FieldModel): DraftField {
  const { random } = draft;
  const isLooser = field.type.endsWith('!') && random.chance(0.25);
  return {
    ...field,
    type: isLooser ? field.type.slice(0, -1) : field.type,
    args: random.chance(0.1) ? [...field.args, PARTIAL_ARGUMENT] : field.args,
  };
}

export function makeRoots(draft: GraphDraft): void {
  const { random, subgraphs } = draft;
  for (const subgraph of subgraphs) {
    const count = random.below(3);
    for (let index = 0; index < count; index++) addRoot(draft, 'Query', subgraph);
    if (random.chance(0.5)) addRoot(draft, 'Mutation', subgraph);
    if (random.chance(draft.isWide ? 0.1 : 0.25)) addRoot(draft, 'Subscription', subgraph);
  }
  addRoot(draft, 'Query', random.pick(subgraphs));
}

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const KEY_TYPES: ReadonlySet<string> = new Set(['Org', 'Dept', 'Tag']);

function addRoot(
  draft: GraphDraft,
  root: 'Query' | 'Mutation' | 'Subscription',
  subgraph: DraftSubgraph,
): void {
  const { random } = draft;
  const composite = [...subgraph.types.values()].filter(
    ({ kind, name }) =>
      ['object', 'interface', 'union'].includes(kind) && !ROOTS.has(name) && !KEY_TYPES.has(name),
  );
  const leaf = composite.length === 0 || random.chance(0.15);
  const field: DraftField = {
    name: draft.name(root.charAt(0).toLowerCase()),
    type: draft.wrapped(
      leaf ? random.pick(['String', 'Int', 'Color', 'Shade']) : random.pick(composite).name,
    ),
    args: draft.arguments(0.35),
  };
  draft.type(subgraph, root).fields.push(field);
  draft.useType(subgraph, field);
  const name = namedType(field.type);
  const others = draft.subgraphs.filter(
    (other) =>
      other !== subgraph && (isLeaf(name) || other.types.get(name)?.kind === subgraph.types.get(name)?.kind),
  );
  if (root !== 'Query' || !draft.mayShare || others.length === 0 || !random.chance(0.3)) return;
  field.shareable = true;
  for (const other of random.shuffled(others).slice(0, 1 + random.below(2))) {
    draft.type(other, root).fields.push({ ...field });
    draft.useType(other, field);
  }
}

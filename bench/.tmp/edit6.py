exec(open('bench/.tmp/edit.py').read().split("P='gateway")[0])
P='gateway/execute/'
sub('gateway/supergraph/subgraph.ts',[
("""  /** The client's variables that the operation uses, without `representations`. */
  readonly variableNames: readonly string[];
""","""  /** The variables that the operation uses, without `representations`. */
  readonly variableNames: readonly string[];
  /** Those of them that are no client's: their values may differ from one use of the fetch to the next. */
  readonly contextVariables?: readonly string[];
"""),
("""  /** Coerced values of the client's variables; those the client left out and that have no default are absent. */
  readonly variables""","""  /** Coerced values of the client's variables, and of the fetch's own; those the client left out and that have no default are absent. */
  readonly variables"""),
("""  readonly inputs: readonly Required<Pick<FetchInput, 'representations' | 'repeats'>>[];
}""","""  readonly inputs: readonly JointInputPart[];
}

export interface JointInputPart extends Required<Pick<FetchInput, 'representations' | 'repeats'>> {
  /** Values of the fetch's `contextVariables`; absent = it has none. */
  readonly contextValues?: FetchInput['variables'];
}"""),
])
sub(P+'fetch-step.ts',[
("""  const { fetch } = step;
  return {
    subgraph""","""  const { fetch } = step;
  const contextVariables =
    (fetch.node === 'entityFetch' && fetch.contextInputs?.map(({ variable }) => variable)) || [];
  return {
    subgraph"""),
("""    variableNames: fetch.variableNames,
    entities: fetch.node === 'entityFetch',
""","""    variableNames: [...fetch.variableNames, ...contextVariables],
    ...(contextVariables.length === 0 ? {} : { contextVariables }),
    entities: fetch.node === 'entityFetch',
"""),
])
sub(P+'entity-path.ts',[
("""export type VisitObjects = (root: DataObject, state: Readable, found: (object: DataObject) => void) => void;
""","""export type VisitObjects = (root: DataObject, state: Readable, found: FoundObject) => void;

/** @param trail the objects on the way, the root first, where they are kept; changes with the next object */
type FoundObject = (object: DataObject, trail: readonly DataObject[]) => void;
"""),
("""  readonly found: (object: DataObject) => void;
""","""  readonly found: FoundObject;
  readonly trail: DataObject[];
"""),
("""/** @param junction the place where the path begins */
export function compilePath(
  path: readonly PathSegment[],
  junction: Junction | undefined,
  types: TypeTable,
): VisitObjects {
  const visit = compileFrom(path, 0, junction, types);
  return (root, state, found) => visit(root, { state, found, met: [] });
}
""","""/**
 * @param junction the place where the path begins
 * @param keepsTrail whether the objects on the way are wanted, too
 */
export function compilePath(
  path: readonly PathSegment[],
  junction: Junction | undefined,
  types: TypeTable,
  keepsTrail = false,
): VisitObjects {
  const visit = compileFrom(path, 0, junction, types, keepsTrail);
  return (root, state, found) => visit(root, { state, found, trail: [], met: [] });
}
"""),
("""  types: TypeTable,
): Visit {
  const segment = path[depth];
  if (!segment) return (object, { found }) => found(object);
  const { field, types: onTypes } = segment;
  let next = compileFrom(path, depth + 1, junction?.fields.get(field), types);
""","""  types: TypeTable,
  keepsTrail: boolean,
): Visit {
  const segment = path[depth];
  if (!segment) return (object, { found, trail }) => found(object, trail);
  const { field, types: onTypes } = segment;
  let next = compileFrom(path, depth + 1, junction?.fields.get(field), types, keepsTrail);
"""),
("""  const readField = compileRead(junction, field, types);
  return (object, walk) => visitAll(readField(object, walk.state), next, walk);
""","""  const readField = compileRead(junction, field, types);
  if (!keepsTrail) return (object, walk) => visitAll(readField(object, walk.state), next, walk);
  return (object, walk) => {
    walk.trail[depth] = object;
    visitAll(readField(object, walk.state), next, walk);
  };
"""),
])
sub(P+'junction.ts',[
("""  for (const [index, { fetch, fields }] of steps.entries()) {
    if (fetch.node !== 'entityFetch' || fetch.at.length === 0) continue;
    const path""","""  for (const [index, { fetch, fields }] of steps.entries()) {
    if (fetch.node !== 'entityFetch' || fetch.at.length === 0) continue;
    if (fetch.contextInputs || steps.some((step) => leadsFromContext(fetch.at, step))) continue;
    const path"""),
(""" * `@interfaceObject` leaves open are found out by merging.
 */""",""" * `@interfaceObject` leaves open are found out by merging. Steps that take values from objects further up are merged,
 * and so is what leads from there to them: an object that is joined in several places has no one object above it.
 */"""),
("""function isOnObjects(""","""/** Whether answers at the place have the objects between an entity of the step and the object that it takes a value from. */
function leadsFromContext(place: readonly PathSegment[], { fetch }: Step): boolean {
  if (fetch.node !== 'entityFetch' || !fetch.contextInputs) return false;
  const { at, contextInputs } = fetch;
  const levels = contextInputs.flatMap(({ sources }) => sources.map(({ level }) => level));
  return (
    place.length >= Math.min(...levels) &&
    place.length < at.length &&
    place.every(({ field }, index) => at[index]?.field === field)
  );
}

function isOnObjects("""),
])
sub(P+'entity-request.ts',[
("""  wanted: number;
""","""  wanted: number;
  /** Values of the query's own variables; absent = it has none. */
  readonly contextValues?: Variables;
"""),
("import type { Fetch, ","import type { Variables } from '../compile/variables.ts';\nimport type { Fetch, "),
])
s=open(P+'entity-request.ts').read()
s=s.replace("import type { SluiceError } from '../errors.ts';\nimport type { Variables } from '../compile/variables.ts';","import type { Variables } from '../compile/variables.ts';\nimport type { SluiceError } from '../errors.ts';")
open(P+'entity-request.ts','w').write(s)
sub(P+'entity-group.ts',[
("""export function createEntityGroup(""","""/**
 * How many different sets of values from contexts (`@fromContext`) one request asks with; each is a list of
 * representations of its own. Beyond, there are further requests.
 */
const MAX_CONTEXTS_PER_REQUEST = 50;

export function createEntityGroup("""),
("""    send: ({ parts }, state) => {
      const fetch = jointOf(parts);
      if (fetch) sendJointly(fetch, parts, state);
      else for (const part of parts) sendAlone(part, state);
    },
  };
}
""","""    send: ({ parts: all }, state) => {
      for (const parts of requestsOf(all)) {
        const fetch = jointOf(parts);
        if (fetch) sendJointly(fetch, parts, state);
        else for (const part of parts) sendAlone(part, state);
      }
    },
  };
}

function requestsOf(parts: readonly EntityPart[]): readonly (readonly EntityPart[])[] {
  if (parts.length <= MAX_CONTEXTS_PER_REQUEST) return [parts];
  const requests: EntityPart[][] = [[]];
  let contexts = 0;
  for (const part of parts) {
    if (part.contextValues) contexts += 1;
    if (contexts > MAX_CONTEXTS_PER_REQUEST) {
      requests.push([]);
      contexts = 1;
    }
    requests.at(-1)!.push(part);
  }
  return requests;
}
"""),
("""  const { representations, query } = part;
  const input = {
    variables: state.variables,
""","""  const { representations, query, contextValues } = part;
  const input = {
    variables: contextValues ? { ...state.variables, ...contextValues } : state.variables,
"""),
("""  const inputs = parts.map(({ representations, wanted }) => ({
    representations,
    repeats: wanted - representations.length,
  }));""","""  const inputs = parts.map(({ representations, wanted, contextValues }) => ({
    representations,
    repeats: wanted - representations.length,
    ...(contextValues ? { contextValues } : {}),
  }));"""),
])
sub(P+'joint-operation.ts',[
("""  /** The client's variables that any of them uses. */
  readonly variableNames: readonly string[];
""","""  /** The variables that any of them uses. */
  readonly variableNames: readonly string[];
"""),
("""  /** The variable with its representations. */
  readonly variable: string;
}
""","""  /** The variable with its representations. */
  readonly variable: string;
  /** By the names of the fetch's own variables, those that they have here. */
  readonly contextVariables: ReadonlyMap<string, string>;
}
"""),
("""  const variableNames = [...new Set(fetches.flatMap((fetch) => fetch.variableNames))];
  let prefix = `${REPRESENTATIONS}_`;
  while (variableNames.some((name) => name.startsWith(prefix))) prefix += '_';
  const parts = fetches.map((_, index) => ({ alias: `_e${index}`, variable: `${prefix}${index}` }));
""","""  const taken = new Set(fetches.flatMap((fetch) => fetch.variableNames));
  const prefix = freePrefix(`${REPRESENTATIONS}_`, taken);
  const contextPrefix = freePrefix('context_', taken);
  const parts = fetches.map(
    ({ contextVariables = [] }, index): JointPart => ({
      alias: `_e${index}`,
      variable: `${prefix}${index}`,
      contextVariables: new Map(
        contextVariables.map((name, number) => [name, `${contextPrefix}${index}_${number}`]),
      ),
    }),
  );
  const variableNames = [
    ...new Set(
      fetches.flatMap((fetch, index) =>
        fetch.variableNames.map((name) => parts[index]!.contextVariables.get(name) ?? name),
      ),
    ),
  ];
"""),
("""    const { alias, variable } = parts[index]!;
    for (const definition of renamed(document, variable, `_${index}`).definitions) {""","""    const { alias } = parts[index]!;
    for (const definition of renamed(document, parts[index]!, `_${index}`).definitions) {"""),
("""/** The document with a variable of its own for its representations, and fragments that no other fetch has. */
function renamed(document: DocumentNode, representations: string, suffix: string): DocumentNode {
""","""function freePrefix(wanted: string, taken: ReadonlySet<string>): string {
  let prefix = wanted;
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

/** The document with variables of its own for its representations and what else is only its own, and fragments that no other fetch has. */
function renamed(
  document: DocumentNode,
  { variable, contextVariables }: JointPart,
  suffix: string,
): DocumentNode {
"""),
("""    Variable: (node) =>
      node.name.value === REPRESENTATIONS ? { ...node, name: nameNode(representations) } : undefined,
""","""    Variable: ({ name: { value }, ...node }) => {
      const name = value === REPRESENTATIONS ? variable : contextVariables.get(value);
      return name === undefined ? undefined : { ...node, name: nameNode(name) };
    },
"""),
])
sub(P+'remote.ts',[
("""    const request = { operation, input: { body: body(variables, lists) }, idempotent: true, readOnly: true };
""","""    const values = withContexts(variables, inputs, joint);
    const request = { operation, input: { body: body(values, lists) }, idempotent: true, readOnly: true };
"""),
("""const fieldName =""","""/** The client's variables with those of the parts, by the names that these have in the joint operation. */
function withContexts(
  variables: JointInput['variables'],
  inputs: JointInput['inputs'],
  { parts }: JointOperation,
): JointInput['variables'] {
  if (!inputs.some(({ contextValues }) => contextValues)) return variables;
  const values: Record<string, unknown> = { ...variables };
  for (const [index, { contextVariables }] of parts.entries())
    for (const [name, renamed] of contextVariables)
      values[renamed] = inputs[index]?.contextValues?.[name] ?? null;
  return values;
}

const fieldName ="""),
("import type { Fetch, FetchDescription, JointFetch, SubgraphRuntime } from","import type { Fetch, FetchDescription, JointFetch, JointInput, SubgraphRuntime } from"),
("import { joinOperations } from './joint-operation.ts';","import { joinOperations, type JointOperation } from './joint-operation.ts';"),
])

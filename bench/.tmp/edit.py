import re,sys
def sub(path, pairs):
    s=open(path).read()
    for a,b in pairs:
        if a not in s: print('MISSING in',path,':',a[:80]); continue
        s=s.replace(a,b,1) if not a.startswith('ALL:') else s
    open(path,'w').write(s)
P='gateway/planner/'
sub(P+'model/supergraph-model.ts',[
("""  readonly rootTypes: { readonly query: string; readonly mutation?: string; readonly subscription?: string };
}
""","""  readonly rootTypes: { readonly query: string; readonly mutation?: string; readonly subscription?: string };
  /** By name of a context (`@context`), as the supergraph has it: the types whose objects carry it, object types and the marked ones. */
  readonly contexts: ReadonlyMap<string, ReadonlySet<string>>;
}
"""),
("""  /** Takes an argument from `@fromContext`. */
  readonly fromContext: boolean;
}
""","""  /** Arguments that take their values from objects further up (`@fromContext`). */
  readonly contextArguments?: readonly ContextArgument[];
}

/** An argument that is no client's: the gateway fills it in with a value of the nearest enclosing object that carries the context. */
export interface ContextArgument {
  /** Of the argument. */
  readonly name: string;
  /** As it is declared in the subgraph: `[String]`. */
  readonly type: string;
  /** As the supergraph names it: with its subgraph, `users__userContext`. */
  readonly context: string;
  /** What is wanted of the object: one value, perhaps one per type. */
  readonly selection: SelectionList;
}
"""),
])
sub(P+'model/read-field.ts',[
("import { flagArgument, hasItems, textArgument, usesOf } from './directive-arguments.ts';","import { flagArgument, itemsOf, textArgument, textField, usesOf } from './directive-arguments.ts';"),
("import type { FieldInSubgraph, FieldOfType, TypeReference }","import type { ContextArgument, FieldInSubgraph, FieldOfType, TypeReference }"),
("""    for (const graph of graphs.all)
      inSubgraphs.set(graph, { type: declared, external: false, fromContext: false });
""","""    for (const graph of graphs.all) inSubgraphs.set(graph, { type: declared, external: false });
"""),
("for (const graph of untold) inSubgraphs.set(graph, { type: declared, external: false, fromContext: false });","for (const graph of untold) inSubgraphs.set(graph, { type: declared, external: false });"),
("""  const provides = textArgument(use, 'provides');
  return {""","""  const provides = textArgument(use, 'provides');
  const contextArguments = readContextArguments(reading, use, place);
  return {"""),
("""    fromContext: hasItems(use, 'contextArguments'),
""",""),
("""    ...(provides === undefined ? {} : { provides: reading.fieldSets.read(provides, place) }),
""","""    ...(provides === undefined ? {} : { provides: reading.fieldSets.read(provides, place) }),
    ...(contextArguments.length === 0 ? {} : { contextArguments }),
"""),
("""function typeReference(reading""","""/** Join spec v0.5: `contextArguments: [{ context, name, type, selection }]`. */
function readContextArguments(
  reading: FieldReading,
  use: ConstDirectiveNode,
  place: string,
): ContextArgument[] {
  return itemsOf(use, 'contextArguments').map((item) => {
    const [context, name, type, selection] = ['context', 'name', 'type', 'selection'].map((key) =>
      textField(item, key),
    );
    if (context === undefined || name === undefined || type === undefined || selection === undefined)
      throw new Error(`The contextArguments of ${place} must have a context, a name, a type and a selection.`);
    return { name, type, context, selection: reading.fieldSets.read(selection, place) };
  });
}

function typeReference(reading"""),
])
sub(P+'model/directive-arguments.ts',[
("""import { type ConstDirectiveNode, Kind } from 'graphql';""","""import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';"""),
("""export function hasItems(directive: ConstDirectiveNode, name: string): boolean {
  const value = valueOf(directive, name);
  return value?.kind === Kind.LIST && value.values.length > 0;
}
""","""/** The items of a list; none where the argument is absent. */
export function itemsOf(directive: ConstDirectiveNode, name: string): readonly ConstValueNode[] {
  const value = valueOf(directive, name);
  return value?.kind === Kind.LIST ? value.values : [];
}

/** A string of an input object. */
export function textField(object: ConstValueNode, name: string): string | undefined {
  if (object.kind !== Kind.OBJECT) return undefined;
  const value = object.fields.find((field) => field.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
"""),
])
sub(P+'model/read-supergraph.ts',[
("""import { type FieldReading, readField } from './read-field.ts';""","""import { readContexts } from './read-contexts.ts';
import { type FieldReading, readField } from './read-field.ts';"""),
("""  return { subgraphs: [...graphs.values()], types, rootTypes: rootTypesOf(document) };""","""  const contexts = readContexts(document, types);
  return { subgraphs: [...graphs.values()], types, rootTypes: rootTypesOf(document), contexts };"""),
])
open(P+'model/read-contexts.ts','w').write("""import { type DocumentNode, Kind } from 'graphql';
import { textArgument, usesOf } from './directive-arguments.ts';
import type { CompositeType } from './supergraph-model.ts';

/**
 * The types that carry each context (https://specs.apollo.dev/context/): an object type that is marked, the
 * implementing types of a marked interface, the members of a marked union; and the marked type itself.
 */
export function readContexts(
  document: DocumentNode,
  types: ReadonlyMap<string, CompositeType>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const directive = directiveName(document);
  const contexts = new Map<string, Set<string>>();
  for (const node of document.definitions) {
    if (!('directives' in node) || !('name' in node) || !node.name) continue;
    const type = types.get(node.name.value);
    if (!type || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    for (const use of usesOf({ directives: node.directives ?? [] } as Parameters<typeof usesOf>[0], directive)) {
      const name = textArgument(use, 'name') ?? '';
      const carriers = contexts.get(name) ?? new Set<string>();
      contexts.set(name, carriers.add(type.name));
      for (const object of type.objects) carriers.add(object);
    }
  }
  return contexts;
}

/** A link may give the directive another name. */
function directiveName(document: DocumentNode): string {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of usesOf(node, 'link'))
      if (/\\/context\\/v/.test(textArgument(link, 'url') ?? '')) return textArgument(link, 'as') ?? 'context';
  }
  return 'context';
}
""")
sub(P+'model/resolution.ts',[
("import { type Key, satisfies, type SupergraphModel, type TypeReference }","import { type ContextArgument, type Key, satisfies, type SupergraphModel, type TypeReference }"),
("""  readonly provided: Provided;
  readonly fromContext: boolean;
}
""","""  readonly provided: Provided;
  /** Must be given values of objects further up. */
  readonly contextArguments?: readonly ContextArgument[];
}
"""),
("if (!resolution || resolution.requires || resolution.type.name !== local.type.name) return undefined;","if (!resolution || !isBare(resolution) || resolution.type.name !== local.type.name) return undefined;"),
("""      fromContext: local.fromContext,
      // What is provided is there already.
      ...(local.requires && !local.external ? { requires: local.requires } : {}),
""","""      // What is provided is there already.
      ...(local.requires && !local.external ? { requires: local.requires } : {}),
      ...(local.contextArguments && !local.external ? { contextArguments: local.contextArguments } : {}),
"""),
("""function resolvableKeys(""","""/** Whether whoever has the object can be asked for the field: it needs nothing that others give. */
export function isBare({ requires, contextArguments }: Resolution): boolean {
  return requires === undefined && contextArguments === undefined;
}

function resolvableKeys("""),
])
sub(P+'unanswered.ts',[
("""  const usesContext = Array.from(resolutions.model.types.values()).some((type) =>
    Array.from(type.fields.get(path.at(-1) ?? '')?.in.values() ?? []).some(({ fromContext }) => fromContext),
  );
  throw notPlannable(
    usesContext
      ? `the field "${path.join('.')}" takes a value from @fromContext, which is not supported.`
      :""","""  const context = contextOf(resolutions, path.at(-1) ?? '');
  throw notPlannable(
    context !== undefined
      ? `the field "${path.join('.')}" takes a value from the context "${context}", which no object around it has here.`
      :"""),
("""function firstField(""","""/** A context that some field of this name takes a value from. */
function contextOf({ model }: Resolutions, field: string): string | undefined {
  for (const type of model.types.values())
    for (const { contextArguments } of type.fields.get(field)?.in.values() ?? [])
      if (contextArguments?.[0]) return contextArguments[0].context;
  return undefined;
}

function firstField("""),
])

import { argument, textOf } from './definitions.ts';
import { addField, addKey, type Edit, fieldNames, isEntity, keysOf, oneLine, resolversOf } from './edits.ts';
import type { Reason, Unsatisfiable } from './parse-unsatisfiable.ts';
import { list, type Places } from './places.ts';
import { idFields, makeResolvable, sharedKey, waysToMove } from './ways.ts';

/** Why a query cannot be answered, as what can be done about it. */
export interface Cause {
  /** `Type.field` that is not reached, or a type. */
  readonly wanted: string;
  /** The most likely first; never empty. */
  readonly edits: readonly Edit[];
}

/** A number per kind of reason: the lower, the likelier is its edit what the authors forgot. */
interface Ranked {
  readonly rank: number;
  readonly edits: readonly Edit[];
}

/** That a subgraph lacks the field is said of all of them, and calls for something only where nothing else is said. */
const NOT_THERE = 6;

type Explain = (names: readonly string[], reason: Reason, context: Context) => Ranked | undefined;

interface Context {
  readonly places: Places;
  readonly wanted: string;
}

/**
 * What each kind of reason calls for. The texts are those of `advancePathWithTransition` and its neighbours in
 * `@apollo/query-graphs/dist/graphPath.js`; their quoted names become the arguments.
 */
const EXPLANATIONS: readonly (readonly [RegExp, Explain])[] = [
  [
    /^cannot move to subgraph "([^"]+)", which has field "([^"]+)", because none of the @key defined on (?:type|interface) "([^"]+)"/,
    ([to, , type], { from }, { places }) => {
      const moves = waysToMove(places, type!, from, to!);
      const [key] = keysIn(places, to!, type!);
      const edits = moves.length > 0 || !key ? moves : [makeResolvable(places, type!, key.fields, to!)];
      return { rank: 0, edits };
    },
  ],
  [
    /^cannot move to subgraph "([^"]+)", which has field "([^"]+)", because (?:type|interface) "([^"]+)" has no @key/,
    ([to, field, type], { from }, { places }) => {
      const moves = waysToMove(places, type!, from, to!);
      const ofValue = addField(places, type!, field!.split('.')[1] ?? '', from);
      const isKnown = isEntity(places, type!) || idFields(places, type!, from).length > 0;
      const fields = ofValue ? [ofValue] : [];
      return { rank: 0, edits: isKnown ? [...moves, ...fields] : [...fields, ...moves] };
    },
  ],
  [
    /^cannot move to subgraph "([^"]+)", which has field ".+?", because interface "([^"]+)" is not defined/,
    ([to, type], { from }, { places }) => {
      const key = keysIn(places, from, type!)[0]?.fields ?? 'id';
      const text = `define interface ${type!} with @key(fields: "${key}") in subgraph ${to!}, or mark ${type!} there as a type with @interfaceObject`;
      return { rank: 2, edits: [{ text, subgraph: to!, coordinate: type! }] };
    },
  ],
  [
    /^cannot move to subgraph "([^"]+)" using @key\(fields: "(.*?)"\) of "([^"]+)", the key field/,
    ([to, , type], { from }, { places, wanted }) => ({
      rank: hasField(places, to!, wanted) ? 1 : 5,
      edits: waysToMove(places, type!, from, to!),
    }),
  ],
  [
    /^@require condition on field "([^"]+)" can be satisfied but missing usable key on "([^"]+)" in subgraph "([^"]+)"/,
    ([field, type, subgraph], _, { places }) => ({
      rank: 0,
      edits: keyToResume(places, field!, type!, subgraph!),
    }),
  ],
  [/^cannot satisfy @require conditions on field "([^"]+)"/, explainRequires],
  [
    /^could not find a match for required context for field "([^"]+)"/,
    ([field], { from }) => ({
      rank: 2,
      edits: [
        {
          text: `add @context to every type of subgraph ${from} through which ${field!} is reached, or let the query come by way of one that has it`,
          subgraph: from,
          coordinate: field!,
        },
      ],
    }),
  ],
  [
    /^@interfaceObject type "([^"]+)" misses a resolvable key/,
    ([type], { from }, { places }) => ({
      rank: 0,
      edits: [
        {
          text: `add a resolvable @key(fields: "${anyKey(places, type!) ?? 'id'}") to type ${type!} (@interfaceObject) in subgraph ${from}`,
          subgraph: from,
          coordinate: type!,
        },
      ],
    }),
  ],
  [
    /^no subgraph can be reached to resolve the implementation type of @interfaceObject type "([^"]+)"/,
    explainImplementation,
  ],
  [
    /^cannot find implementation type "([^"]+)" \(supergraph interface "([^"]+)" is declared with @interfaceObject/,
    ([, type], reason, context) => explainImplementation([type!], reason, context),
  ],
  [
    /^field "([^"]+)" is not resolvable because it is overridden by (.+)$/,
    ([field, by], { from }) => ({
      rank: 4,
      edits: [
        {
          text: `let ${by!.replaceAll('"', '')} be reached with ${field!.split('.')[0]!} (a @key that ${from} can resolve), or remove the @override of ${field!}`,
          subgraph: from,
          coordinate: field!,
        },
      ],
    }),
  ],
  [
    /^field "([^"]+)" is not resolvable because marked @external$/,
    ([field], { from }, { places }) => ({ rank: 4, edits: fieldIn(places, field!, from) }),
  ],
  [
    /^cannot find field "([^"]+)"$/,
    ([field], { from }, { places }) => {
      const moves = waysByInterface(places, field!, from);
      return moves.length > 0
        ? { rank: 3, edits: moves }
        : { rank: NOT_THERE, edits: fieldIn(places, field!, from) };
    },
  ],
  [
    /^cannot find type "([^"]+)"$/,
    ([type], { from }) => ({
      rank: NOT_THERE,
      edits: [{ text: `define the type ${type!} in subgraph ${from}`, subgraph: from, coordinate: type! }],
    }),
  ],
  [
    /^Unable to take edge (.*) because override condition "([^"]+)" is (true|false)$/,
    ([, label, value], { from }, { wanted }) => ({
      rank: 3,
      edits: [
        {
          text: `let ${wanted} be reached when the override label "${label!}" is ${value!}: give its type a @key in subgraph ${from} and in the one that takes the field over, or remove the label`,
          subgraph: from,
          coordinate: wanted,
        },
      ],
    }),
  ],
];

export function causeOf({ query, reasons }: Unsatisfiable, places: Places): Cause {
  const wanted = wantedOf(reasons) ?? lastName(query);
  const ranked = reasons.flatMap((reason) => explain(reason, { places, wanted }) ?? []);
  const sorted = ranked.toSorted((a, b) => a.rank - b.rank).filter(({ edits }) => edits.length > 0);
  const telling = sorted.filter(({ rank }) => rank < NOT_THERE);
  const edits = (telling.length > 0 ? telling : sorted).flatMap((one) => one.edits);
  const distinct = [...new Map(edits.map((edit) => [edit.text, edit])).values()];
  return { wanted, edits: distinct.length > 0 ? distinct : [lastResort(wanted, reasons)] };
}

function explain(reason: Reason, context: Context): Ranked | undefined {
  for (const [pattern, found] of EXPLANATIONS) {
    const match = pattern.exec(reason.text);
    if (match) return found(match.slice(1), reason, context);
  }
  return undefined;
}

/** Without anything better: what always has to be true. */
function lastResort(wanted: string, reasons: readonly Reason[]): Edit {
  const type = wanted.split('.')[0]!;
  const from = reasons[0]?.from ?? '';
  return {
    text: `give ${type} a @key in each subgraph that has ${wanted}, whose fields the others can resolve, or add ${wanted} (with @shareable) where the query comes from`,
    subgraph: from,
    coordinate: wanted,
  };
}

function wantedOf(reasons: readonly Reason[]): string | undefined {
  const patterns = [
    /^cannot find field "([^"]+)"/,
    /which has field "([^"]+)"/,
    /^field "([^"]+)" is not resolvable/,
    /(?:condition|conditions|context) (?:on|for) field "([^"]+)"/,
    /^cannot find (?:implementation )?type "([^"]+)"/,
  ];
  for (const pattern of patterns)
    for (const { text } of reasons) {
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) return found;
    }
  return undefined;
}

function lastName(query: string): string {
  return query.match(/\w+(?=[^\w]*$)/)?.[0] ?? '';
}

function keysIn(places: Places, subgraph: string, type: string): ReturnType<typeof keysOf> {
  const definitions = places.definitions(subgraph);
  return definitions ? keysOf(definitions, type) : [];
}

function anyKey(places: Places, type: string): string | undefined {
  return places.names().flatMap((name) => keysIn(places, name, type))[0]?.fields;
}

function hasField(places: Places, subgraph: string, coordinate: string): boolean {
  const [type, field] = coordinate.split('.');
  return field !== undefined && resolversOf(places, type!, field).includes(subgraph);
}

function fieldIn(places: Places, coordinate: string, subgraph: string): Edit[] {
  const [type, field] = coordinate.split('.');
  const edit = field === undefined ? undefined : addField(places, type!, field, subgraph);
  return edit ? [edit] : [];
}

/** Ways to the subgraphs that give a field to all types of an interface (`@interfaceObject`). */
function waysByInterface(places: Places, coordinate: string, from: string): Edit[] {
  const [type, field] = coordinate.split('.');
  const interfaces = places
    .definitions(from)
    ?.type(type!)
    .flatMap((part) => ('interfaces' in part ? (part.interfaces ?? []) : []));
  return (interfaces ?? []).flatMap(({ name: { value: itf } }) =>
    resolversOf(places, itf, field ?? '')
      .filter((name) => {
        const definitions = places.definitions(name)!;
        return definitions.applied(definitions.type(itf), 'interfaceObject').length > 0;
      })
      .flatMap((to) => waysToMove(places, itf, from, to)),
  );
}

/** After what a field requires was fetched elsewhere, the query comes back by a key. */
function keyToResume(places: Places, field: string, type: string, subgraph: string): Edit[] {
  const owners = required(places, field, subgraph).flatMap((name) => resolversOf(places, type, name));
  const from = owners.find((name) => name !== subgraph);
  const key = from === undefined ? undefined : sharedKey(places, type, from, subgraph);
  if (from !== undefined && key !== undefined) return [addKey(places, type, key, from, subgraph)];
  const text = `add a resolvable @key to type ${type} in subgraph ${subgraph}, with which the query comes back to ${field}`;
  return [{ text, subgraph, coordinate: type }];
}

function explainRequires([field]: readonly string[], { from, text }: Reason, { places }: Context): Ranked {
  const type = field!.split('.')[0]!;
  const externals = /key fields? (".*") being accidentally marked @external/.exec(text)?.[1];
  const ofKey: Edit[] =
    externals === undefined
      ? []
      : [
          {
            text: `remove @external from the key fields ${list(externals.replaceAll('"', '').split(', '))} of type ${type} in subgraph ${from}`,
            subgraph: from,
            coordinate: type,
          },
        ];
  const names = required(places, field!, from);
  const moves = names.flatMap((name) =>
    resolversOf(places, type, name)
      .filter((owner) => owner !== from)
      .flatMap((owner) => waysToMove(places, type, from, owner)),
  );
  const migrating = names.flatMap((name) => migration(places, type, name));
  const rest: Edit = {
    text: `let the fields that ${field!} requires (${names.length > 0 ? list(names) : 'see its @requires'}) be reached from subgraph ${from}: give ${type} a @key in the subgraphs that have them, whose fields ${from} resolves`,
    subgraph: from,
    coordinate: field!,
  };
  return { rank: 2, edits: [...ofKey, ...(moves.length > 0 ? moves : [...migrating, rest])] };
}

/** The composer does not see that one of two subgraphs always has the field that is in migration. */
function migration(places: Places, type: string, name: string): Edit[] {
  return places.names().flatMap((subgraph) => {
    const definitions = places.definitions(subgraph);
    const field = definitions?.field(type, name);
    const [override] = definitions && field ? definitions.applied(field, 'override') : [];
    const label = override && textOf(argument(override, 'label'));
    if (label === undefined) return [];
    const text = `finish the migration of ${type}.${name} to subgraph ${subgraph} (remove the label "${label}" of its @override), because other fields require it`;
    return [{ text, subgraph, coordinate: `${type}.${name}` }];
  });
}

/** Top-level fields of the `@requires` of a field. */
function required(places: Places, coordinate: string, subgraph: string): string[] {
  const [type, name] = coordinate.split('.');
  const definitions = places.definitions(subgraph);
  const field = name === undefined ? undefined : definitions?.field(type!, name);
  const [requires] = definitions && field ? definitions.applied(field, 'requires') : [];
  const fields = requires && textOf(argument(requires, 'fields'));
  return fields === undefined ? [] : fieldNames(oneLine(fields));
}

function explainImplementation(
  [type]: readonly string[],
  { from }: Reason,
  { places }: Pick<Context, 'places'>,
): Ranked {
  const owner = places
    .names()
    .find((name) => places.definitions(name)?.type(type!)[0]?.kind.startsWith('Interface') === true);
  const key = keysIn(places, from, type!)[0]?.fields ?? anyKey(places, type!) ?? 'id';
  const subgraph = owner ?? from;
  const text = `add @key(fields: "${key}") to interface ${type!} and to each type that implements it in subgraph ${subgraph}, so that queries from ${from} learn the type of an object there`;
  return { rank: 2, edits: [{ text, subgraph, coordinate: type! }] };
}

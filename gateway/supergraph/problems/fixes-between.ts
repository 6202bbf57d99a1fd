import { list } from './places.ts';
import { imports, signature } from './edits.ts';
import { type Fix, inIts, quoted, type Rules, subgraphs, type Told } from './fix-rules.ts';

/** What to do about errors that appear when subgraphs are put together. */
export const FIXES_BETWEEN: Rules = {
  NO_QUERIES: {
    generic: 'Add a type Query with at least one field to one of the subgraphs.',
  },
  INVALID_FIELD_SHARING: {
    generic:
      'Add @shareable to the field in every subgraph that resolves it, or leave it out of all but one.',
    exact: [
      [
        /^Non-shareable field "([^"]+)" is resolved from multiple subgraphs: it is resolved from (.+?) and defined as non-shareable in (all of them|.+?)(?: \(please note .*)?$/s,
        ([field, resolving, nonShareable], told) => fieldSharing(field!, resolving!, nonShareable!, told),
      ],
      [
        /root level subscription object/,
        (_, told) =>
          `Remove @shareable from the fields of Subscription${inIts(told)}: each is resolved by one subgraph.`,
      ],
    ],
  },
  FIELD_TYPE_MISMATCH: {
    generic: 'Give the field the same type in all subgraphs.',
    exact: [[/^Type of (?:input )?field "([^"]+)" .*?: it has (.+)$/s, sameType]],
  },
  FIELD_ARGUMENT_TYPE_MISMATCH: {
    generic: 'Give the argument the same type in all subgraphs.',
    exact: [[/^Type of argument "([^"]+)" .*?: it has (.+)$/s, sameType]],
  },
  EXTERNAL_TYPE_MISMATCH: {
    generic: 'Give the @external field the type that it has where it is resolved.',
    exact: [[/^Type of field "([^"]+)" .*?: it has (.+)$/s, resolvedType]],
  },
  EXTERNAL_ARGUMENT_TYPE_MISMATCH: {
    generic: 'Give the argument of the @external field the type that it has where the field is resolved.',
    exact: [[/^Type of argument "([^"]+)" .*?: it has (.+)$/s, resolvedType]],
  },
  EXTERNAL_ARGUMENT_MISSING: {
    generic: 'Add the argument to the @external field, or remove it where the field is resolved.',
    exact: [
      [
        /^Field "([^"]+)" is missing argument "([^"]+)" .*?: .* is declared in (.+?) but not in (.+?)(?: \(|$)/s,
        ([field, arg, , without]) => {
          const [first] = quoted(without);
          const text = `Add the argument ${argName(arg!)} to ${field!} in ${subgraphs(without!)}, as it is where the field is resolved.`;
          return first === undefined ? text : { text, at: { subgraph: first, coordinate: field! } };
        },
      ],
    ],
  },
  EXTERNAL_ARGUMENT_DEFAULT_MISMATCH: {
    generic:
      'Give the argument of the @external field the default value that it has where the field is resolved.',
    exact: [[/^Argument "([^"]+)" has incompatible defaults/, sameDefault]],
  },
  INPUT_FIELD_DEFAULT_MISMATCH: {
    generic: 'Give the input field the same default value in all subgraphs.',
    exact: [[/"([^"]+)" has incompatible default values/, sameDefault]],
  },
  FIELD_ARGUMENT_DEFAULT_MISMATCH: {
    generic: 'Give the argument the same default value in all subgraphs.',
    exact: [[/"([^"]+)" has incompatible default values/, sameDefault]],
  },
  TYPE_KIND_MISMATCH: {
    generic: 'Define the type with the same kind in all subgraphs, or give one of them another name.',
    exact: [
      [
        /^Type "([^"]+)" has mismatched kind: it is defined as (.+)$/s,
        ([type, kinds]) =>
          `Define ${type!} as one kind of type in all subgraphs (now ${kinds!.replaceAll('"', '')}), or rename it in one of them.`,
      ],
    ],
  },
  INTERFACE_FIELD_NO_IMPLEM: {
    generic: 'Add the field to each type that implements the interface, or remove it from the interface.',
    exact: [
      [
        /^Interface field "(.+?)\.(.+?)" is declared in (.+?) but type "([^"]+)", which implements ".+?" only in (.+?) does not have field/,
        ([itf, field, declared, type, where], { places }) => {
          const [first] = quoted(where);
          const [owner] = quoted(declared);
          const node = owner === undefined ? undefined : places.definitions(owner)?.field(itf!, field!);
          const text = `Add the field ${node ? signature(node) : field!} to type ${type!} in ${subgraphs(where!)}, or remove it from interface ${itf!} in ${subgraphs(declared!)}.`;
          return first === undefined ? text : { text, at: { subgraph: first, coordinate: type! } };
        },
      ],
    ],
  },
  EXTENSION_WITH_NO_BASE: {
    generic: 'Write "type" instead of "extend type", or correct the name.',
    exact: [
      [
        /Type "([^"]+)" is an extension type/,
        ([type], told) =>
          `Write "type ${type!}" instead of "extend type ${type!}"${inIts(told)}, or correct the name.`,
      ],
    ],
  },
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: {
    generic: 'Add the argument in all subgraphs, or make it optional.',
    exact: [
      [
        /^Argument "([^"]+)" is required .*: it is required in (.+?) but does not appear in (.+)$/s,
        ([arg, required, without], { places }) => {
          const field = arg!.replace(/\(.*$/, '');
          const node = argumentOf(places, quoted(required)[0], arg!);
          const [first] = quoted(without);
          const text = `Add the argument ${node ?? argName(arg!)} to ${field} in ${subgraphs(without!)}; or make it optional in ${subgraphs(required!)} (without "!", or with a default value).`;
          return first === undefined ? text : { text, at: { subgraph: first, coordinate: field } };
        },
      ],
    ],
  },
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH: {
    generic: 'Add the input field in all subgraphs, or make it optional.',
    exact: [
      [
        /^Input object field "([^"]+)" is required .*: it is required in (.+?) but does not appear in (.+)$/s,
        ([field, required, without], { places }) => {
          const [type, name] = field!.split('.');
          const owner = quoted(required)[0];
          const node = owner === undefined ? undefined : places.definitions(owner)?.field(type!, name!);
          const [first] = quoted(without);
          const text = `Add the field ${node ? signature(node) : name!} to input ${type!} in ${subgraphs(without!)}; or make it optional in ${subgraphs(required!)} (without "!", or with a default value).`;
          return first === undefined ? text : { text, at: { subgraph: first, coordinate: type! } };
        },
      ],
    ],
  },
  EMPTY_MERGED_INPUT_TYPE: {
    generic: 'Add at least one field of the input type to all subgraphs that define it.',
    exact: [
      [
        /input object type "([^"]+)"/,
        ([type]) =>
          `Add at least one common field to input ${type!} in all subgraphs that define it, or give the inputs different names.`,
      ],
    ],
  },
  EMPTY_MERGED_ENUM_TYPE: {
    generic: 'Add at least one value of the enum to all subgraphs that define it.',
    exact: [
      [
        /enum type "([^"]+)"/,
        ([type]) =>
          `Add at least one common value to enum ${type!} in all subgraphs that define it, or give the enums different names.`,
      ],
    ],
  },
  ENUM_VALUE_MISMATCH: {
    generic: 'Define the same values of the enum in all subgraphs.',
    exact: [
      [
        /^Enum type "([^"]+)" is used as both .* but value "([^"]+)" is not defined .*?: ".+?" is defined in (.+?) but not in (.+)$/s,
        ([type, value, having, without]) => {
          const [first] = quoted(without);
          const text = `Add the value ${value!} to enum ${type!} in ${subgraphs(without!)}, or remove it in ${subgraphs(having!)}.`;
          return first === undefined ? text : { text, at: { subgraph: first, coordinate: type! } };
        },
      ],
    ],
  },
  SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES: {
    generic:
      'Let the shared field give the same types of objects in all subgraphs, or let one subgraph alone resolve it.',
    exact: [
      [
        /Shared field "([^"]+)" return type "([^"]+)" has a non-intersecting set/,
        ([field, type]) =>
          `Give ${type!.replace(/[[\]!]/g, '')} at least one common object type in all subgraphs that resolve ${field!}, or resolve ${field!} in one of them only.`,
      ],
    ],
  },
  UNSUPPORTED_FEATURE: { generic: 'Leave out what the message names: composition cannot do it.' },
  INVALID_FEDERATION_SUPERGRAPH: {
    generic: 'Compose the supergraph again with the current tools: what is given is no valid one.',
  },
  DOWNSTREAM_SERVICE_ERROR: { generic: 'See the message of the subgraph.' },
  SATISFIABILITY_ERROR: {
    generic: 'Give the type of the field that is not reached a @key in the subgraphs that have it.',
  },
  MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED: {
    generic: 'Use fewer keys.',
    exact: [
      [
        /exceeded/,
        () => ({
          message:
            'The proof that every query can be answered was stopped: it has too many ways to try, more than memory holds. The cause is mostly many types with several keys in many subgraphs each, often together with contexts or override labels, which multiply the ways.',
          text: 'Give each entity one @key that all subgraphs share; remove @override labels of finished migrations and contexts that few fields use; move value types that many subgraphs share into fewer. Composing with one subgraph less at a time shows which of them multiplies the ways.',
        }),
      ],
    ],
  },
  COMPOSITION_FAILED: {
    generic:
      'The composer has a fault that this schema brings out: leave out what changed last, or one subgraph after the other, to find what it is, and work around that.',
  },
};

function fieldSharing(
  field: string,
  resolving: string,
  nonShareable: string,
  { places }: Told,
): Fix | string {
  const [type, name] = field.split('.');
  const all = quoted(resolving.replace(/ \(through .*?\)/g, ''));
  const without =
    nonShareable === 'all of them' ? all : quoted(nonShareable.replace(/ \(through .*?\)/g, ''));
  const last = without.at(-1);
  if (last === undefined || name === undefined)
    return `Add @shareable to ${field} in all subgraphs that resolve it.`;
  const text = `Add @shareable to ${field} in ${list(without)}${imports(places, 'shareable', without)}, if all of them give the same value; or leave it out of ${without.length > 1 ? 'all but one' : last}; or add @override(from: "${all.find((one) => one !== last) ?? last}") to it in ${last}.`;
  return { text, at: { subgraph: without[0]!, coordinate: `${type!}.${name}` } };
}

interface Distributed {
  readonly type: string;
  readonly subgraphs: readonly string[];
}

/** `type "Int" in subgraph "a" but type "String" in subgraphs "b" and "c"`. */
function typesIn(distribution: string): Distributed[] {
  return [...distribution.matchAll(/type "([^"]+)" in (subgraphs? (?:"[^"]+"(?:, | and )?)+)/g)].map(
    ([, type, where]) => ({ type: type!, subgraphs: quoted(where) }),
  );
}

/** What most subgraphs have is likely what is meant; of two, the first is told to follow the second. */
function sameType([element, distribution]: readonly string[]): Fix | string {
  const types = typesIn(distribution!).toReversed();
  return typeAs(
    element!,
    types.toSorted((a, b) => b.subgraphs.length - a.subgraphs.length),
  );
}

/** The composer names first what is resolved. */
function resolvedType([element, distribution]: readonly string[]): Fix | string {
  return typeAs(element!, typesIn(distribution!));
}

function typeAs(element: string, [right, ...others]: readonly Distributed[]): Fix | string {
  const where = others.flatMap((other) => other.subgraphs);
  if (!right || where.length === 0) return `Give ${element} the same type in all subgraphs.`;
  return {
    text: `Give ${element} the type ${right.type} in ${list(where)}, as in ${list(right.subgraphs)}; or the other way round.`,
    at: { subgraph: where.at(-1)!, coordinate: element },
  };
}

function sameDefault([element]: readonly string[]): string {
  return `Give ${element!} the same default value in all subgraphs.`;
}

/** `a` of `Query.me(a:)`. */
function argName(coordinate: string): string {
  return /\((.+?):\)/.exec(coordinate)?.[1] ?? coordinate;
}

/** `a: Int!` of `Query.me(a:)`. */
function argumentOf(
  places: Told['places'],
  subgraph: string | undefined,
  coordinate: string,
): string | undefined {
  const [, type, field, name] = /^(\w+)\.(\w+)\((\w+):\)$/.exec(coordinate) ?? [];
  const node =
    subgraph === undefined || !field ? undefined : places.definitions(subgraph)?.field(type!, field);
  const args = node && 'arguments' in node ? (node.arguments ?? []) : [];
  const found = args.find((arg) => arg.name.value === name);
  return found && signature(found);
}

import { list } from './places.ts';
import { imports, signature } from './edits.ts';
import { type Fix, inIts, quoted, type Rules, type Told } from './fix-rules.ts';

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
  EXTERNAL_MISSING_ON_BASE: {
    generic: 'Add the field to the subgraph that resolves it, or remove @external.',
    exact: [
      [
        /^Field "([^"]+)" is marked @external on all the subgraphs in which it is listed \((.+)\)/,
        ([field, where]) =>
          `Remove @external from ${field!} in ${subgraphs(where!)}, if it is resolved there; or add ${field!} to the subgraph that resolves it.`,
      ],
    ],
  },
  MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL: {
    generic: 'Put the directive on the field where it is resolved, not on the @external one.',
    exact: [
      [
        /^(?:\[.*?\] )?Cannot apply merged directive (@\w+).* to external field "([^"]+)"/,
        ([directive, field], told) =>
          `Remove ${directive!} from ${field!}${inIts(told)}, and put it on the field in the subgraph that resolves it.`,
      ],
    ],
  },
  LINK_IMPORT_NAME_MISMATCH: {
    generic: 'Import the directive by the same name in all subgraphs.',
    exact: [
      [
        /^The "(@.+?)" directive .*: it is imported as (.+)$/s,
        ([directive, names]) => {
          const text = `Import ${directive!} by one name in all subgraphs; now it is ${names!.replaceAll('"', '')}.`;
          const last = quoted(names).findLast((name) => !name.startsWith('@'));
          return last === undefined
            ? text
            : { text, at: { subgraph: last, coordinate: '@link /federation/' } };
        },
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
  OVERRIDE_FROM_SELF_ERROR: {
    generic: 'Name the subgraph that the field is taken over from, or remove the @override.',
    exact: [
      [
        /subgraphs "([^"]+)" are the same for overridden field "([^"]+)"/,
        ([name, field]) =>
          `Name the subgraph that ${field!} is taken over from in @override(from:) instead of ${name!} itself, or remove the @override.`,
      ],
    ],
  },
  OVERRIDE_SOURCE_HAS_OVERRIDE: {
    generic: 'Keep the @override in one of the subgraphs.',
    exact: [
      [
        /^Field "([^"]+)" on subgraph "([^"]+)" is also marked with directive @override in subgraph "([^"]+)"/,
        ([field, one, other]) =>
          `Remove the @override of ${field!} in ${other!} (or in ${one!}): one subgraph takes it over.`,
      ],
    ],
  },
  OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE: {
    generic: 'Remove the @override, or the directive that it collides with.',
    exact: [
      [
        /^@override cannot be used on field "([^"]+)" on subgraph "([^"]+)" since ".+?" on "([^"]+)" is marked with directive "@(\w+)"/,
        ([field, subgraph, other, directive]) =>
          `Remove @${directive!} from ${field!} in ${other!}, or the @override of ${field!} in ${subgraph!}.`,
      ],
      [
        /fields of @interfaceObject types: cannot be used on field "([^"]+)" on subgraph "([^"]+)"/,
        ([field, subgraph]) =>
          `Remove the @override of ${field!} in ${subgraph!}: its type is an @interfaceObject there.`,
      ],
      [
        /^Invalid @override on field "([^"]+)" of subgraph "([^"]+)": source subgraph "([^"]+)" does not have/,
        ([field, subgraph, from]) =>
          `Remove the @override of ${field!} in ${subgraph!}, and remove the field from the @interfaceObject type in ${from!}.`,
      ],
    ],
  },
  OVERRIDE_ON_INTERFACE: {
    generic: 'Move the @override from the interface to the fields of the types that implement it.',
    exact: [
      [
        /field "([^"]+)" on subgraph "([^"]+)"/,
        ([field, subgraph]) =>
          `Remove the @override from ${field!} in ${subgraph!}, and put it on the same field of the types that implement the interface.`,
      ],
    ],
  },
  OVERRIDE_LABEL_INVALID: {
    generic: 'Write the label as a name such as "new-service", or as "percent(5)".',
    exact: [
      [
        /label "(.*?)" on field "([^"]+)" on subgraph "([^"]+)"/,
        ([, field, subgraph]) =>
          `Write the label of the @override of ${field!} in ${subgraph!} as a name such as "new-service", or as "percent(5)".`,
      ],
    ],
  },
  REFERENCED_INACCESSIBLE: {
    generic: 'Mark what refers to the @inaccessible type as @inaccessible, too, or make the type accessible.',
    exact: [
      [
        /^Type "([^"]+)" is @inaccessible but is referenced by "([^"]+)"/,
        ([type, by]) => `Mark ${by!} as @inaccessible, too, or remove @inaccessible from ${type!}.`,
      ],
    ],
  },
  DEFAULT_VALUE_USES_INACCESSIBLE: {
    generic: 'Take what is @inaccessible out of the default value, or make it accessible.',
    exact: [
      [
        /"([^"]+)" is @inaccessible but is used in the default value of "([^"]+)"/,
        ([hidden, by]) => `Take ${hidden!} out of the default value of ${by!}, or remove its @inaccessible.`,
      ],
    ],
  },
  QUERY_ROOT_TYPE_INACCESSIBLE: {
    generic: 'Remove @inaccessible from the query type; mark single fields instead.',
  },
  REQUIRED_INACCESSIBLE: {
    generic: 'Make what is @inaccessible optional, or remove @inaccessible.',
    exact: [
      [
        /"([^"]+)" is @inaccessible but/,
        ([hidden]) =>
          `Make ${hidden!} optional (without "!", or with a default value), or remove its @inaccessible.`,
      ],
    ],
  },
  IMPLEMENTED_BY_INACCESSIBLE: {
    generic:
      'Mark the field of the interface as @inaccessible, too, or make the implementing one accessible.',
    exact: [
      [
        /"([^"]+)" is @inaccessible but implements the interface \w+ "([^"]+)"/,
        ([hidden, of]) => `Mark ${of!} as @inaccessible, too, or remove @inaccessible from ${hidden!}.`,
      ],
    ],
  },
  DISALLOWED_INACCESSIBLE: {
    generic: 'Remove the @inaccessible: what belongs to GraphQL or to a specification stays visible.',
    exact: [
      [/"([^"]+)" cannot use @inaccessible/, ([type]) => `Remove @inaccessible from ${type!} and its parts.`],
    ],
  },
  ONLY_INACCESSIBLE_CHILDREN: {
    generic: 'Mark the type as @inaccessible, too, or leave a part of it accessible.',
    exact: [
      [
        /^Type "([^"]+)" is in the API schema/,
        ([type]) => `Mark ${type!} as @inaccessible, too, or remove @inaccessible from one of its parts.`,
      ],
    ],
  },
  UNSUPPORTED_FEATURE: { generic: 'Leave out what the message names: composition cannot do it.' },
  INVALID_FEDERATION_SUPERGRAPH: {
    generic: 'Compose the supergraph again with the current tools: what is given is no valid one.',
  },
  DOWNSTREAM_SERVICE_ERROR: { generic: 'See the message of the subgraph.' },
  DIRECTIVE_COMPOSITION_ERROR: {
    generic:
      'Correct the @composeDirective: it names a directive that is imported with @link, from one version and by one name in all subgraphs.',
    exact: [
      [
        /^Composing federation directive "([^"]+)" in subgraph "([^"]+)"/,
        ([name, subgraph]) =>
          `Remove @composeDirective(name: "${name!}") in ${subgraph!}: federation decides about its own directives.`,
      ],
      [
        /@composeDirective "([^"]+)" in subgraph "([^"]+)" must have a leading/,
        ([name, subgraph]) => `Write @composeDirective(name: "@${name!}") in ${subgraph!}.`,
      ],
      [
        /argument to @composeDirective "([^"]+)" in subgraph "([^"]+)"/,
        ([name, subgraph]) =>
          `Import ${name!} with @link in ${subgraph!}, or correct the name in its @composeDirective.`,
      ],
      [
        /^Directive "([^"]+)" in subgraph "([^"]+)" cannot be composed because it is not a member of a core feature/,
        ([name, subgraph]) =>
          `Import ${name!} with an @link in ${subgraph!}, from a url of its own with a version.`,
      ],
    ],
  },
  INTERFACE_OBJECT_USAGE_ERROR: {
    generic:
      'An @interfaceObject type needs a @key, and a subgraph that defines it as an interface with that @key.',
    exact: [
      [
        /type "([^"]+)" has no @key in this subgraph/,
        ([type], told) => `Add @key(fields: "id") to type ${type!}${inIts(told)}, the key of the interface.`,
      ],
      [
        /^Type "([^"]+)" is declared with @interfaceObject in all the subgraphs/,
        ([type]) =>
          `Define ${type!} as an interface with a @key in one of the subgraphs, or remove @interfaceObject.`,
      ],
      [
        /^Interface type "([^"]+)" is defined as an @interfaceObject in subgraph "([^"]+)" .*, but it defines (.+)$/,
        ([type, subgraph, types]) =>
          `Remove ${types!.replaceAll('"', '')} from subgraph ${subgraph!}, or define ${type!} there as an interface.`,
      ],
    ],
  },
  INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE: {
    generic: 'Define all types that implement the interface in each subgraph that has a @key on it.',
    exact: [
      [
        /^(?:\[.*?\] )?Interface type "([^"]+)" has a resolvable key .*? Subgraph "([^"]+)" should define (.+?) \(and have/s,
        ([itf, subgraph, types]) => ({
          text: `Add ${types!.replaceAll('"', '')} implementing ${itf!} to subgraph ${subgraph!}, with the same @key; or remove the @key of ${itf!} there.`,
          at: { subgraph: subgraph!, coordinate: itf! },
        }),
      ],
    ],
  },
  CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: {
    generic: 'Add @fromContext to the argument in all subgraphs, or make it optional where it has none.',
    exact: [
      [
        /but in "([^"]+)" it does not have @fromContext/,
        ([arg], told) =>
          `Add @fromContext to ${arg!}${inIts(told)}, too, or make it optional there, or remove it.`,
      ],
    ],
  },
  MISSING_TRANSITIVE_AUTH_REQUIREMENTS: {
    generic: 'Add the requirements of the fields that are read on the way to the field itself.',
    exact: [
      [
        /Field "([^"]+)" does not specify necessary (.+?) auth requirements? to access the transitive field "([^"]+)"/,
        ([field, directives, of]) =>
          `Add to ${field!} what ${of!} has of ${directives!}: ${field!} reads it.`,
      ],
    ],
  },
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

function subgraphs(names: string): string {
  const all = quoted(names);
  return `${all.length > 1 ? 'subgraphs' : 'subgraph'} ${list(all)}${/\.\.\.$/.test(names.trim()) ? ' and others' : ''}`;
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

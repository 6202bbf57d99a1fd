import { inIts, quoted, type Rules, subgraphs } from './fix-rules.ts';

/** What to do where directives of several subgraphs do not go together. */
export const FIXES_OF_DIRECTIVES: Rules = {
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
};

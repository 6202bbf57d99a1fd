import { inIts, quoted, type Rules } from './fix-rules.ts';
import { list } from './places.ts';

/** What to do about hints and warnings of the composer, where an edit would end them. */
export const HINT_FIXES: Rules = {
  INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE: {
    generic: 'Give the field the same type in all subgraphs.',
    exact: [[/"([^"]+)" is inconsistent/, ([field]) => `Give ${field!} the same type in all subgraphs.`]],
  },
  INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE: {
    generic: 'Give the argument the same type in all subgraphs.',
    exact: [[/"([^"]+)" is inconsistent/, ([arg]) => `Give ${arg!} the same type in all subgraphs.`]],
  },
  INCONSISTENT_DEFAULT_VALUE_PRESENCE: {
    generic: 'Give the argument the same default value in all subgraphs.',
    exact: [
      [
        /"([^"]+)" has a default value in only/,
        ([arg]) => `Give ${arg!} its default value in all subgraphs.`,
      ],
    ],
  },
  INCONSISTENT_ENTITY: {
    generic: 'Add the @key to the type in all subgraphs that define it.',
    exact: [
      [
        /^Type "([^"]+)" is declared as an entity .*?: it has no @key in (.+?)(?: but|$)/s,
        ([type, where]) => `Add the @key of ${type!} in ${list(quoted(where))}, too.`,
      ],
      [/^Type "([^"]+)"/, ([type]) => `Add the @key of ${type!} in all subgraphs that define it.`],
    ],
  },
  INCONSISTENT_OBJECT_VALUE_TYPE_FIELD: missing(/^Field "([^"]+)" of/, 'field'),
  INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD: missing(/^Field "([^"]+)" of/, 'field'),
  INCONSISTENT_INPUT_OBJECT_FIELD: {
    generic: 'Add the input field in all subgraphs that define the input; clients do not see it before.',
    exact: [
      [
        /^Input object field "([^"]+)" will not be added to "([^"]+)"/,
        ([field, type]) =>
          `Add ${field!} to input ${type!} in all subgraphs that define it; clients do not see it before.`,
      ],
    ],
  },
  INCONSISTENT_UNION_MEMBER: {
    generic: 'Add the member to the union in all subgraphs that define it.',
    exact: [
      [
        /^Union type "([^"]+)" includes member type "([^"]+)"/,
        ([union, member]) => `Add ${member!} to union ${union!} in all subgraphs that can give one.`,
      ],
    ],
  },
  INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM: enumValue('clients do not see it before'),
  INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM: enumValue('if they can give it'),
  INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE: directive(
    'Make {} repeatable in all subgraphs, or in none.',
  ),
  INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS: directive(
    'Define {} with the same locations in all subgraphs.',
  ),
  INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE: directive(
    'Define {} in all subgraphs; clients cannot use it before.',
  ),
  NO_EXECUTABLE_DIRECTIVE_INTERSECTION: directive(
    'Define {} with at least one common location in all subgraphs.',
  ),
  INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE: directive('Make {} repeatable in all subgraphs, or in none.'),
  INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS: directive(
    'Define {} with the same locations in all subgraphs.',
  ),
  INCONSISTENT_DESCRIPTION: {
    generic: 'Write the same description in all subgraphs, or keep it in one of them only.',
    exact: [
      [
        /"([^"]+)" has inconsistent descriptions/,
        ([element]) =>
          `Give ${element!} the same description in all subgraphs, or keep it in one of them only.`,
      ],
    ],
  },
  INCONSISTENT_ARGUMENT_PRESENCE: {
    generic: 'Add the argument in all subgraphs; clients do not see it before.',
    exact: [
      [
        /^Optional argument "([^"]+)" will not be included/,
        ([arg]) => `Add ${arg!} in all subgraphs that resolve the field; clients do not see it before.`,
      ],
    ],
  },
  FROM_SUBGRAPH_DOES_NOT_EXIST: {
    generic: 'Correct the name in @override(from:), or remove the @override.',
    exact: [
      [
        /^Source subgraph "([^"]+)" for field "([^"]+)" on subgraph "([^"]+)" does not exist\.(?: Did you mean (.+)\?)?/,
        ([from, field, subgraph, similar]) =>
          `${similar === undefined ? `Correct "${from!}"` : `Write ${similar} instead of "${from!}"`} in @override(from:) of ${field!} in ${subgraph!}, or remove the @override.`,
      ],
    ],
  },
  OVERRIDDEN_FIELD_CAN_BE_REMOVED: {
    generic: 'Remove the field that another subgraph has taken over.',
    exact: [
      [
        /^Field "([^"]+)" on subgraph "([^"]+)" is overridden\. It is still used/,
        ([field, subgraph]) =>
          `Mark ${field!} in ${subgraph!} as @external, or remove it with what refers to it.`,
      ],
      [
        /^Field "([^"]+)" on subgraph "([^"]+)" is overridden/,
        ([field, subgraph]) => `Remove ${field!} from ${subgraph!}.`,
      ],
    ],
  },
  OVERRIDE_DIRECTIVE_CAN_BE_REMOVED: {
    generic: 'Remove the @override.',
    exact: [
      [
        /^Field "([^"]+)" on subgraph "([^"]+)"/,
        ([field, subgraph]) => `Remove the @override of ${field!} in ${subgraph!}.`,
      ],
    ],
  },
  OVERRIDE_MIGRATION_IN_PROGRESS: {
    generic:
      'When the migration is complete, remove the field from the subgraph that had it, then the label.',
  },
  UNUSED_ENUM_TYPE: {
    generic: 'Remove the enum, or use it.',
    exact: [[/^Enum type "([^"]+)"/, ([type]) => `Remove enum ${type!}, or use it.`]],
  },
  INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: {
    generic: 'Apply the directive with the same arguments in all subgraphs.',
    exact: [
      [
        /directive (@\w+) is applied to "([^"]+)"/,
        ([name, element]) => `Apply ${name!} to ${element!} with the same arguments in all subgraphs.`,
      ],
    ],
  },
  MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: {
    generic:
      'Apply the directive with the same arguments in all subgraphs, if the merged ones are not what is meant.',
  },
  INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN: {
    generic: 'Let the shared field give the same types of objects in all subgraphs.',
    exact: [
      [
        /Shared field "([^"]+)" return type "([^"]+)"/,
        ([field, type]) =>
          `Define the same object types for ${type!.replace(/[[\]!]/g, '')} in all subgraphs that resolve ${field!}, or resolve ${field!} in one of them only.`,
      ],
    ],
  },
  IMPLICITLY_UPGRADED_FEDERATION_VERSION: {
    generic: 'Link the later version of federation.',
    exact: [
      [
        /^Subgraph (.+?) has been implicitly upgraded from federation (\S+) to (\S+)$/,
        ([subgraph, , to]) => `Link https://specs.apollo.dev/federation/${to!} in ${subgraph!}.`,
      ],
    ],
  },
  CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: {
    generic: 'Add @fromContext to the argument in all subgraphs.',
  },
};

function missing(pattern: RegExp, kind: string): Rules[string] {
  return {
    generic: `Add the ${kind} to the type in all subgraphs that define it.`,
    exact: [
      [
        pattern,
        ([name], told) => `Add ${name!} in all subgraphs that define its type, or remove it${inIts(told)}.`,
      ],
    ],
  };
}

function enumValue(remark: string): Rules[string] {
  return {
    generic: `Add the value to the enum in all subgraphs, ${remark}.`,
    exact: [
      [
        /^Value "([^"]+)" of enum type "([^"]+)"/,
        ([value, type]) => `Add ${value!} to enum ${type!} in all subgraphs that define it, ${remark}.`,
      ],
    ],
  };
}

function directive(text: string): Rules[string] {
  return {
    generic: text.replace('{}', 'the directive'),
    exact: [
      [/directive "(@?\w+)"/i, ([name]) => text.replace('{}', name!.startsWith('@') ? name! : `@${name!}`)],
    ],
  };
}

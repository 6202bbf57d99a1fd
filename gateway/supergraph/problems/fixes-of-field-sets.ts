import { inIts, type Rule, type Rules } from './fix-rules.ts';

/** What to do about `@key`, `@requires`, `@provides` and the `@external` fields that they name, in one subgraph. */
export const FIXES_OF_FIELD_SETS: Rules = {
  KEY_FIELDS_HAS_ARGS: withArguments('key'),
  PROVIDES_FIELDS_HAS_ARGS: withArguments('provides'),
  PROVIDES_FIELDS_MISSING_EXTERNAL: notExternal('provides'),
  REQUIRES_FIELDS_MISSING_EXTERNAL: notExternal('requires'),
  KEY_UNSUPPORTED_ON_INTERFACE: {
    generic:
      'Link federation v2.3 or later, or take the @key off the interface and put it on the types that implement it.',
  },
  PROVIDES_UNSUPPORTED_ON_INTERFACE: onInterface('provides'),
  REQUIRES_UNSUPPORTED_ON_INTERFACE: onInterface('requires'),
  EXTERNAL_UNUSED: {
    generic: 'Remove the field, or remove @external from it, or use it in a @requires, @provides or @key.',
    exact: [
      [
        /^Field "([^"]+)" is marked @external/,
        ([field], told) =>
          `Remove ${field!}${inIts(told)}, where nothing uses it; or name it in a @requires or @provides there, or remove its @external if the subgraph resolves it.`,
      ],
    ],
  },
  EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE: {
    generic: 'Remove @external from the field, or the other directive.',
    exact: [
      [
        /both @(\w+) and @external on field "([^"]+)"/,
        ([directive, field], told) =>
          `Remove @external from ${field!}${inIts(told)}, or remove its @${directive!}: what is resolved elsewhere provides nothing here.`,
      ],
    ],
  },
  EXTERNAL_ON_INTERFACE: {
    generic:
      'Remove @external from the field of the interface, and put it on the fields of the types that implement it.',
    exact: [
      [
        /field "([^"]+)" is marked/,
        ([field], told) =>
          `Remove @external from ${field!}${inIts(told)}; put it on the same field of the types that implement the interface, where they need it.`,
      ],
    ],
  },
  TYPE_WITH_ONLY_UNUSED_EXTERNAL: {
    generic: 'Remove the type, or use its external fields.',
    exact: [
      [
        /^Type (\S+) contains/,
        ([type], told) =>
          `Remove the type ${type!}${inIts(told)}, or add a @key to it, or name its fields in a @requires or @provides.`,
      ],
    ],
  },
  PROVIDES_ON_NON_OBJECT_FIELD: {
    generic: 'Remove the @provides: only a field that gives objects can provide fields of them.',
    exact: [
      [
        /on field "([^"]+)": field has type "([^"]+)"/,
        ([field, type], told) =>
          `Remove @provides from ${field!}${inIts(told)}: ${type!} has no fields that could be provided.`,
      ],
    ],
  },
  KEY_INVALID_FIELDS_TYPE: noText('key'),
  PROVIDES_INVALID_FIELDS_TYPE: noText('provides'),
  REQUIRES_INVALID_FIELDS_TYPE: noText('requires'),
  KEY_INVALID_FIELDS: invalidFields('key'),
  PROVIDES_INVALID_FIELDS: invalidFields('provides'),
  REQUIRES_INVALID_FIELDS: {
    ...invalidFields('requires'),
    exact: [
      [
        /argument "([^"]+)" of field "([^"]+)" as argument ".+?" is not defined in (.+)$/,
        ([arg, field, where]) =>
          `Add the argument ${arg!} to ${field!} in ${where!.replaceAll('"', '')}, or leave it out of the @requires.`,
      ],
      [
        /no value provided for argument "([^"]+)" of field "([^"]+)"/,
        ([arg, field]) =>
          `Give ${field!} its argument ${arg!} in the @requires, or make the argument optional.`,
      ],
      ...(invalidFields('requires').exact ?? []),
    ],
  },
  KEY_FIELDS_SELECT_INVALID_TYPE: {
    generic: 'Leave the field out of the @key: lists, interfaces and unions cannot be part of one.',
    exact: [
      [
        /field "([^"]+)" is a (\w+) type/,
        ([field, kind]) =>
          `Leave ${field!} out of the @key: its type is of the kind ${kind!}. Take fields that are scalars, enums or objects.`,
      ],
    ],
  },
  KEY_DIRECTIVE_IN_FIELDS_ARG: withDirectives('key'),
  PROVIDES_DIRECTIVE_IN_FIELDS_ARG: withDirectives('provides'),
  REQUIRES_DIRECTIVE_IN_FIELDS_ARG: withDirectives('requires'),
  INTERFACE_KEY_NOT_ON_IMPLEMENTATION: {
    generic: 'Add the @key of the interface to each type that implements it in this subgraph.',
    exact: [
      [
        /^Key (@\w+\(.*\)) on interface type "([^"]+)" is missing on implementation types? (.+)\.$/,
        ([key, , types], told) => `Add ${key!} to ${types!.replaceAll('"', '')}${inIts(told)}.`,
      ],
      [
        /set to false in (.+)\.$/,
        ([types], told) =>
          `Remove "resolvable: false" from the @key of ${types!.replaceAll('"', '')}${inIts(told)}.`,
      ],
    ],
  },
};

function withArguments(directive: string): Rule {
  return {
    generic: `Leave fields with arguments out of the @${directive}.`,
    exact: [
      [
        /field (\S+) cannot be included because it has arguments/,
        ([field], told) =>
          `Leave ${field!} out of the @${directive}${inIts(told)}, or add a field without arguments for it.`,
      ],
    ],
  };
}

function notExternal(directive: string): Rule {
  return {
    generic: `Mark the fields that @${directive} names as @external in this subgraph.`,
    exact: [
      [
        /field "([^"]+)" should not be part of a @\w+ since it is already (?:provided|"effectively" provided)/,
        ([field], told) =>
          `Leave ${field!} out of the @${directive}${inIts(told)}: the subgraph resolves it anyway; or mark it @external there, if another one does.`,
      ],
    ],
  };
}

function onInterface(directive: string): Rule {
  return {
    generic: `Move @${directive} from the interface to the fields of the types that implement it.`,
    exact: [
      [
        /"([\w.]+)"/,
        ([place], told) =>
          `Move @${directive} from ${place!}${inIts(told)} to the same field of the types that implement the interface.`,
      ],
    ],
  };
}

function noText(directive: string): Rule {
  return {
    generic: `Write the fields of @${directive} as a text: @${directive}(fields: "id name").`,
    exact: [
      [
        /^On (?:type|field) "([^"]+)"/,
        ([place], told) =>
          `Write the fields of the @${directive} of ${place!}${inIts(told)} as a text: @${directive}(fields: "id name").`,
      ],
    ],
  };
}

function invalidFields(directive: string): Rule {
  return {
    generic: `Correct @${directive}(fields:): it is a selection such as "id" or "id org { id }", of fields that this subgraph has.`,
    exact: [
      [
        /^On (?:type|field) "([^"]+)", for @\w+\(.*?Cannot query field "([^"]+)" on type "([^"]+)"/s,
        ([, field, type], told) =>
          directive === 'key'
            ? `Add the field ${field!} to type ${type!}${inIts(told)}, or correct its name in the @key.`
            : `Add the field ${field!} with @external to type ${type!}${inIts(told)}, or correct its name in the @${directive}.`,
      ],
      [
        /Field "([^"]+)" of type "([^"]+)" must have a selection of subfields/i,
        ([field]) => `Say which fields of ${field!} are meant: "${field!.split('.').at(-1)!} { … }".`,
      ],
      [
        /^On (?:type|field) "([^"]+)", for @\w+\(.*Syntax Error/s,
        ([place], told) =>
          `Correct the syntax of the @${directive} of ${place!}${inIts(told)}: a selection such as "id" or "id org { id }".`,
      ],
      [
        /^On (?:type|field) "([^"]+)"/,
        ([place], told) =>
          `Correct the fields of the @${directive} of ${place!}${inIts(told)}: a selection such as "id" or "id org { id }", of fields that the type has there.`,
      ],
    ],
  };
}

function withDirectives(directive: string): Rule {
  return {
    generic: `Remove the directives inside of @${directive}(fields:).`,
    exact: [
      [
        /but found (.+?)\.?$/,
        ([found], told) => `Remove ${found!} from the fields of the @${directive}${inIts(told)}.`,
      ],
    ],
  };
}

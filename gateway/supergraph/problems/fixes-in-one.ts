import { inIts, type Rule, type Rules } from './fix-rules.ts';

/** What to do about errors that one subgraph has by itself. */
export const FIXES_IN_ONE: Rules = {
  INVALID_GRAPHQL: {
    generic: 'Correct the schema at this place: it breaks a rule of GraphQL that the message names.',
    exact: [
      [/^Syntax Error/, () => 'Correct the syntax at this place.'],
      [
        /Unknown directive "?@?(\w+)"?/,
        ([name], told) =>
          `Add "@${name!}" to the import of an @link${inIts(told)}, or define the directive there, or correct its name.`,
      ],
      [
        /Unknown type "?(\w+)"?/,
        ([name], told) => `Define the type ${name!}${inIts(told)}, or correct its name.`,
      ],
      [
        /There can be only one type named "([^"]+)"/,
        ([name]) => `Remove one of the definitions of ${name!}, or write "extend" before it.`,
      ],
      [
        /Interface field "?(.+?)\.(.+?)"? expected but "?(.+?)"? does not provide it/i,
        ([itf, field, type]) =>
          `Add the field ${field!} to type ${type!}, or remove "implements ${itf!}" from it.`,
      ],
      [
        /argument "([^"]+)" .*is required, but it was not provided/i,
        ([name]) => `Give the directive its argument ${name!}.`,
      ],
    ],
  },
  DIRECTIVE_DEFINITION_INVALID: {
    generic:
      'Remove this definition of the directive and import it with @link, or define it exactly as its specification does.',
    exact: [
      [
        /directive "?@?([\w]+)"?/,
        ([name], told) =>
          `Remove the definition of @${name!}${inIts(told)} and import it with @link, or define it exactly as its specification does.`,
      ],
    ],
  },
  TYPE_DEFINITION_INVALID: {
    generic:
      'Remove this definition of a type of federation, or define it exactly as its specification does.',
    exact: [
      [
        /type "?(\w+)"?/,
        ([name], told) =>
          `Remove the definition of ${name!}${inIts(told)}: the specification that is linked has it; or define it exactly so.`,
      ],
    ],
  },
  UNSUPPORTED_LINKED_FEATURE: {
    generic: 'Remove this @link, or its "for:", or link a version of the feature that composition knows.',
  },
  UNKNOWN_FEDERATION_LINK_VERSION: {
    generic: 'Link a version of federation that exists, such as https://specs.apollo.dev/federation/v2.9.',
    exact: [
      [
        /Invalid version (\S+)/,
        ([version], told) =>
          `Replace ${version!} in the @link${inIts(told)} by a version that exists, such as https://specs.apollo.dev/federation/v2.9.`,
      ],
    ],
  },
  UNKNOWN_LINK_VERSION: {
    generic: 'Link https://specs.apollo.dev/link/v1.0.',
  },
  INVALID_LINK_DIRECTIVE_USAGE: {
    generic:
      'Correct this @link: url: "https://host/name/v1.0", import: ["@directive", "Type", { name: "@a", as: "@b" }].',
    exact: [
      [
        /Cannot import unknown element "([^"]+)"\.(?: Did you mean (.+)\?)?/,
        ([name, similar]) =>
          `Remove ${name!} from the import of this @link${similar === undefined ? '' : `, or write ${similar}`}, or link the version that has it.`,
      ],
      [
        /directive "([^"]+)" imported name should start with a '@' character, but got "([^"]+)"/,
        ([name, as]) => `Write { name: "${name!}", as: "@${as!}" }.`,
      ],
    ],
  },
  INVALID_LINK_IDENTIFIER: {
    generic: 'Write the url of this @link as https://host/name/v1.0.',
    exact: [
      [
        /^Expected a version string \(of the form v1\.2\), got (.+)$/,
        ([part], { subgraph }) =>
          subgraph === undefined
            ? undefined
            : {
                text: `End the url of this @link with a version, as in https://host/${part!}/v1.0.`,
                at: { subgraph, coordinate: `@link ${part!}` },
              },
      ],
    ],
  },
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
  ROOT_QUERY_USED: rootUsed('Query'),
  ROOT_MUTATION_USED: rootUsed('Mutation'),
  ROOT_SUBSCRIPTION_USED: rootUsed('Subscription'),
  INVALID_SUBGRAPH_NAME: { generic: 'Give the subgraph another name: "_" is reserved.' },
  INVALID_SHAREABLE_USAGE: {
    generic: 'Remove the @shareable: it belongs on fields of object types, or once on the type.',
    exact: [
      [
        /use of @shareable on field "([^"]+)"/,
        ([field], told) =>
          `Remove @shareable from ${field!}${inIts(told)}: fields of interfaces are resolved by the types that implement them; mark theirs.`,
      ],
      [
        /duplicate application of @shareable on (?:the same )?(.+?) ?[:(]/,
        (_, told) => `Keep one @shareable at this place${inIts(told)}, and remove the other.`,
      ],
    ],
  },
  CONTEXT_NAME_INVALID: {
    generic: 'Give the context a name of letters and digits.',
    exact: [
      [
        /^Context name "([^"]+)"/,
        ([name], told) =>
          `Rename the context "${name!}"${inIts(told)}, in @context and @fromContext, to letters and digits, for instance "${name!.replace(/[^A-Za-z0-9]/g, '') || 'context'}".`,
      ],
    ],
  },
  CONTEXT_NOT_SET: {
    generic: 'Take @fromContext off this argument, or set the context with @context on a type further up.',
    exact: [
      [
        /^Context "([^"]+)" is used at location "([^"]+)" but is never set/,
        ([context, place], told) =>
          `Add @context(name: "${context!}") to a type${inIts(told)} through which ${place!} is reached, or correct the name in @fromContext.`,
      ],
      [
        /may not have a default value: "([^"]+)"/,
        ([arg]) => `Remove the default value of ${arg!}, which takes its value from a context.`,
      ],
      [
        /abstract type "([^"]+)"/,
        ([arg]) =>
          `Move @fromContext from ${arg!} to the fields of the object types that implement the interface.`,
      ],
      [
        /implementing an interface field "([^"]+)"/,
        ([field]) => `Remove the argument with @fromContext, or take ${field!} out of the interface.`,
      ],
    ],
  },
  CONTEXT_INVALID_SELECTION: {
    generic:
      'Select exactly one field in @fromContext(field:), without alias and directives, whose type is that of the argument.',
    exact: [
      [
        /^Context "(.*?)"? ?is used in "([^"]+)" but the selection is invalid/,
        ([context, place]) =>
          `Write the field of ${place!} as "$${context || 'context'} { field }": one field, without alias and directives, of the type of the argument; or one "... on Type { field }" per type that sets the context.`,
      ],
    ],
  },
  NO_CONTEXT_IN_SELECTION: {
    generic: 'Begin the field of @fromContext with the name of a context: "$name { field }".',
  },
  CONTEXT_NO_RESOLVABLE_KEY: {
    generic: 'Give the type a @key that is resolvable.',
    exact: [
      [
        /^Object "([^"]+)" has no resolvable key/,
        ([type], told) =>
          `Add @key(fields: "id") to type ${type!}${inIts(told)}, or remove "resolvable: false" from its @key: a field that takes a value from a context needs one.`,
      ],
    ],
  },
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
  COST_APPLIED_TO_INTERFACE_FIELD: {
    generic: 'Move @cost from the interface to the types that implement it.',
    exact: [
      [
        /interface "([^"]+)"/,
        ([field], told) =>
          `Move @cost from ${field!}${inIts(told)} to the same field of the types that implement the interface.`,
      ],
    ],
  },
  LIST_SIZE_APPLIED_TO_NON_LIST: {
    generic: 'Remove the @listSize, or make the field a list.',
    exact: [
      [
        /^Sized field "([^"]+)" is not a list/,
        ([field]) => `Leave ${field!} out of sizedFields, or make it a list.`,
      ],
      [
        /^"([^"]+)" is not a list/,
        ([field], told) =>
          `Remove @listSize from ${field!}${inIts(told)}, or name the list fields of its objects in sizedFields.`,
      ],
    ],
  },
  LIST_SIZE_INVALID_ASSUMED_SIZE: {
    generic: 'Give @listSize an assumedSize of 0 or more.',
    exact: [
      [
        /size of "([^"]+)"/,
        ([field], told) => `Give the @listSize of ${field!}${inIts(told)} an assumedSize of 0 or more.`,
      ],
    ],
  },
  LIST_SIZE_INVALID_SLICING_ARGUMENT: {
    generic: 'Name arguments of the field of type Int in slicingArguments.',
    exact: [
      [
        /^Slicing argument "([^"]+)" is not an argument of "([^"]+)"/,
        ([arg, field]) =>
          `Correct "${arg!}" in slicingArguments, or add the argument ${arg!}: Int to ${field!}.`,
      ],
      [
        /^Slicing argument "([^"]+)" must be/,
        ([arg]) => `Make ${arg!} an Int, or leave it out of slicingArguments.`,
      ],
    ],
  },
  LIST_SIZE_INVALID_SIZED_FIELD: {
    generic: 'Name list fields of the type of the field in sizedFields.',
    exact: [
      [
        /^Sized field "([^"]+)" is not a field on type "([^"]+)"/,
        ([field, type]) => `Correct "${field!}" in sizedFields: it is no field of ${type!}.`,
      ],
    ],
  },
  AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE: {
    generic: 'Move the directive from the interface to the types that implement it.',
    exact: [
      [
        /use of (@\w+) on .*?"([^"]+)"/,
        ([directive, place], told) =>
          `Move ${directive!} from ${place!}${inIts(told)} to the object types that implement the interface, and to their fields.`,
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

function rootUsed(name: string): Rule {
  const kind = name.toLowerCase();
  return {
    generic: `Rename the type ${name}, or make it the root type of this subgraph.`,
    exact: [
      [
        /\("([^"]+)" is instead\)/,
        ([root], told) =>
          `Rename the type ${name}${inIts(told)}, or make it the root: schema { ${kind}: ${name} } instead of ${root!}.`,
      ],
    ],
  };
}

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

import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  valueFromAST,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** The coerced values, or everything that is wrong with the raw ones. */
export type CoercedVariables = { readonly values: Variables } | { readonly problems: readonly string[] };

export type CoerceVariables = (raw: Variables | null | undefined) => CoercedVariables;

interface CompiledVariable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly typeText: string;
  readonly required: boolean;
  /** `undefined` = no default. */
  readonly defaultValue: unknown;
}

/** Variable coercion after section 6.1.2 of the GraphQL specification, with types and defaults looked up once. */
export function compileVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): CoerceVariables {
  const variables = (operation.variableDefinitions ?? []).map((definition): CompiledVariable => {
    const type = typeFromAST(schema, definition.type);
    const name = definition.variable.name.value;
    if (!isInputType(type)) throw new Error(`variable "$${name}" is not of an input type`);
    return {
      name,
      type,
      typeText: print(definition.type),
      required: isNonNullType(type),
      defaultValue: definition.defaultValue ? valueFromAST(definition.defaultValue, type) : undefined,
    };
  });
  if (variables.length === 0) return () => NONE;
  return (raw) => coerce(variables, raw ?? {});
}

const NONE: CoercedVariables = { values: {} };

function coerce(variables: readonly CompiledVariable[], raw: Variables): CoercedVariables {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const variable of variables) {
    const { name, type } = variable;
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (value === undefined) {
      if (variable.defaultValue !== undefined) values[name] = variable.defaultValue;
      else if (variable.required)
        problems.push(`Variable "$${name}" of required type "${variable.typeText}" was not provided.`);
    } else if (value === null && variable.required) {
      problems.push(`Variable "$${name}" of non-null type "${variable.typeText}" must not be null.`);
    } else {
      values[name] = coerceInputValue(value, type, (path, _invalid, error: GraphQLError) => {
        const at =
          path.length > 0
            ? ` at "${name}${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}"`
            : '';
        problems.push(`Variable "$${name}" got an invalid value${at}; ${error.message}`);
      });
    }
  }
  return problems.length > 0 ? { problems } : { values };
}

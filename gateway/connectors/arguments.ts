import type { ArgumentNode, GraphQLArgument, GraphQLInputType, ValueNode } from 'graphql';
import { isEnumType, isInputObjectType, isListType, isNonNullType, Kind, valueFromAST } from 'graphql';
import { SluiceError } from '../errors.ts';
import type { EnumNames } from './model.ts';
import { own } from './own.ts';
import { compileWriteLeaf } from './scalars.ts';

export type Values = Readonly<Record<string, unknown>>;

/** Gives the arguments of one field of one operation, from the operation's variables. */
export type ReadArguments = (variables: Values) => Values;

export const NO_ARGUMENTS: Values = Object.freeze({});

/** Arguments without variables are computed once, per operation; only what depends on a variable is left for the request. */
export function compileArguments(
  args: readonly GraphQLArgument[],
  nodes: readonly ArgumentNode[],
  at: string,
  enumNames: EnumNames = NO_ENUM_NAMES,
): ReadArguments {
  const parts: { name: string; read: (variables: Values) => unknown }[] = [];
  for (const arg of args) {
    const node = nodes.find((n) => n.name.value === arg.name)?.value;
    const place = `${at}(${arg.name}:)`;
    const check = compileCheck(arg.type, place, enumNames);
    if (node)
      parts.push({ name: arg.name, read: compileValue(node, arg.type, check, arg.defaultValue, place) });
    else if (arg.defaultValue !== undefined) {
      const value: unknown = arg.defaultValue;
      parts.push({ name: arg.name, read: check ? () => check(value, '') : constant(value) });
    }
  }
  if (parts.length === 0) return () => NO_ARGUMENTS;
  const read = (variables: Values) => {
    const values: Record<string, unknown> = {};
    for (const part of parts) {
      const value = part.read(variables);
      if (value !== undefined) values[part.name] = value;
    }
    return values;
  };
  if (!nodes.some((n) => usesVariable(n.value))) {
    let known: Values | undefined;
    return (variables) => (known ??= read(variables));
  }
  return read;
}

const NO_ENUM_NAMES: EnumNames = new Map();

const constant = (value: unknown) => () => value;

function compileValue(
  node: ValueNode,
  type: GraphQLInputType,
  check: Check | undefined,
  defaultValue: unknown,
  at: string,
): (variables: Values) => unknown {
  const finish = (value: unknown) => (check && value !== undefined ? check(value, '') : value);
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    return (variables) => {
      const value = own(variables, name);
      if (value === undefined) return finish(defaultValue);
      if (value === null && isNonNullType(type)) throw mustNotBeNull(at);
      return finish(value);
    };
  }
  if (!usesVariable(node)) {
    const value: unknown = valueFromAST(node, type);
    return check ? () => finish(value) : constant(value);
  }
  return (variables) => {
    const value: unknown = valueFromAST(node, type, variables);
    // The operation is valid: what cannot be coerced is a variable that is null, or missing, inside.
    if (value === undefined) throw mustNotBeNull(at);
    return finish(value);
  };
}

function mustNotBeNull(at: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', `${at}: a variable is null where null is not allowed.`);
}

function usesVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(usesVariable);
  return node.kind === Kind.OBJECT && node.fields.some((f) => usesVariable(f.value));
}

/** Returns the value in the form that backends get; `path` is where we are below the argument. */
type Check = (value: unknown, path: string) => unknown;

/** A check for the known custom scalars, and the backends' names of enum values, inside an input type; undefined when there is nothing to check. Recursive inputs are tied lazily. */
function compileCheck(
  type: GraphQLInputType,
  at: string,
  enumNames: EnumNames,
  open = new Map<string, { check?: Check | undefined }>(),
): Check | undefined {
  if (isNonNullType(type)) return compileCheck(type.ofType, at, enumNames, open);
  if (isListType(type)) {
    const item = compileCheck(type.ofType, at, enumNames, open);
    return (
      item &&
      ((value, path) =>
        Array.isArray(value)
          ? value.map((v, i) => item(v, `${path}[${i}]`))
          : value === null
            ? null
            : item(value, path))
    );
  }
  if (isEnumType(type)) {
    const names = enumNames.get(type.name);
    return names && ((value) => names.get(value as string) ?? value);
  }
  if (!isInputObjectType(type)) {
    const write = compileWriteLeaf(type.name);
    return (
      write &&
      ((value, path) => {
        try {
          return write(value);
        } catch (error) {
          if (error instanceof SluiceError)
            throw new SluiceError('BAD_USER_INPUT', `${at}${path}: ${error.message}`);
          throw error;
        }
      })
    );
  }
  const known = open.get(type.name);
  if (known) return (value, path) => (known.check ? known.check(value, path) : value);
  const self: { check?: Check | undefined } = {};
  open.set(type.name, self);
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const check = compileCheck(field.type, at, enumNames, open);
    return check ? [{ name: field.name, check }] : [];
  });
  if (fields.length > 0) {
    self.check = (value, path) => {
      if (typeof value !== 'object' || value === null) return value;
      const copy: Record<string, unknown> = { ...value };
      for (const { name, check } of fields)
        if (Object.hasOwn(copy, name) && copy[name] !== undefined)
          copy[name] = check(copy[name], `${path}.${name}`);
      return copy;
    };
  }
  return self.check;
}

import type { GraphQLInputType } from 'graphql';
import { getNamedType, isInputObjectType, isListType, isNonNullType, isObjectType } from 'graphql';
import { SluiceError } from '../errors.ts';
import type { Dialect } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';

/** Inputs nest no deeper than this; recursive ones have no end of their own. */
const MAX_DEPTH = 100;

type Write = (input: object) => unknown;
/** Input objects of one call, with how each becomes what the backend wants. */
type Found = Map<object, Write>;
type Find = (value: unknown, found: Found, depth: number) => void;

/**
 * Puts the `@mapping` of input types into what a request or body has built: an input that stands in it whole is
 * written as its mapping says. Which objects are inputs the arguments' types tell; undefined if none has a mapping.
 */
export function compileInputs(
  connector: Connector,
  model: ConnectorModel,
): ((built: unknown, args: unknown) => unknown) | undefined {
  const type = model.schema.getType(connector.typeName);
  if (connector.fieldName === undefined || !isObjectType(type) || model.inputMappings.size === 0)
    return undefined;
  const compiler = new Compiler(model, connector.dialect);
  const finds = (type.getFields()[connector.fieldName]?.args ?? []).flatMap((arg) => {
    const find = compiler.find(arg.type);
    return find ? [{ name: arg.name, find }] : [];
  });
  if (finds.length === 0) return undefined;
  return (built, args) => {
    if (typeof args !== 'object' || args === null) return built;
    const found: Found = new Map();
    for (const { name, find } of finds) find((args as Record<string, unknown>)[name], found, 0);
    return found.size === 0 ? built : written(built, found, 0);
  };
}

class Compiler {
  readonly #model: ConnectorModel;
  readonly #dialect: Dialect;
  readonly #known = new Map<string, { find?: Find | undefined }>();
  readonly #reaches = new Map<string, boolean>();

  constructor(model: ConnectorModel, dialect: Dialect) {
    this.#model = model;
    this.#dialect = dialect;
  }

  find(type: GraphQLInputType): Find | undefined {
    if (isNonNullType(type)) return this.find(type.ofType);
    if (isListType(type)) {
      const item = this.find(type.ofType);
      return (
        item &&
        ((value, found, depth) => {
          if (Array.isArray(value)) for (const one of value) item(one, found, depth);
          else item(value, found, depth);
        })
      );
    }
    if (!isInputObjectType(type) || !this.#isMapped(type)) return undefined;
    const known = this.#known.get(type.name);
    if (known) return (value, found, depth) => known.find?.(value, found, depth);
    const self: { find?: Find } = {};
    this.#known.set(type.name, self);
    const mapping = this.#model.inputMappings.get(type.name)?.byDialect.get(this.#dialect);
    const read = mapping && compileMapping(mapping);
    const write: Write | undefined = read && ((input) => read(input, NO_VARIABLES));
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const find = this.find(field.type);
      return find ? [{ name: field.name, find }] : [];
    });
    self.find = (value, found, depth) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      if (depth > MAX_DEPTH) throw tooDeep();
      if (write) found.set(value, write);
      for (const { name, find } of fields) find((value as Record<string, unknown>)[name], found, depth + 1);
    };
    return self.find;
  }

  /** Whether the type, or one below it, has a mapping. */
  #isMapped(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return false;
    const known = this.#reaches.get(named.name);
    if (known !== undefined) return known;
    const seen = new Set([named]);
    for (const one of seen) {
      if (this.#model.inputMappings.get(one.name)?.byDialect.has(this.#dialect)) {
        this.#reaches.set(named.name, true);
        return true;
      }
      for (const field of Object.values(one.getFields())) {
        const inner = getNamedType(field.type);
        if (isInputObjectType(inner)) seen.add(inner);
      }
    }
    this.#reaches.set(named.name, false);
    return false;
  }
}

/** A copy in which every input is written. What a mapping gives may hold further inputs, or be one. */
function written(value: unknown, found: Found, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 3 * MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) return value.map((item) => written(item, found, depth + 1));
  const made = found.get(value)?.(value);
  if (made !== undefined && made !== value) return written(made, found, depth + 1);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one, found, depth + 1)]));
}

const NO_VARIABLES = Object.freeze({});

const tooDeep = () =>
  new SluiceError('BAD_USER_INPUT', `An input is nested deeper than ${MAX_DEPTH} levels.`);

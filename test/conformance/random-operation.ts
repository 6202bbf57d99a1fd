import {
  doTypesOverlap,
  type DocumentNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  parse,
  validate,
} from 'graphql';
import type { Random } from './random-source.ts';

export interface RandomOperation {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** A valid operation with variables: drawn until graphql-js finds it valid. */
export function randomOperation(schema: GraphQLSchema, random: Random): RandomOperation {
  for (let attempt = 0; ; attempt++) {
    // Aliases that collide make most invalid documents: fewer of them with each attempt.
    const drawn = new OperationMaker(schema, random, 0.25 / (1 + attempt)).make();
    const document = parse(drawn.text);
    if (validate(schema, document).length === 0)
      return {
        document,
        variables: drawn.variables,
        ...(drawn.operationName === undefined ? {} : { operationName: drawn.operationName }),
      };
    if (attempt > 200) throw new Error(`no valid operation found; the last one was ${drawn.text}`);
  }
}

/** Names that a key, a required field or an executor's own field may have. */
const ALIASES = ['id', 'sku', 'ka', 'org', 'x', 'y', '_entities', 'constructor', 'f1', 'f3', 'v2'];

class OperationMaker {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #collisions: number;
  readonly #composites: GraphQLCompositeType[];
  readonly #variables = new Map<string, { type: string; defaultValue?: string }>();
  readonly #values: Record<string, unknown> = {};
  readonly #fragments = new Map<string, { type: GraphQLCompositeType; text: string }>();
  #serial = 0;
  #size = 0;

  constructor(schema: GraphQLSchema, random: Random, collisions: number) {
    this.#schema = schema;
    this.#random = random;
    this.#collisions = collisions;
    this.#composites = Object.values(schema.getTypeMap()).filter(
      (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith('__'),
    );
  }

  make(): { text: string; variables: Record<string, unknown>; operationName?: string } {
    const random = this.#random;
    const mutation = this.#schema.getMutationType();
    const subscription = this.#schema.getSubscriptionType();
    const [keyword, root] =
      mutation && random.chance(0.15)
        ? ['mutation', mutation]
        : subscription && random.chance(0.12)
          ? ['subscription', subscription]
          : ['query', this.#schema.getQueryType()];
    if (!root) throw new Error('the schema has no query type');
    const depth = 2 + random.below(3);
    const body = root === subscription ? this.#event(root, depth - 1) : this.#selections(root, depth, true);
    const definitions = [...this.#variables].map(
      ([name, { type, defaultValue }]) =>
        `$${name}: ${type}${defaultValue === undefined ? '' : ` = ${defaultValue}`}`,
    );
    const head = `${keyword} Main${definitions.length > 0 ? `(${definitions.join(', ')})` : ''}`;
    const fragments = [...this.#fragments].map(
      ([name, { type, text }]) => `fragment ${name} on ${type.name} ${text}`,
    );
    const parts = [`${head} ${body}`, ...fragments];
    if (!random.chance(0.1)) return { text: parts.join('\n'), variables: this.#values };
    return {
      text: ['query Other { __typename }', ...parts].join('\n'),
      variables: this.#values,
      operationName: 'Main',
    };
  }

  /** A subscription has one root field, which is under no condition. */
  #event(root: GraphQLObjectType, depth: number): string {
    const field = this.#field(this.#random.pick(Object.values(root.getFields())), depth, false);
    return this.#random.chance(0.2) ? `{ ... on Subscription { ${field} } }` : `{ ${field} }`;
  }

  #selections(type: GraphQLCompositeType, depth: number, isRoot = false): string {
    const random = this.#random;
    const parts: string[] = [];
    const count = 1 + random.below(isRoot ? 3 : 4);
    for (let index = 0; index < count; index++) {
      const part = this.#selection(type, depth, isRoot);
      if (part !== undefined) parts.push(part);
    }
    if (parts.length === 0) parts.push(this.#typename());
    return `{ ${parts.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number, isRoot: boolean): string | undefined {
    const random = this.#random;
    const draw = random.below(100);
    if (draw < 8) return this.#typename();
    if (isRoot && draw < 13 && type === this.#schema.getQueryType()) return this.#introspection();
    if (depth > 0 && draw < (isAbstractType(type) ? 55 : 28)) return this.#fragment(type, depth);
    if (!isObjectType(type) && !isInterfaceType(type)) return this.#typename();
    const fields = Object.values(type.getFields()).filter(
      (field) => (depth > 0 && this.#size < 60) || isLeafType(getNamedType(field.type)),
    );
    if (fields.length === 0) return undefined;
    // Deep things are where a federated graph gets interesting.
    const deep = fields.filter((field) => !isLeafType(getNamedType(field.type)));
    return this.#field(
      random.pick(deep.length > 0 && random.chance(isRoot ? 0.85 : 0.4) ? deep : fields),
      depth,
    );
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, mayBeConditional = true): string {
    const random = this.#random;
    this.#size += 1;
    const args = field.args.flatMap((argument) => this.#argument(argument));
    const alias =
      args.length > 0 && random.chance(0.6)
        ? `${field.name}_${this.#serial++}: `
        : random.chance(this.#collisions)
          ? `${random.pick([...ALIASES, field.name])}: `
          : random.chance(0.06)
            ? `z${this.#serial++}: `
            : '';
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.#selections(named, depth - 1)}` : '';
    const text = args.length > 0 ? `(${args.join(', ')})` : '';
    return `${alias}${field.name}${text}${mayBeConditional ? this.#directives() : ''}${below}`;
  }

  #typename(): string {
    const random = this.#random;
    return `${random.chance(0.2) ? `${random.pick(['t', 'type', 'id'])}: ` : ''}__typename${this.#directives()}`;
  }

  #introspection(): string {
    return this.#random.pick([
      `__schema${this.#directives()} { queryType { name } }`,
      `__type(name: "E0") { kind name fields { name type { name kind } } }`,
      `s: __schema { directives { name } __typename }`,
    ]);
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random;
    const overlapping = this.#composites.filter((other) => doTypesOverlap(this.#schema, type, other));
    const target = random.pick(overlapping);
    const directives = this.#directives();
    if (random.chance(0.3)) {
      const known = [...this.#fragments].filter(([, fragment]) => overlapping.includes(fragment.type));
      if (known.length > 0 && random.chance(0.5)) return `...${random.pick(known)[0]}${directives}`;
      const name = `F${this.#serial++}`;
      // Declared after its own selections, so that no fragment spreads itself.
      const text = this.#selections(target, depth - 1);
      this.#fragments.set(name, { type: target, text });
      return `...${name}${directives}`;
    }
    if (random.chance(0.12)) return `...${directives} ${this.#selections(type, depth)}`;
    return `... on ${target.name}${directives} ${this.#selections(target, random.chance(0.5) ? depth : depth - 1)}`;
  }

  #directives(): string {
    const random = this.#random;
    if (!random.chance(0.12)) return '';
    const one = (name: string): string => {
      if (random.chance(0.35)) return ` @${name}(if: ${random.chance(name === 'skip' ? 0.3 : 0.7)})`;
      const known = [...this.#variables].filter(([, { type }]) => type === 'Boolean!').map(([key]) => key);
      return ` @${name}(if: $${known.length > 0 && random.chance(0.6) ? random.pick(known) : this.#booleanVariable()})`;
    };
    if (random.chance(0.15)) return one('skip') + one('include');
    return one(random.pick(['skip', 'include']));
  }

  #booleanVariable(): string {
    const name = `b${this.#variables.size}`;
    const value = this.#random.chance(0.55);
    this.#variables.set(name, {
      type: 'Boolean!',
      ...(this.#random.chance(0.2) ? { defaultValue: String(value) } : {}),
    });
    if (this.#variables.get(name)?.defaultValue === undefined || this.#random.chance(0.5))
      this.#values[name] = value;
    return name;
  }

  #argument(argument: GraphQLArgument): string[] {
    if (!isRequiredArgument(argument) && this.#random.chance(0.3)) return [];
    return [`${argument.name}: ${this.#value(argument.type, 2)}`];
  }

  /** A literal, or a variable that is declared on the way. */
  #value(type: GraphQLInputType, depth: number): string {
    return this.#random.chance(0.35) ? this.#variable(type, depth) : this.#literal(type, depth);
  }

  #variable(type: GraphQLInputType, depth: number): string {
    const random = this.#random;
    const known = [...this.#variables].filter(([, variable]) => variable.type === String(type));
    if (known.length > 0 && random.chance(0.4)) return `$${random.pick(known)[0]}`;
    const name = random.chance(0.06) ? 'representations' : `v${this.#variables.size}`;
    if (this.#variables.has(name)) return `$${name}`;
    const stricter = !isNonNullType(type) && random.chance(0.15);
    const defaulted = random.chance(0.25) ? plainLiteral(this.#plain(type, depth, false), type) : undefined;
    this.#variables.set(name, {
      type: stricter ? `${String(type)}!` : String(type),
      ...(defaulted === undefined ? {} : { defaultValue: defaulted }),
    });
    const mayBeLeftOut = defaulted !== undefined || (!stricter && !isNonNullType(type));
    if (!mayBeLeftOut || random.chance(0.7)) this.#values[name] = this.#plain(type, depth, !stricter);
    return `$${name}`;
  }

  #literal(type: GraphQLInputType, depth: number): string {
    const random = this.#random;
    if (isNonNullType(type)) return this.#literal(type.ofType, depth);
    if (random.chance(0.1)) return 'null';
    return this.#presentLiteral(type, depth);
  }

  #presentLiteral(type: GraphQLInputType, depth: number): string {
    const random = this.#random;
    if (isNonNullType(type)) return this.#presentLiteral(type.ofType, depth);
    if (isListType(type)) {
      const item = type.ofType;
      const one = (): string =>
        isNonNullType(item) ? this.#presentLiteral(item, depth) : this.#value(item, depth);
      if (random.chance(0.15)) return this.#presentLiteral(item, depth);
      return `[${Array.from({ length: random.below(3) }, one).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        ({ type: inner }) => random.chance(0.5) && (depth > 0 || !isInputObjectType(getNamedType(inner))),
      );
      return `{ ${fields.map((field) => `${field.name}: ${this.#value(field.type, depth - 1)}`).join(', ')} }`;
    }
    return plainLiteral(this.#plain(type, depth, false), type);
  }

  /** A JSON value of the type; `mayBeNull` says so of the outermost level. */
  #plain(type: GraphQLInputType, depth: number, mayBeNull: boolean): unknown {
    const random = this.#random;
    if (isNonNullType(type)) return this.#plain(type.ofType, depth, false);
    if (mayBeNull && random.chance(0.12)) return null;
    if (isListType(type)) {
      const item = type.ofType;
      if (random.chance(0.12)) return this.#plain(item, depth, false);
      return Array.from({ length: random.below(3) }, () => this.#plain(item, depth, true));
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        ({ type: inner }) => random.chance(0.5) && (depth > 0 || !isInputObjectType(getNamedType(inner))),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#plain(field.type, depth - 1, true)]),
      );
    }
    switch (type.name) {
      case 'Int':
        return random.below(4);
      case 'Float':
        return random.below(8) / 4;
      case 'Boolean':
        return random.chance(0.5);
      default:
        return random.pick(['', 'x', 'a"b\\', 'ü\n', '7']);
    }
  }
}

function plainLiteral(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return plainLiteral(value, type.ofType);
  if (value === null) return 'null';
  if (isListType(type)) {
    const item = type.ofType;
    return Array.isArray(value)
      ? `[${value.map((each) => plainLiteral(each, item)).join(', ')}]`
      : plainLiteral(value, item);
  }
  if (isEnumType(type)) return value as string;
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const entries = Object.entries(value as Record<string, unknown>);
    return `{ ${entries.map(([name, inner]) => `${name}: ${plainLiteral(inner, fields[name]!.type)}`).join(', ')} }`;
  }
  return JSON.stringify(value);
}

import type { Problem } from '../../../../problem.ts';
import { pascalCase, wordsOf } from '../../names.ts';
import { isBuiltIn, RESERVED_TYPE_NAMES } from '../../sdl/scalars.ts';
import { UniqueNames } from '../../unique-names.ts';
import { enumValueName } from '../names.ts';
import { problemOf } from '../source.ts';
import { expanded, localOf, uriOf, type ExpandedName, type XmlNode } from '../xml-node.ts';
import type { ComplexType, SimpleType, XsdType } from '../xsd/model.ts';
import type { Types } from '../xsd/types.ts';
import type { Definition, EnumDefinition, TypeDefinition } from './definitions.ts';
import type { XmlKeys } from './xml-keys.ts';

/** A graph with more types is more than a person could review, and slow to compose. */
const MAX_DEFINITIONS = 5_000;

/** The description is too large for a schema. */
export class TooLarge extends Error {}

/** What the schema has so far: definitions by name, scalars in use, and what could not be taken over. */
export class Builder {
  readonly types: Types;
  readonly keys: XmlKeys;
  readonly problems: Problem[] = [];
  readonly scalars = new Set<string>();
  readonly #definitions = new Map<string, Definition>();
  readonly #names = new UniqueNames(RESERVED_TYPE_NAMES);
  readonly #enums = new Map<XmlNode, string>();
  readonly #work: (() => void)[] = [];
  readonly #last: (() => void)[] = [];

  constructor(types: Types, keys: XmlKeys) {
    this.types = types;
    this.keys = keys;
  }

  get definitions(): Definition[] {
    return [...this.#definitions.values()];
  }

  add<Kind extends Definition>(definition: Kind): Kind {
    if (this.#definitions.size >= MAX_DEFINITIONS)
      throw new TooLarge(`The description makes more than ${MAX_DEFINITIONS.toLocaleString('en')} types.`);
    this.#definitions.set(definition.name, definition);
    return definition;
  }

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  type(name: string): TypeDefinition {
    return this.#definitions.get(name) as TypeDefinition;
  }

  /** What a type holds is read after its name is known: types lead to each other, and deep. */
  later(work: () => void): void {
    this.#work.push(work);
  }

  /** After all types are filled. */
  atLast(work: () => void): void {
    this.#last.push(work);
  }

  finish(): void {
    for (let work = this.#work.shift(); work; work = this.#work.shift()) work();
    for (const work of this.#last.splice(0)) work();
  }

  replace(definition: Definition): void {
    this.#definitions.set(definition.name, definition);
  }

  /** A name for a type that nobody has. `owner`: the element that has a type without a name. */
  claim(name: ExpandedName | undefined, owners: readonly string[], suffix = ''): string {
    const [owner = 'Value', longer = owner] = owners;
    const plain = pascalCase(name === undefined ? owner : this.#withoutNoise(name));
    const wanted = suffix !== '' && plain.endsWith(suffix) ? plain : plain + suffix;
    const hint = name === undefined ? '' : this.keys.hintOf(uriOf(name));
    return this.#names.take(
      wanted,
      ...(name === undefined
        ? [pascalCase(longer) + suffix]
        : hint === ''
          ? []
          : [pascalCase(hint) + wanted]),
      `${plain}Type${suffix}`,
    );
  }

  /** `OrderType` and `tOrder` are `Order`, if nothing else is. */
  #withoutNoise(name: ExpandedName): string {
    const local = localOf(name);
    const short = local.replace(/(?:_?[tT]ype|_t)$/, '').replace(/^t(?=[A-Z][a-z])/, '');
    if (short === '' || short === local) return local;
    return this.types.components.all('type').has(expanded(uriOf(name), short)) ? local : short;
  }

  scalar(name: string): string {
    if (!isBuiltIn(name)) this.scalars.add(name);
    return name;
  }

  /** The leaf type of a text; in a list each of its words has it. `field`: an id is an `ID`. */
  leaf(type: SimpleType, field: string, owner: string): string {
    const { shape } = type;
    if (shape.is === 'list') return `[${this.leaf(shape.item, field, owner)}!]`;
    if (shape.is === 'scalar')
      return isIdentifier(field) && ['String', 'Int', 'BigInt'].includes(shape.scalar)
        ? 'ID'
        : this.scalar(shape.scalar);
    const known = this.#enums.get(shape.node);
    if (known !== undefined) return known;
    const name = this.claim(shape.name, [owner]);
    this.#enums.set(shape.node, name);
    const names = new UniqueNames();
    const values = shape.values.map(({ value, description }) => {
      const valueName = names.take(enumValueName(value));
      return { name: valueName, from: valueName === value ? undefined : value, description };
    });
    this.add<EnumDefinition>({ kind: 'enum', name, description: shape.description, values });
    return name;
  }

  hint(node: XmlNode, code: string, message: string, fix?: string): void {
    this.problems.push(problemOf(node, 'hint', code, message, fix));
  }

  warn(node: XmlNode, code: string, message: string, fix?: string): void {
    this.problems.push(problemOf(node, 'warning', code, message, fix));
  }
}

export function isIdentifier(field: string): boolean {
  return /^ids?$/i.test(wordsOf(field).at(-1) ?? '');
}

/** How the content of an element is seen by a schema. */
export type Form =
  | { readonly is: 'any' }
  /** Text alone. */
  | { readonly is: 'leaf'; readonly type: SimpleType }
  /** Nothing: that it is there is all it says. */
  | { readonly is: 'marker' }
  /** Nothing but one element, many times. */
  | { readonly is: 'wrapper'; readonly type: ComplexType }
  | { readonly is: 'members'; readonly type: ComplexType; readonly members: readonly ComplexType[] }
  | { readonly is: 'object'; readonly type: ComplexType };

export function formOf(type: XsdType, types: Types): Form {
  if (type.kind === 'any') return { is: 'any' };
  if (type.kind === 'simple') return { is: 'leaf', type };
  if (type.isAbstract) {
    const members = type.name === undefined ? [] : types.concreteBelow(type.name);
    return members.length === 0 ? { is: 'any' } : { is: 'members', type, members };
  }
  const { text, elements, attributes, isMixed, hasAny } = type.content;
  if (attributes.length === 0) {
    if (text) return { is: 'leaf', type: text };
    const [only] = elements;
    if (!only && hasAny) return { is: 'any' };
    if (!only) return isMixed ? { is: 'leaf', type: MIXED } : { is: 'marker' };
    if (elements.length === 1 && only.isList && !hasAny && !isMixed) return { is: 'wrapper', type };
  } else if (elements.length === 0 && hasAny) return { is: 'any' };
  return { is: 'object', type };
}

const MIXED: SimpleType = { kind: 'simple', shape: { is: 'scalar', scalar: 'String' } };

import { camelCase } from '../../names.ts';
import { UniqueNames } from '../../unique-names.ts';
import { pluralName } from '../names.ts';
import { localOf } from '../xml-node.ts';
import type { ComplexType, ElementUse } from '../xsd/model.ts';
import { formOf, type Builder } from './builder.ts';
import { emptyType, type FieldDefinition, type TypeDefinition } from './definitions.ts';
import { readPath } from './xml-keys.ts';

/** The type of a field of answers and the mapping that reads it. */
export interface Output {
  /** Without the outermost `!`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly read: string;
  /** Name of the object type, if it is one. */
  readonly object: string | undefined;
}

/** A list in words: `1 2 3`. */
const WORDS = '->trim->split(" ")->filter(@->ne(""))';

/** Complex types as types of answers, each made once. */
export class Outputs {
  readonly #builder: Builder;
  readonly #names = new Map<ComplexType, string>();

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  /** An element that is found at the end of `path`. `owner`: the type around, for types without a name. */
  element(
    use: ElementUse,
    isRequired: boolean,
    isList: boolean,
    path: readonly string[],
    name: string,
    owner = '',
  ): Output {
    const builder = this.#builder;
    const form = formOf(use.type, builder.types);
    const read = readPath(path);
    const owners = [localOf(use.name), owner + localOf(use.name)];
    // A list without elements is an empty list; an element that is nil stands for the list if it is alone.
    const many = (type: string, how = read): Output => ({
      type: `[${type}${use.isNillable ? '' : '!'}]`,
      isRequired: !use.isNillable,
      read: how,
      object: undefined,
    });
    const one = (type: string, how = read, isThere = isRequired && !use.isNillable): Output => ({
      type,
      isRequired: isThere,
      read: how,
      object: undefined,
    });
    switch (form.is) {
      case 'any':
        return (isList ? many : one)(builder.scalar('JSON'));
      case 'leaf': {
        const type = builder.leaf(form.type, name, localOf(use.name));
        if (form.type.shape.is !== 'list') return (isList ? many : one)(type);
        return isList ? many(type, `${read}->map(@${WORDS})`) : one(type, read + WORDS, true);
      }
      case 'marker':
        return isList ? many('Boolean', `${read}->map(true)`) : one('Boolean', `${read}?->echo(true)`, false);
      case 'wrapper': {
        if (isList) return many(this.object(form.type, owners));
        const { element } = form.type.content.elements[0]!;
        return this.element(element, true, true, [...path, builder.keys.element(element.name)], name, owner);
      }
      case 'members': {
        const type = this.#abstract(form.type, form.members);
        return isList ? many(type) : one(type, read, false);
      }
      case 'object': {
        const object = this.object(form.type, owners);
        return isList ? many(object) : { ...one(object), object };
      }
    }
  }

  object(type: ComplexType, owners: readonly string[] = []): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const builder = this.#builder;
    const name = builder.claim(type.name, owners);
    this.#names.set(type, name);
    const definition = builder.add(emptyType('type', name, type.description));
    builder.later(() => this.#fill(definition, type));
    return name;
  }

  #abstract(type: ComplexType, members: readonly ComplexType[]): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const builder = this.#builder;
    const name = builder.claim(type.name, []);
    this.#names.set(type, name);
    const shared = builder.add(emptyType('interface', name, type.description));
    builder.later(() => this.#fill(shared, type));
    const types = members.map((member) => builder.type(this.object(member)));
    for (const [i, one] of types.entries()) one.from = builder.keys.element(members[i]!.name!);
    builder.atLast(() => {
      const fits = types.every((one) =>
        shared.fields.every((f) =>
          one.fields.some((g) => g.name === f.name && g.type === f.type && g.isRequired === f.isRequired),
        ),
      );
      if (shared.fields.length > 0 && fits) for (const one of types) one.implements.add(name);
      else
        builder.replace({
          kind: 'union',
          name,
          description: type.description,
          members: types.map((t) => t.name),
        });
    });
    return name;
  }

  #fill(definition: TypeDefinition, type: ComplexType): void {
    const builder = this.#builder;
    const { content } = type;
    const names = new UniqueNames();
    if (content.text || content.isMixed) {
      const name = names.take(content.text ? 'value' : 'text');
      const leaf = content.text ? builder.leaf(content.text, '', `${definition.name}Value`) : 'String';
      const isWords = content.text?.shape.is === 'list';
      const isRequired = content.text !== undefined && content.text.shape.is !== 'enum';
      add(
        definition,
        { name, type: leaf, isRequired, description: undefined },
        // An element with attributes and an empty text has none at all.
        isWords ? `$.#text${WORDS}` : leaf === 'String' && content.text ? '#text ?? ""' : '#text',
      );
    }
    for (const part of inheritanceOrder(type)) {
      const use = part.kind === 'attribute' ? part.use : part.particle.element;
      const { description } = use;
      const single = camelCase(localOf(use.name));
      const plain = part.kind === 'element' && part.particle.isList ? pluralName(single) : single;
      const name = names.take(plain, plain + (part.kind === 'attribute' ? 'Attribute' : 'Element'));
      if (part.kind === 'attribute') {
        const leaf = builder.leaf(part.use.type, attributeId(name), definition.name + localOf(use.name));
        const path = readPath([builder.keys.attribute(use.name)]);
        const isWords = part.use.type.shape.is === 'list';
        const isRequired = part.use.isRequired || isWords;
        add(definition, { name, type: leaf, isRequired, description }, isWords ? path + WORDS : path);
      } else {
        const { element, isList, isRequired } = part.particle;
        const path = [builder.keys.element(element.name)];
        const output = this.element(element, isRequired, isList, path, name, definition.name);
        add(definition, { name, type: output.type, isRequired: output.isRequired, description }, output.read);
      }
    }
    if (definition.fields.length === 0 && definition.kind === 'type')
      add(definition, { name: 'present', type: 'Boolean', isRequired: true, description: undefined }, 'true');
    if (content.isInterleaved && definition.kind === 'type')
      builder.hint(
        type.node,
        'IMPORT_XSD_ORDER',
        `${definition.name}: its elements may stand in any order in a document; they are read kind by kind.`,
      );
    if (content.hasAny && definition.kind === 'type')
      builder.hint(
        type.node,
        'IMPORT_XSD_WILDCARD',
        `${definition.name}: elements that the schema does not name (xs:any) are left out of answers.`,
      );
    const below = type.name !== undefined && !type.isAbstract ? builder.types.concreteBelow(type.name) : [];
    const shown = below.slice(0, 3).map((t) => localOf(t.name!));
    if (below.length > 0)
      builder.hint(
        type.node,
        'IMPORT_XSD_SUBTYPES',
        `${definition.name}: what ${shown.join(', ')} have beyond it is left out.`,
        'Make it an interface, with @mapping(from:) on its types.',
      );
  }
}

/** What ends in `ID` is often a code of something, as an attribute: `currencyID`. */
export const attributeId = (name: string): string => (name === 'id' ? name : '');

function add(definition: TypeDefinition, field: FieldDefinition, read: string): void {
  definition.fields.push(field);
  definition.lines.push(read === field.name ? read : `${field.name}: ${read}`);
}

type Part =
  | { readonly kind: 'element'; readonly particle: ComplexType['content']['elements'][number] }
  | { readonly kind: 'attribute'; readonly use: ComplexType['content']['attributes'][number] };

/** What the base has comes first, so that names settle alike in both. */
export function inheritanceOrder(type: ComplexType): Part[] {
  const { base, elements, attributes } = type.content;
  const inherited = base ? inheritanceOrder(base) : [];
  const names = new Set(inherited.map((part) => nameOf(part)));
  const own: Part[] = [
    ...elements.map((particle): Part => ({ kind: 'element', particle })),
    ...attributes.map((use): Part => ({ kind: 'attribute', use })),
  ];
  const byName = new Map(own.map((part) => [nameOf(part), part]));
  // A restriction may have narrowed, or dropped, what it inherits.
  const kept = inherited.flatMap((part) => byName.get(nameOf(part)) ?? []);
  return [...kept, ...own.filter((part) => !names.has(nameOf(part)))];
}

const nameOf = (part: Part): string =>
  part.kind === 'element' ? part.particle.element.name : `@${part.use.name}`;

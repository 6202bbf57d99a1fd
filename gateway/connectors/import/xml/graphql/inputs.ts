import { camelCase } from '../../names.ts';
import { UniqueNames } from '../../unique-names.ts';
import { pluralName } from '../names.ts';
import { localOf } from '../xml-node.ts';
import type { ComplexType, ElementUse } from '../xsd/model.ts';
import { formOf, type Builder } from './builder.ts';
import { emptyType, type FieldDefinition, type TypeDefinition } from './definitions.ts';
import { attributeId } from './outputs.ts';
import { quoted, writtenKey } from './xml-keys.ts';

/** The type of an argument or input field and the mapping that writes it. */
export interface Input {
  /** Without the outermost `!`. */
  readonly type: string;
  readonly isRequired: boolean;
  /** The value of the element, given the expression of the argument or field. */
  readonly write: (from: string) => string;
}

/** How one value becomes the value of an element; undefined: as it is. */
type Convert = ((from: string) => string) | undefined;

/** Complex types as inputs, each made once. */
export class Inputs {
  readonly #builder: Builder;
  readonly #names = new Map<ComplexType, string>();

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  element(use: ElementUse, isRequired: boolean, isList: boolean, name: string, owner = ''): Input {
    const { type, convert } = this.#one(use, name, owner, isList);
    const isNeeded = isRequired && !use.isNillable;
    const conversion: Convert = isList && convert ? (from) => `${from}->map(${convert('@')})` : convert;
    const write = (from: string): string => {
      // Null is an element that is nil, where there can be one; it is left out elsewhere.
      const isNil = use.isNillable && !isList;
      const value = isNeeded || (isNil && !conversion) ? from : `${from}?`;
      const written = conversion ? conversion(value) : value;
      return isNil && isRequired ? `${written} ?? null` : written;
    };
    return { type: isList ? `[${type}${use.isNillable ? '' : '!'}]` : type, isRequired: isNeeded, write };
  }

  #one(use: ElementUse, name: string, owner: string, isList: boolean): { type: string; convert: Convert } {
    const builder = this.#builder;
    const form = formOf(use.type, builder.types);
    const called = localOf(use.name);
    const owners = [called, owner.replace(/Input$/, '') + called];
    switch (form.is) {
      case 'any':
        return { type: builder.scalar('JSON'), convert: undefined };
      case 'leaf': {
        const isWords = form.type.shape.is === 'list';
        return {
          type: builder.leaf(form.type, name, called),
          convert: isWords ? (from) => `${from}->joinNotNull(" ")` : undefined,
        };
      }
      case 'marker':
        return { type: 'Boolean', convert: (from) => `${from}->match([true, ""])` };
      case 'wrapper': {
        if (isList) return { type: this.object(form.type, owners), convert: undefined };
        const { element } = form.type.content.elements[0]!;
        const item = this.element(element, true, true, name, owner);
        const key = writtenKey(builder.keys.element(element.name));
        return { type: item.type, convert: (from) => `${from}->echo({ ${key}: ${item.write('@')} })` };
      }
      case 'members':
        return { type: this.#oneOf(form.type, form.members), convert: undefined };
      case 'object':
        return { type: this.object(form.type, owners), convert: undefined };
    }
  }

  object(type: ComplexType, owners: readonly string[] = []): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const builder = this.#builder;
    const name = builder.claim(type.name, owners, 'Input');
    this.#names.set(type, name);
    const definition = builder.add(emptyType('input', name, type.description));
    builder.later(() => {
      this.#fill(definition, type);
      definition.isOneOf = type.content.isChoice && definition.fields.length > 1;
      if (definition.fields.length > 0) return;
      const description = 'It has nothing to say.';
      definition.fields.push({ name: 'present', type: 'Boolean', isRequired: false, description });
    });
    return name;
  }

  /** An element whose type is abstract takes one of the types below it, and says which. */
  #oneOf(type: ComplexType, members: readonly ComplexType[]): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const builder = this.#builder;
    const name = builder.claim(type.name, [], 'Input');
    this.#names.set(type, name);
    const definition = builder.add(emptyType('input', name, type.description));
    definition.isOneOf = true;
    const names = new UniqueNames();
    for (const member of members) {
      const input = this.object(member);
      const { lines } = builder.type(input);
      const line = `"@xsi:type": ${quoted(builder.keys.element(member.name!))}`;
      if (!lines.includes(line)) lines.unshift(line);
      definition.fields.push({
        name: names.take(camelCase(input.replace(/Input$/, ''))),
        type: input,
        isRequired: false,
        description: undefined,
      });
    }
    const choice = definition.fields.map((f) => f.name).join(' ?? ');
    definition.selection = definition.fields.length === 1 ? `$.${choice}` : choice;
    return name;
  }

  #fill(definition: TypeDefinition, type: ComplexType): void {
    for (const { field, line } of this.parts(type, definition.name)) {
      if (field) definition.fields.push(field);
      definition.lines.push(line(field?.name ?? ''));
    }
    if (type.content.isInterleaved)
      this.#builder.hint(
        type.node,
        'IMPORT_XSD_ORDER',
        `${definition.name}: its elements may stand in any order in a document; they are sent kind by kind.`,
      );
  }

  /** What a type's attributes and elements need, in the order in which documents have them. `owner`: the name of the input. */
  parts(type: ComplexType, owner: string): InputPart[] {
    const builder = this.#builder;
    const { content } = type;
    const plainOwner = owner.replace(/Input$/, '');
    // The same names as in answers, where elements come first.
    const taken = new UniqueNames(content.elements.map(elementName));
    const attributes = content.attributes.flatMap((use): InputPart[] => {
      const plain = camelCase(localOf(use.name));
      const name = taken.take(plain, `${plain}Attribute`);
      const key = writtenKey(builder.keys.attribute(use.name));
      if (use.fixed !== undefined) return use.isRequired ? [constant(key, use.fixed)] : [];
      const isWords = use.type.shape.is === 'list';
      const { isRequired, description } = use;
      const leaf = builder.leaf(use.type, attributeId(name), plainOwner + localOf(use.name));
      const write = (from: string) => `${from}${isRequired ? '' : '?'}${isWords ? JOINED : ''}`;
      return [part({ name, type: leaf, isRequired, description }, key, write)];
    });
    const text: InputPart[] = [];
    if (content.text || content.isMixed) {
      const name = taken.take(content.text ? 'value' : 'text', 'content');
      const isRequired = content.text !== undefined;
      const leaf = content.text ? builder.leaf(content.text, '', `${plainOwner}Value`) : 'String';
      const isWords = content.text?.shape.is === 'list';
      const write = (from: string) => `${from}${isRequired ? '' : '?'}${isWords ? JOINED : ''}`;
      text.push(part({ name, type: leaf, isRequired, description: undefined }, '"#text"', write));
    }
    const names = new UniqueNames(
      [...attributes, ...text].flatMap(({ field }) => (field ? [field.name] : [])),
    );
    const elements = content.elements.map(({ element, isList, isRequired }): InputPart => {
      const plain = elementName({ element, isList });
      const name = names.take(plain, `${plain}Element`);
      const key = writtenKey(builder.keys.element(element.name));
      if (element.fixed !== undefined && isRequired && !isList) return constant(key, element.fixed);
      const input = this.element(element, isRequired, isList, name, owner);
      const { description } = element;
      return part({ name, type: input.type, isRequired: input.isRequired, description }, key, input.write);
    });
    return [...attributes, ...text, ...elements];
  }
}

/** An attribute or element of an input. */
export interface InputPart {
  /** Absent for one that is always the same. */
  readonly field: FieldDefinition | undefined;
  readonly key: string;
  /** The expression of its value, given that of the field. */
  readonly write: (from: string) => string;
  /** Its line of a mapping. */
  readonly line: (from: string) => string;
}

const elementName = ({ element, isList }: { element: ElementUse; isList: boolean }): string => {
  const name = camelCase(localOf(element.name));
  return isList ? pluralName(name) : name;
};

const JOINED = '->joinNotNull(" ")';

const part = (field: FieldDefinition, key: string, write: (from: string) => string): InputPart => ({
  field,
  key,
  write,
  line: (from) => (write(from) === key ? key : `${key}: ${write(from)}`),
});

const constant = (key: string, value: string): InputPart => ({
  field: undefined,
  key,
  write: () => quoted(value),
  line: () => `${key}: ${quoted(value)}`,
});

/** Inputs that need each other without end can never be given: one of the fields in each circle becomes nullable. */
export function breakCircles(inputs: readonly TypeDefinition[]): void {
  const byName = new Map(inputs.map((i) => [i.name, i]));
  const done = new Set<string>();
  const visit = (start: TypeDefinition): void => {
    const open = new Set<string>([start.name]);
    const stack = [{ type: start, at: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const field = top.type.fields[top.at];
      top.at += 1;
      if (!field) {
        stack.pop();
        open.delete(top.type.name);
        done.add(top.type.name);
        continue;
      }
      const next = field.isRequired ? byName.get(field.type) : undefined;
      if (!next || done.has(next.name)) continue;
      if (open.has(next.name)) field.isRequired = false;
      else {
        open.add(next.name);
        stack.push({ type: next, at: 0 });
      }
    }
  };
  for (const input of inputs) if (!done.has(input.name)) visit(input);
}

/** Random schemas with a model of their own, so that what is sent can be judged without the importer's. */
type Draw = (below: number) => number;

export interface RandomElement {
  readonly name: string;
  readonly type: RandomType;
  readonly min: 0 | 1;
  readonly isList: boolean;
  readonly isNillable: boolean;
}

export type RandomType =
  | { readonly kind: 'simple'; readonly name: string }
  | { readonly kind: 'complex'; readonly name: string; readonly definition: RandomComplex };

export interface RandomComplex {
  readonly name: string;
  readonly elements: RandomElement[];
  readonly attributes: { name: string; type: string; required: boolean }[];
  text?: string;
  base?: RandomComplex;
}

export interface RandomSchema {
  readonly xsd: string;
  readonly namespace: string;
  readonly qualified: boolean;
  readonly root: RandomElement;
}

const SIMPLE = [
  'string',
  'int',
  'long',
  'boolean',
  'decimal',
  'date',
  'dateTime',
  'double',
  'base64Binary',
  'anyURI',
  'token',
  'Colour',
  'Numbers',
  'Words',
  'Small',
];
/** With names that need care: of JavaScript, of GraphQL, of mappings. */
const NAMES = [
  'id',
  'Name',
  'order-line',
  'true',
  'value',
  'text',
  'toString',
  '__proto__',
  'type',
  'Über.größe',
  'Query',
  'item',
  'a.b',
  'a_b',
  'constructor',
  'OrderID',
  'XMLData',
];

const SIMPLE_XSD = `
<xs:simpleType name="Colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/><xs:enumeration value="Dark blue"/><xs:enumeration value="dark-blue"/><xs:enumeration value="-1"/><xs:enumeration value=""/></xs:restriction></xs:simpleType>
<xs:simpleType name="Small"><xs:restriction base="xs:integer"><xs:minInclusive value="-5"/><xs:maxExclusive value="5"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Words"><xs:list><xs:simpleType><xs:union memberTypes="xs:int xs:token"/></xs:simpleType></xs:list></xs:simpleType>`;
const OWN = new Set(['Colour', 'Small', 'Numbers', 'Words']);

export function randomSchema(draw: Draw): RandomSchema {
  const namespace = draw(3) === 0 ? '' : 'urn:random';
  const qualified = namespace !== '' && draw(2) === 0;
  const complexes: RandomComplex[] = Array.from({ length: 1 + draw(5) }, (_, i) => ({
    name: draw(4) === 0 ? `${NAMES[draw(NAMES.length)]!.replace(/^true$/, 'True')}${i}Type` : `T${i}`,
    elements: [],
    attributes: [],
  }));
  // The document element is never one that holds nothing but another.
  complexes.at(-1)!.attributes.push({ name: 'version', type: 'string', required: false });
  const ref = (name: string): string => (namespace === '' ? name : `t:${name}`);
  const typeRef = (type: string): string => (OWN.has(type) ? ref(type) : `xs:${type}`);
  const bodies = complexes.map((complex, i) => {
    const isText = draw(6) === 0;
    const base = !isText && i > 0 && draw(4) === 0 ? complexes[draw(i)] : undefined;
    if (base && base.text === undefined) complex.base = base;
    const taken = new Set(inherited(complex).map((e) => e.name));
    const freeName = (): string => {
      let name = NAMES[draw(NAMES.length)]!;
      while (taken.has(name)) name += draw(10);
      taken.add(name);
      return name;
    };
    const particle = (depth: number): string => {
      const count = 1 + draw(4);
      const kind = ['sequence', 'sequence', 'choice'][draw(3)]!;
      const inner = Array.from({ length: count }, () => {
        if (depth < 2 && draw(5) === 0) return particle(depth + 1);
        const later = complexes[draw(complexes.length)]!;
        const isComplex = draw(3) === 0;
        const type: RandomType = isComplex
          ? { kind: 'complex', name: later.name, definition: later }
          : { kind: 'simple', name: SIMPLE[draw(SIMPLE.length)]! };
        // A type that needs itself has no documents.
        const min = isComplex || draw(2) === 0 ? 0 : 1;
        const element: RandomElement = {
          name: freeName(),
          type,
          min: depth > 0 || kind === 'choice' ? 0 : min,
          isList: draw(4) === 0,
          isNillable: draw(5) === 0,
        };
        complex.elements.push(element);
        return `<xs:element name="${element.name}" type="${isComplex ? ref(later.name) : typeRef(type.name)}" minOccurs="${min}"${element.isList ? ' maxOccurs="unbounded"' : ''}${element.isNillable ? ' nillable="true"' : ''}/>`;
      });
      return `<xs:${kind}${depth > 0 ? ' minOccurs="0"' : ''}>${inner.join('')}</xs:${kind}>`;
    };
    const attributes = () =>
      Array.from({ length: draw(3) }, (_, n) => {
        const attribute = {
          name: `${NAMES[draw(NAMES.length)]!}${i}-${n}`,
          type: SIMPLE[draw(SIMPLE.length)]!,
          required: draw(2) === 0,
        };
        complex.attributes.push(attribute);
        return `<xs:attribute name="${attribute.name}" type="${typeRef(attribute.type)}"${attribute.required ? ' use="required"' : ''}/>`;
      }).join('') + (i === complexes.length - 1 ? '<xs:attribute name="version" type="xs:string"/>' : '');
    if (isText) {
      complex.text = SIMPLE[draw(SIMPLE.length)]!;
      return `<xs:simpleContent><xs:extension base="${typeRef(complex.text)}">${attributes()}</xs:extension></xs:simpleContent>`;
    }
    const content = `${draw(8) === 0 ? '' : particle(0)}${attributes()}`;
    return complex.base
      ? `<xs:complexContent><xs:extension base="${ref(complex.base.name)}">${content}</xs:extension></xs:complexContent>`
      : content;
  });
  const types = complexes
    .map((c, i) => `<xs:complexType name="${c.name}">${bodies[i]}</xs:complexType>`)
    .join('\n');
  const top = complexes.at(-1)!;
  const root: RandomElement = {
    name: 'root',
    type: { kind: 'complex', name: top.name, definition: top },
    min: 1,
    isList: false,
    isNillable: false,
  };
  const xsd = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${namespace === '' ? '' : ` xmlns:t="${namespace}" targetNamespace="${namespace}"`}${qualified ? ' elementFormDefault="qualified"' : ''}>
<xs:element name="root" type="${ref(top.name)}"/>${SIMPLE_XSD}\n${types}</xs:schema>`;
  return { xsd, namespace, qualified, root };
}

export function inherited(complex: RandomComplex): RandomElement[] {
  return [...(complex.base ? inherited(complex.base) : []), ...complex.elements];
}

export function inheritedAttributes(complex: RandomComplex): RandomComplex['attributes'] {
  return [...(complex.base ? inheritedAttributes(complex.base) : []), ...complex.attributes];
}

/** What is wrong with an element of a document, as the schema's own words see it; names are `{uri}local`. */
export function faultsOf(value: unknown, element: RandomElement, schema: RandomSchema, at: string): string[] {
  if (value === null) return element.isNillable ? [] : [`${at} is nil`];
  if (element.type.kind === 'simple') return typeof value === 'string' ? [] : [`${at} is no text`];
  const { definition } = element.type;
  const node = typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const elements = inherited(definition);
  const order = elements.map((e) => (schema.qualified ? `{${schema.namespace}}${e.name}` : e.name));
  const attributes = inheritedAttributes(definition);
  const faults: string[] = [];
  let last = -1;
  for (const [key, child] of Object.entries(node)) {
    if (key === '#text') {
      if (definition.text === undefined) faults.push(`${at} has a text`);
      continue;
    }
    if (key.startsWith('@')) {
      if (!attributes.some((a) => `@${a.name}` === key)) faults.push(`${at} has the attribute ${key}`);
      continue;
    }
    const place = order.indexOf(key);
    if (place < last || place === -1) faults.push(`${at} has ${key} where it cannot be`);
    last = place;
    const inner = elements[place];
    if (!inner) continue;
    const children = Array.isArray(child) ? (child as unknown[]) : [child];
    if (children.length > 1 && !inner.isList) faults.push(`${at} has ${key} twice`);
    for (const one of children) faults.push(...faultsOf(one, inner, schema, `${at}.${inner.name}`));
  }
  for (const [i, { name, min, isList }] of elements.entries())
    // GraphQL cannot ask for a list with at least one element.
    if (min === 1 && !isList && !Object.hasOwn(node, order[i]!)) faults.push(`${at} lacks ${name}`);
  for (const { name, required } of attributes)
    if (required && !Object.hasOwn(node, `@${name}`)) faults.push(`${at} lacks @${name}`);
  return faults;
}

import type { Problem } from '../../../../problem.ts';
import { problemOf } from '../source.ts';
import { childOf, childrenOf, isTrue, localOf, type ExpandedName, type XmlNode } from '../xml-node.ts';
import { builtinOf } from './builtins.ts';
import { XSD, type Component, type Components } from './components.ts';
import { ContentReader, EMPTY_CONTENT } from './content.ts';
import type { TypeReader } from './content.ts';
import { documentationOf } from './documentation.ts';
import type { ComplexType, Content, ElementUse, SimpleType, XsdType } from './model.ts';
import { restricted, TEXT } from './simple.ts';

export const ANY: XsdType = { kind: 'any' };
/** Simple types that are derived from each other in a longer row are a circle. */
const MAX_DERIVATIONS = 100;

/** The types of a set of schemas, read when they are asked for. */
export class Types implements TypeReader {
  readonly problems: Problem[];
  readonly components: Components;
  readonly #contents: ContentReader;
  readonly #known = new Map<XmlNode, Map<string, XsdType>>();
  readonly #open = new Set<XmlNode>();
  #derived: ReadonlyMap<ExpandedName, readonly ExpandedName[]> | undefined;
  readonly #choices = new Map<ExpandedName, ElementUse>();
  #substitutes: ReadonlyMap<ExpandedName, readonly ExpandedName[]> | undefined;

  constructor(components: Components) {
    this.components = components;
    this.problems = components.problems;
    this.#contents = new ContentReader(this);
  }

  /** A type by name. What does not exist is told, and stands as any type. */
  named(name: ExpandedName, by: XmlNode, within?: Component): XsdType {
    const builtin = builtinOf(name);
    if (builtin?.kind === 'anyType') return ANY;
    if (builtin?.kind === 'list') return { kind: 'simple', shape: { is: 'list', item: TEXT } };
    if (builtin) return { kind: 'simple', shape: { is: 'scalar', scalar: builtin.scalar } };
    const found = this.components.find('type', name, by, within);
    return found ? this.ofNode(found.node, found, name) : ANY;
  }

  /** A global element; undefined with a problem. */
  element(name: ExpandedName, by: XmlNode): ElementUse | undefined {
    const found = this.components.find('element', name, by);
    return found && this.elementOf(found.node, found, name);
  }

  elementOf(node: XmlNode, within: Component, name: ExpandedName): ElementUse {
    const typeOf = () => this.#typeOfElement(node, within);
    return {
      name,
      node,
      get type() {
        return typeOf();
      },
      isNillable: isTrue(node.attributes.get('nillable')),
      fixed: node.attributes.get('fixed'),
      description: documentationOf(node),
    };
  }

  #typeOfElement(node: XmlNode, within: Component, depth = 0): XsdType {
    const named = node.attributes.get('type');
    if (named !== undefined) return this.ofName(named, node, within);
    const inline = childrenOf(node, XSD, 'complexType', 'simpleType')[0];
    if (inline) return this.ofNode(inline, within, undefined);
    const head = node.attributes.get('substitutionGroup');
    const headName = head === undefined ? undefined : this.components.nameOf(head, node, within);
    const found = headName && this.components.find('element', headName, node);
    return found && depth < MAX_DERIVATIONS ? this.#typeOfElement(found.node, found, depth + 1) : ANY;
  }

  /** The type that an attribute such as `type="tns:Order"` names. */
  ofName(qname: string, node: XmlNode, within: Component): XsdType {
    const name = this.components.nameOf(qname, node, within);
    return name === undefined ? ANY : this.named(name, node, within);
  }

  simpleOfName(qname: string, node: XmlNode, within: Component): SimpleType {
    const type = this.ofName(qname, node, within);
    return type.kind === 'simple' ? type : TEXT;
  }

  ofNode(node: XmlNode, within: Component, name: ExpandedName | undefined): XsdType {
    let byUri = this.#known.get(node);
    if (!byUri) this.#known.set(node, (byUri = new Map()));
    let type = byUri.get(within.uri);
    if (type) return type;
    if (this.#open.has(node)) {
      this.problems.push(
        problemOf(
          node,
          'error',
          'IMPORT_XSD_CYCLE',
          `The type "${localOf(name ?? '')}" is derived from itself.`,
        ),
      );
      return ANY;
    }
    this.#open.add(node);
    type =
      node.name === 'simpleType' ? this.simpleOf(node, within, name) : this.#complexOf(node, within, name);
    this.#open.delete(node);
    byUri.set(within.uri, type);
    return type;
  }

  simpleOf(node: XmlNode, within: Component, name: ExpandedName | undefined): SimpleType {
    const restriction = childOf(node, XSD, 'restriction');
    if (restriction) {
      const base = restriction.attributes.get('base');
      const inline = childOf(restriction, XSD, 'simpleType');
      const from =
        base !== undefined ? this.simpleOfName(base, restriction, within) : this.#inline(inline, within);
      return restricted(from, restriction, node, name);
    }
    const list = childOf(node, XSD, 'list');
    if (list) {
      const item = list.attributes.get('itemType');
      const of =
        item !== undefined
          ? this.simpleOfName(item, list, within)
          : this.#inline(childOf(list, XSD, 'simpleType'), within);
      // A list of lists is not allowed; what stands for one is its text.
      return { kind: 'simple', shape: { is: 'list', item: of.shape.is === 'list' ? TEXT : of } };
    }
    return TEXT;
  }

  #inline(node: XmlNode | undefined, within: Component): SimpleType {
    const type = node && this.ofNode(node, within, undefined);
    return type?.kind === 'simple' ? type : TEXT;
  }

  #complexOf(node: XmlNode, within: Component, name: ExpandedName | undefined): XsdType {
    const same = this.#contents.plainBase(node, within);
    if (same) return same;
    const contents = this.#contents;
    let content: Content | undefined;
    return {
      kind: 'complex',
      name,
      node,
      isAbstract: isTrue(node.attributes.get('abstract')),
      description: documentationOf(node),
      // Types hold elements of types that hold these types: each is read when it is looked into.
      get content() {
        return (content ??= contents.read(node, within));
      },
    };
  }

  /** The types that are derived from this one, at any distance, without the abstract ones. */
  concreteBelow(name: ExpandedName): ComplexType[] {
    this.#derived ??= this.#index(
      'type',
      (node) =>
        childrenOf(node, XSD, 'complexContent', 'simpleContent')
          .flatMap((c) => childrenOf(c, XSD, 'extension', 'restriction'))
          .map((d) => ({ node: d, qname: d.attributes.get('base') }))[0],
    );
    return below(this.#derived, name).flatMap((one) => {
      const found = this.components.all('type').get(one);
      const type = found && this.ofNode(found.node, found, one);
      return type?.kind === 'complex' && !type.isAbstract && type.name === one ? [type] : [];
    });
  }

  /** The elements that may stand where this one is referenced, itself included if it is not abstract. */
  substitutes(name: ExpandedName, by: XmlNode): ElementUse[] {
    this.#substitutes ??= this.#index('element', (node) => ({
      node,
      qname: node.attributes.get('substitutionGroup'),
    }));
    return [name, ...below(this.#substitutes, name)].flatMap((one) => {
      const element = this.element(one, by);
      return element && !isTrue(element.node.attributes.get('abstract')) ? [element] : [];
    });
  }

  /** What stands for an element that others may take the place of: one of them all. Undefined: there are none. */
  choiceOf(element: ElementUse): ElementUse | undefined {
    const known = this.#choices.get(element.name);
    if (known) return known;
    // Only a global element has a group; the wrapper of the rpc style is none.
    if (this.components.all('element').get(element.name)?.node !== element.node) return undefined;
    const members = this.substitutes(element.name, element.node);
    if (members.length === 0 || (members.length === 1 && members[0]!.name === element.name)) return undefined;
    const type: ComplexType = {
      kind: 'complex',
      name: undefined,
      node: element.node,
      isAbstract: false,
      description: element.description,
      content: {
        ...EMPTY_CONTENT,
        isChoice: true,
        elements: members.map((member) => ({ element: member, isRequired: false, isList: false })),
      },
    };
    const { name, node, description } = element;
    const choice = { name, node, description, isNillable: false, fixed: undefined, type };
    this.#choices.set(element.name, choice);
    return choice;
  }

  /** Head → members, by the name that each component gives. */
  #index(
    kind: 'type' | 'element',
    headOf: (node: XmlNode) => { node: XmlNode; qname: string | undefined } | undefined,
  ): ReadonlyMap<ExpandedName, readonly ExpandedName[]> {
    const index = new Map<ExpandedName, ExpandedName[]>();
    for (const [name, component] of this.components.all(kind)) {
      const head = headOf(component.node);
      if (head?.qname === undefined) continue;
      const of = this.components.nameOf(head.qname, head.node, component);
      if (of === undefined) continue;
      const known = index.get(of);
      if (known) known.push(name);
      else index.set(of, [name]);
    }
    return index;
  }
}

function below(
  index: ReadonlyMap<ExpandedName, readonly ExpandedName[]>,
  head: ExpandedName,
): ExpandedName[] {
  const found = new Set<ExpandedName>(index.get(head));
  for (const one of found) for (const next of index.get(one) ?? []) found.add(next);
  found.delete(head);
  return [...found];
}

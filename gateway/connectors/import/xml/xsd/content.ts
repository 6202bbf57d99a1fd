import type { Problem } from '../../../../problem.ts';
import { problemOf } from '../source.ts';
import { childrenOf, expanded, isTrue, localOf } from '../xml-node.ts';
import type { ExpandedName, XmlNode } from '../xml-node.ts';
import { builtinOf } from './builtins.ts';
import { XSD } from './components.ts';
import type { Component, Components } from './components.ts';
import { derivationOf, isPlainChoice } from './derivation.ts';
import { documentationOf } from './documentation.ts';
import type { Count, Group } from './group.ts';
import { EMPTY_GROUP, addTo, groupOf, joined, occurs, oneOf, repeated } from './group.ts';
import type { AttributeUse, Content, ElementUse, SimpleType, XsdType } from './model.ts';
import { TEXT, restricted } from './simple.ts';

/** The types around: what content refers to. */
export interface TypeReader {
  readonly problems: Problem[];
  readonly components: Components;
  named(name: ExpandedName, by: XmlNode, within?: Component): XsdType;
  simpleOf(node: XmlNode, within: Component, name: ExpandedName | undefined): SimpleType;
  simpleOfName(qname: string, node: XmlNode, within: Component): SimpleType;
  elementOf(node: XmlNode, within: Component, name: ExpandedName): ElementUse;
  substitutes(name: ExpandedName, by: XmlNode): ElementUse[];
}

const MODEL = ['sequence', 'choice', 'all', 'group'] as const;

/** What complex types hold: inheritance, groups and references flattened (XML Schema part 1 section 3.4.2). */
export class ContentReader {
  readonly #types: TypeReader;
  readonly #groups = new Map<Component, Group>();
  readonly #openGroups = new Set<XmlNode>();
  readonly #openTypes = new Set<XmlNode>();

  constructor(types: TypeReader) {
    this.#types = types;
  }

  /** The base of a type that adds nothing to it but a name: nobody needs both. */
  plainBase(node: XmlNode, within: Component): XsdType | undefined {
    const derivation = derivationOf(node);
    if (!derivation || isTrue(node.attributes.get('abstract'))) return undefined;
    if (childrenOf(derivation, XSD).some((c) => c.name !== 'annotation')) return undefined;
    // A restriction of complex content says all that is left of it: nothing.
    if (derivation.name === 'restriction' && derivation.parent?.name === 'complexContent') return undefined;
    const base = this.#baseOf(derivation, within);
    return base?.kind === 'complex' && !base.isAbstract ? base : undefined;
  }

  read(node: XmlNode, within: Component): Content {
    const derivation = derivationOf(node);
    const body = derivation ?? node;
    const base = derivation && this.#baseOf(derivation, within);
    const isRestriction = derivation?.name === 'restriction';
    if (this.#openTypes.has(node)) {
      this.#types.problems.push(
        problemOf(node, 'error', 'IMPORT_XSD_CYCLE', 'The type is derived from itself.'),
      );
      return EMPTY_CONTENT;
    }
    this.#openTypes.add(node);
    const inherited = base?.kind === 'complex' ? base.content : EMPTY_CONTENT;
    this.#openTypes.delete(node);
    const own = this.#modelOf(body, within);
    const text = this.#textOf(derivation, base, inherited, within);
    const extended = isRestriction ? own : joined(groupOf(inherited), own);
    return {
      // A circle is cut where it closes.
      base: base?.kind === 'complex' && inherited !== EMPTY_CONTENT ? base : undefined,
      text,
      isMixed:
        text === undefined &&
        (isTrue(node.attributes.get('mixed')) ||
          isTrue(derivation?.parent?.attributes.get('mixed')) ||
          inherited.isMixed),
      hasAny: extended.hasAny,
      isInterleaved: extended.isInterleaved,
      isChoice: !derivation && isPlainChoice(node),
      elements: [...extended.counts.values()].map(({ element, min, max }) => ({
        element,
        isRequired: min > 0,
        isList: max > 1,
      })),
      attributes: this.#attributesOf(body, within, inherited.attributes),
    };
  }

  #baseOf(derivation: XmlNode, within: Component): XsdType | undefined {
    const qname = derivation.attributes.get('base');
    if (qname === undefined) return undefined;
    const name = this.#types.components.nameOf(qname, derivation, within);
    if (name !== undefined && localOf(name) === 'Array' && !builtinOf(name) && name.includes('soap')) {
      this.#types.problems.push(
        problemOf(
          derivation,
          'warning',
          'IMPORT_XSD_UNSUPPORTED',
          'An array of the SOAP encoding is left out.',
        ),
      );
      return undefined;
    }
    return name === undefined ? undefined : this.#types.named(name, derivation, within);
  }

  /** The type of the text of simple content. */
  #textOf(
    derivation: XmlNode | undefined,
    base: XsdType | undefined,
    inherited: Content,
    within: Component,
  ): SimpleType | undefined {
    if (derivation?.parent?.name !== 'simpleContent') return undefined;
    const from = base?.kind === 'simple' ? base : (inherited.text ?? TEXT);
    if (derivation.name !== 'restriction') return from;
    const [inline] = childrenOf(derivation, XSD, 'simpleType');
    const narrowed = inline ? this.#types.simpleOf(inline, within, undefined) : from;
    return restricted(narrowed, derivation, derivation, undefined);
  }

  #modelOf(body: XmlNode, within: Component): Group {
    const [model] = childrenOf(body, XSD, ...MODEL);
    return model ? this.#particle(model, within) : EMPTY_GROUP;
  }

  /** A model group or a reference to one, with how often it occurs. */
  #particle(node: XmlNode, within: Component): Group {
    const min = occurs(node, 'minOccurs');
    const max = occurs(node, 'maxOccurs');
    if (max === 0) return EMPTY_GROUP;
    const once = node.name === 'group' ? this.#groupReference(node, within) : this.#model(node, within);
    return repeated(once, min, max);
  }

  #groupReference(node: XmlNode, within: Component): Group {
    const ref = node.attributes.get('ref');
    const name = ref === undefined ? undefined : this.#types.components.nameOf(ref, node, within);
    const found = name && this.#types.components.find('group', name, node, within);
    if (!found) return EMPTY_GROUP;
    const known = this.#groups.get(found);
    if (known) return known;
    if (this.#openGroups.has(found.node)) {
      this.#types.problems.push(
        problemOf(node, 'error', 'IMPORT_XSD_CYCLE', `The group "${localOf(name)}" holds itself.`),
      );
      return EMPTY_GROUP;
    }
    this.#openGroups.add(found.node);
    const group = this.#modelOf(found.node, found);
    this.#openGroups.delete(found.node);
    this.#groups.set(found, group);
    return group;
  }

  #model(node: XmlNode, within: Component): Group {
    const parts = childrenOf(node, XSD).flatMap((child): Group[] => {
      if (child.name === 'any') return [{ ...EMPTY_GROUP, hasAny: true }];
      if (child.name === 'element') return [this.#element(child, within)];
      return (MODEL as readonly string[]).includes(child.name) ? [this.#particle(child, within)] : [];
    });
    if (node.name === 'choice') return oneOf(parts);
    let all = EMPTY_GROUP;
    const counts = new Map<ExpandedName, Count>();
    for (const part of parts) all = addTo(counts, all, part);
    return { ...all, counts };
  }

  #element(node: XmlNode, within: Component): Group {
    const min = occurs(node, 'minOccurs');
    const max = occurs(node, 'maxOccurs');
    if (max === 0) return EMPTY_GROUP;
    // A data set of .NET brings its own schema along, and then whatever that says.
    const ref = node.attributes.get('ref');
    if (
      ref !== undefined &&
      this.#types.components.nameOf(ref, node, within)?.startsWith(`{${XSD}}`) === true
    )
      return { ...EMPTY_GROUP, hasAny: true };
    const elements = this.#elementsAt(node, within);
    const count = (element: ElementUse): Group => ({
      ...EMPTY_GROUP,
      counts: new Map([[element.name, { element, min, max }]]),
    });
    const [only] = elements;
    if (!only) {
      if (ref !== undefined) this.#tellNobody(ref, node);
      return EMPTY_GROUP;
    }
    return elements.length === 1 ? count(only) : { ...oneOf(elements.map(count)), isInterleaved: max > 1 };
  }

  /** An abstract element is nothing itself, and nothing that is known may stand in its place. */
  #tellNobody(ref: string, node: XmlNode): void {
    this.#types.problems.push(
      problemOf(
        node,
        'warning',
        'IMPORT_XSD_UNSUPPORTED',
        `No element of these schemas stands for the abstract element "${ref}": it is left out.`,
        'Add the schema that has its substitutionGroup.',
      ),
    );
  }

  #elementsAt(node: XmlNode, within: Component): ElementUse[] {
    const { components } = this.#types;
    const ref = node.attributes.get('ref');
    if (ref !== undefined) {
      const name = components.nameOf(ref, node, within);
      return name === undefined ? [] : this.#types.substitutes(name, node);
    }
    const name = node.attributes.get('name')?.trim();
    if (name === undefined) {
      components.problems.push(problemOf(node, 'error', 'IMPORT_XSD_INVALID', 'The element has no name.'));
      return [];
    }
    const form = node.attributes.get('form');
    const isQualified = form === undefined ? within.elementsQualified : form === 'qualified';
    return [this.#types.elementOf(node, within, expanded(isQualified ? within.uri : '', name))];
  }

  #attributesOf(
    body: XmlNode,
    within: Component,
    inherited: readonly AttributeUse[],
  ): readonly AttributeUse[] {
    const uses = new Map(inherited.map((a) => [a.name, a]));
    this.#addAttributes(uses, body, within, new Set());
    return [...uses.values()];
  }

  #addAttributes(
    uses: Map<ExpandedName, AttributeUse>,
    body: XmlNode,
    within: Component,
    open: ReadonlySet<Component>,
  ): void {
    const { components } = this.#types;
    for (const child of childrenOf(body, XSD, 'attribute', 'attributeGroup')) {
      const ref = child.attributes.get('ref');
      const referred = ref === undefined ? undefined : components.nameOf(ref, child, within);
      if (child.name === 'attributeGroup') {
        const found = referred && components.find('attributeGroup', referred, child, within);
        if (found && !open.has(found))
          this.#addAttributes(uses, found.node, found, new Set([...open, found]));
        continue;
      }
      const attribute = this.#attribute(child, within, referred);
      if (!attribute) continue;
      if (child.attributes.get('use') === 'prohibited') uses.delete(attribute.name);
      else uses.set(attribute.name, attribute);
    }
  }

  #attribute(node: XmlNode, within: Component, referred: ExpandedName | undefined): AttributeUse | undefined {
    const { components } = this.#types;
    const isXml = referred?.startsWith('{http://www.w3.org/XML/1998/namespace}') === true;
    const found = referred && !isXml ? components.find('attribute', referred, node) : undefined;
    if (referred && !isXml && !found) return undefined;
    const declared = found?.node ?? node;
    const at = found ?? within;
    const local = declared.attributes.get('name')?.trim();
    if (!isXml && local === undefined) return undefined;
    const form = node.attributes.get('form');
    const isQualified = form === undefined ? within.attributesQualified : form === 'qualified';
    const name = referred ?? expanded(isQualified ? within.uri : '', local!);
    const type = declared.attributes.get('type');
    const [inline] = childrenOf(declared, XSD, 'simpleType');
    return {
      name,
      node,
      type:
        type !== undefined
          ? this.#types.simpleOfName(type, declared, at)
          : inline
            ? this.#types.simpleOf(inline, at, undefined)
            : TEXT,
      isRequired: node.attributes.get('use') === 'required',
      fixed: node.attributes.get('fixed') ?? declared.attributes.get('fixed'),
      description: documentationOf(node) ?? documentationOf(found?.node),
    };
  }
}

export const EMPTY_CONTENT: Content = {
  base: undefined,
  text: undefined,
  isMixed: false,
  hasAny: false,
  isInterleaved: false,
  isChoice: false,
  elements: [],
  attributes: [],
};

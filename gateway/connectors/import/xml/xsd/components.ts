import type { Problem } from '../../../../problem.ts';
import type { Documents } from '../source.ts';
import { problemOf } from '../source.ts';
import { childrenOf, expanded, uriOf, type ExpandedName, type XmlNode } from '../xml-node.ts';

export const XSD = 'http://www.w3.org/2001/XMLSchema';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** Schemas that everybody knows: nothing of them is needed but what is built in. */
const KNOWN_NAMESPACES = new Set([
  XSD,
  XML,
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://schemas.xmlsoap.org/soap/encoding/',
  'http://schemas.xmlsoap.org/wsdl/',
]);

/** A named part of a schema, as it is written. */
export interface Component {
  readonly node: XmlNode;
  /** The namespace that its name is in: of the schema that includes it, if its own has none. */
  readonly uri: string;
  /** Whether elements and attributes without a `form` are qualified, in the document it is written in. */
  readonly elementsQualified: boolean;
  readonly attributesQualified: boolean;
  /** What a redefinition of the same name means by its own name. */
  readonly redefines: Component | undefined;
}

export const KINDS = ['element', 'type', 'group', 'attributeGroup', 'attribute'] as const;
export type ComponentKind = (typeof KINDS)[number];

const KIND_OF: Readonly<Record<string, ComponentKind>> = {
  element: 'element',
  complexType: 'type',
  simpleType: 'type',
  group: 'group',
  attributeGroup: 'attributeGroup',
  attribute: 'attribute',
};

/** All named components of all schema documents (XML Schema part 1 section 2.2), by kind and expanded name. */
export class Components {
  readonly problems: Problem[] = [];
  readonly #documents: Documents;
  readonly #tables: Record<ComponentKind, Map<ExpandedName, Component>> = {
    element: new Map(),
    type: new Map(),
    group: new Map(),
    attributeGroup: new Map(),
    attribute: new Map(),
  };
  readonly #namespaces = new Set<string>();
  /** Schema elements by the namespace that they were read into: a chameleon may have several. */
  readonly #seen = new Map<XmlNode, Set<string>>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  all(kind: ComponentKind): ReadonlyMap<ExpandedName, Component> {
    return this.#tables[kind];
  }

  /** Reads a schema and what it includes, imports and redefines. `into`: the namespace that an including schema lends. */
  async add(schema: XmlNode, into?: string): Promise<void> {
    const uri = schema.attributes.get('targetNamespace') ?? into ?? '';
    const seen = this.#seen.get(schema) ?? new Set();
    if (seen.has(uri)) return;
    this.#seen.set(schema, seen.add(uri));
    for (const child of childrenOf(schema, XSD)) {
      if (child.name === 'include' || child.name === 'redefine') await this.#include(child, uri);
      else if (child.name === 'import') await this.#import(child);
    }
    for (const child of childrenOf(schema, XSD)) {
      const kind = Object.hasOwn(KIND_OF, child.name) ? KIND_OF[child.name] : undefined;
      if (kind) this.#component(kind, child, schema, uri, false);
      if (child.name === 'redefine' || child.name === 'override')
        for (const inner of childrenOf(child, XSD)) {
          const of = Object.hasOwn(KIND_OF, inner.name) ? KIND_OF[inner.name] : undefined;
          if (of) this.#component(of, inner, schema, uri, true);
        }
    }
  }

  async #include(node: XmlNode, uri: string): Promise<void> {
    const reference = node.attributes.get('schemaLocation');
    const found = reference === undefined ? undefined : await this.#documents.follow(reference.trim(), node);
    if (!found) return;
    if (!this.#isSchema(found.root, node)) return;
    const own = found.root.attributes.get('targetNamespace');
    if (own !== undefined && own !== uri) {
      this.problems.push(
        problemOf(
          node,
          'error',
          'IMPORT_XSD_INVALID',
          `The included schema has the target namespace "${own}", and this one "${uri}".`,
          'Use xs:import for another namespace.',
        ),
      );
      return;
    }
    await this.add(found.root, uri);
  }

  async #import(node: XmlNode): Promise<void> {
    const namespace = node.attributes.get('namespace') ?? '';
    const reference = node.attributes.get('schemaLocation');
    if (reference === undefined || KNOWN_NAMESPACES.has(namespace)) return;
    const found = await this.#documents.follow(reference.trim(), node);
    if (found && this.#isSchema(found.root, node)) await this.add(found.root);
  }

  #isSchema(root: XmlNode, by: XmlNode): boolean {
    if (root.uri === XSD && root.name === 'schema') return true;
    this.problems.push(
      problemOf(
        by,
        'error',
        'IMPORT_XSD_INVALID',
        `The document there is <${root.name}>, and no XML Schema.`,
      ),
    );
    return false;
  }

  #component(kind: ComponentKind, node: XmlNode, schema: XmlNode, uri: string, redefines: boolean): void {
    const name = node.attributes.get('name')?.trim();
    if (name === undefined) {
      this.problems.push(problemOf(node, 'error', 'IMPORT_XSD_INVALID', `<${node.name}> has no name.`));
      return;
    }
    const table = this.#tables[kind];
    const key = expanded(uri, name);
    const before = table.get(key);
    if (before && !redefines) {
      // The same document under two addresses is common; the first one counts.
      if (before.node.place().location === node.place().location && before.node !== node)
        this.problems.push(
          problemOf(
            node,
            'warning',
            'IMPORT_XSD_INVALID',
            `There are two ${kind}s "${name}"; the first counts.`,
          ),
        );
      return;
    }
    this.#namespaces.add(uri);
    table.set(key, {
      node,
      uri,
      elementsQualified: schema.attributes.get('elementFormDefault') === 'qualified',
      attributesQualified: schema.attributes.get('attributeFormDefault') === 'qualified',
      redefines: redefines ? before : undefined,
    });
  }

  /** The name that a QName means, written in a component: without a namespace, it is that of the schema that includes it. */
  nameOf(qname: string, node: XmlNode, within: Pick<Component, 'uri'>): ExpandedName | undefined {
    const text = qname.trim();
    const colon = text.indexOf(':');
    const uri = node.namespaceOf(colon === -1 ? '' : text.slice(0, colon));
    if (uri === undefined) {
      this.problems.push(
        problemOf(
          node,
          'error',
          'IMPORT_XSD_UNRESOLVED',
          `The namespace prefix of "${text}" is not declared.`,
        ),
      );
      return undefined;
    }
    const local = text.slice(colon + 1);
    // A chameleon's own components have moved with it.
    if (uri === '' && within.uri !== '') {
      const moved = expanded(within.uri, local);
      if (KINDS.some((kind) => this.#tables[kind].has(moved))) return moved;
    }
    return expanded(uri, local);
  }

  /** A component by name; undefined with a problem. */
  find(kind: ComponentKind, name: ExpandedName, by: XmlNode, within?: Component): Component | undefined {
    const found = this.#tables[kind].get(name);
    if (found && within && found === within && within.redefines) return within.redefines;
    if (found) return found;
    const uri = uriOf(name);
    const isImported = this.#namespaces.has(uri);
    this.problems.push(
      problemOf(
        by,
        'error',
        'IMPORT_XSD_UNRESOLVED',
        `There is no ${kind} "${name}".`,
        isImported
          ? 'Correct the name.'
          : `Import the schema of the namespace "${uri}", with a schemaLocation.`,
      ),
    );
    return undefined;
  }
}

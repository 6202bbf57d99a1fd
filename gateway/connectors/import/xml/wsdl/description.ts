import type { Problem } from '../../../../problem.ts';
import type { Documents } from '../source.ts';
import { problemOf } from '../source.ts';
import { childrenOf, expanded, type ExpandedName, type XmlNode } from '../xml-node.ts';
import { XSD, type Components } from '../xsd/components.ts';
import { WSDL } from './namespaces.ts';

const KINDS = ['message', 'portType', 'binding', 'service'] as const;
type Kind = (typeof KINDS)[number];

/** The parts of a WSDL 1.1 description, over all its documents; its schemas go to `components`. */
export class Description {
  readonly problems: Problem[] = [];
  readonly roots: XmlNode[] = [];
  readonly #documents: Documents;
  readonly #components: Components;
  readonly #tables: Record<Kind, Map<ExpandedName, XmlNode>> = {
    message: new Map(),
    portType: new Map(),
    binding: new Map(),
    service: new Map(),
  };

  constructor(documents: Documents, components: Components) {
    this.#documents = documents;
    this.#components = components;
  }

  all(kind: Kind): ReadonlyMap<ExpandedName, XmlNode> {
    return this.#tables[kind];
  }

  /** Reads a document and those it imports (WSDL 1.1 section 2.1.1). An import of a schema is common, and read as one. */
  async add(root: XmlNode): Promise<void> {
    if (this.roots.includes(root)) return;
    this.roots.push(root);
    if (root.uri === XSD && root.name === 'schema') return this.#components.add(root);
    const uri = root.attributes.get('targetNamespace') ?? '';
    for (const child of childrenOf(root, WSDL, 'import')) {
      const reference = child.attributes.get('location');
      const found =
        reference === undefined ? undefined : await this.#documents.follow(reference.trim(), child);
      if (found) await this.add(found.root);
    }
    for (const types of childrenOf(root, WSDL, 'types'))
      for (const schema of childrenOf(types, XSD, 'schema')) {
        this.roots.push(schema);
        await this.#components.add(schema);
      }
    for (const child of childrenOf(root, WSDL, ...KINDS)) {
      const name = child.attributes.get('name')?.trim();
      const table = this.#tables[child.name as Kind];
      if (name === undefined)
        this.problems.push(problemOf(child, 'error', 'IMPORT_WSDL_INVALID', `<${child.name}> has no name.`));
      else if (!table.has(expanded(uri, name))) table.set(expanded(uri, name), child);
    }
  }

  /** What an attribute such as `binding="tns:Orders"` names; undefined with a problem. */
  named(kind: Kind, node: XmlNode, attribute: string): XmlNode | undefined {
    const qname = node.attributes.get(attribute)?.trim() ?? '';
    const name = this.nameOf(qname, node);
    const found = name && this.#tables[kind].get(name);
    if (!found)
      this.problems.push(
        problemOf(
          node,
          'error',
          'IMPORT_WSDL_UNRESOLVED',
          `There is no ${kind} "${qname}".`,
          'Correct the name, or import the document that has it, with a location.',
        ),
      );
    return found;
  }

  nameOf(qname: string, node: XmlNode): ExpandedName | undefined {
    const colon = qname.indexOf(':');
    const uri = node.namespaceOf(colon === -1 ? '' : qname.slice(0, colon));
    return uri === undefined ? undefined : expanded(uri, qname.slice(colon + 1));
  }
}

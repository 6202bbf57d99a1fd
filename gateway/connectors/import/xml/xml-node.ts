/** Where an element stands, for messages. */
export interface XmlPlace {
  /** File or address. */
  readonly location: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** An element of a description, with its names resolved. */
export interface XmlNode {
  /** Namespace; `''` = none. */
  readonly uri: string;
  /** Local name. */
  readonly name: string;
  /** By local name, those without a namespace; with one: `{uri}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  /** Text and elements below it, in their order. */
  readonly content: readonly (string | XmlNode)[];
  readonly parent: XmlNode | undefined;
  place(): XmlPlace;
  /** The namespace of a prefix (`''` = the default) as declared here; undefined = not declared. */
  namespaceOf(prefix: string): string | undefined;
  /** Prefixes and URIs in force here. */
  declared(): Iterable<readonly [prefix: string, uri: string]>;
}

/** A name with its namespace, `{uri}local`: what components are known by. */
export type ExpandedName = `{${string}}${string}`;

export const expanded = (uri: string, local: string): ExpandedName => `{${uri}}${local}`;

export const localOf = (name: string): string => name.slice(name.lastIndexOf('}') + 1);

export const uriOf = (name: ExpandedName): string => name.slice(1, name.lastIndexOf('}'));

/** Children of one namespace, by name. */
export const childrenOf = (node: XmlNode, uri: string, ...names: readonly string[]): XmlNode[] =>
  node.children.filter((c) => c.uri === uri && (names.length === 0 || names.includes(c.name)));

export const childOf = (node: XmlNode | undefined, uri: string, name: string): XmlNode | undefined =>
  node?.children.find((c) => c.uri === uri && c.name === name);

/** A boolean of XML Schema. */
export const isTrue = (text: string | undefined): boolean => text?.trim() === 'true' || text?.trim() === '1';

import type { ExpandedName, XmlNode } from '../xml-node.ts';

/** A type as a schema means it, with everything that it inherits, references and includes in its place. */
export type XsdType = SimpleType | ComplexType | AnyType;

export interface AnyType {
  readonly kind: 'any';
}

export interface SimpleType {
  readonly kind: 'simple';
  readonly shape: SimpleShape;
}

export type SimpleShape =
  | { readonly is: 'scalar'; readonly scalar: string }
  | {
      readonly is: 'enum';
      /** Absent for a type without a name. */
      readonly name: ExpandedName | undefined;
      readonly node: XmlNode;
      readonly values: readonly EnumValue[];
      readonly description: string | undefined;
    }
  | { readonly is: 'list'; readonly item: SimpleType };

export interface EnumValue {
  readonly value: string;
  readonly description: string | undefined;
}

export interface ComplexType {
  readonly kind: 'complex';
  readonly name: ExpandedName | undefined;
  readonly node: XmlNode;
  readonly isAbstract: boolean;
  readonly description: string | undefined;
  readonly content: Content;
}

export interface Content {
  readonly base: ComplexType | undefined;
  /** The type of its text, if it has text and no children. */
  readonly text: SimpleType | undefined;
  readonly isMixed: boolean;
  /** Whether anything else may stand in it. */
  readonly hasAny: boolean;
  /** Whether the order of its children cannot be told by their names. */
  readonly isInterleaved: boolean;
  /** Whether it is exactly one of its elements. */
  readonly isChoice: boolean;
  /** In the order in which documents have them. */
  readonly elements: readonly Particle[];
  readonly attributes: readonly AttributeUse[];
}

/** An element in the content of a type. */
export interface Particle {
  readonly element: ElementUse;
  readonly isRequired: boolean;
  readonly isList: boolean;
}

export interface ElementUse {
  /** `{}name` for an unqualified one. */
  readonly name: ExpandedName;
  readonly type: XsdType;
  readonly isNillable: boolean;
  readonly fixed: string | undefined;
  readonly description: string | undefined;
  readonly node: XmlNode;
}

export interface AttributeUse {
  readonly name: ExpandedName;
  readonly type: SimpleType;
  readonly isRequired: boolean;
  readonly fixed: string | undefined;
  readonly description: string | undefined;
  readonly node: XmlNode;
}

import type { Part } from './part.ts';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';

/** A schema with its `$ref`s followed and its `allOf` merged: what a value is, without how that was said. */
export interface SchemaView {
  /** Of the schema that says the most: the same wherever it is referred to. */
  readonly id: string;
  readonly part: Part;
  /** Empty: anything. */
  readonly types: ReadonlySet<JsonType>;
  readonly nullable: boolean;
  readonly format: string | undefined;
  readonly isBase64: boolean;
  /** The texts that are possible, if these are all. */
  readonly values: readonly unknown[] | undefined;
  readonly properties: ReadonlyMap<string, Part>;
  readonly required: ReadonlySet<string>;
  readonly items: Part | undefined;
  /** The schema of properties that are not listed; `true` for anything. */
  readonly additional: Part | true | undefined;
  /** Of `oneOf` or `anyOf`, without null. */
  readonly alternatives: readonly Part[];
  readonly discriminator:
    | { readonly property: string; readonly mapping: ReadonlyMap<string, string> }
    | undefined;
  /** The property by which a schema that this one extends tells its heirs apart. */
  readonly inheritedDiscriminator: string | undefined;
  readonly maximum: number | undefined;
  readonly maxItems: number | undefined;
  readonly use: Use;
}

/** What is said where a schema is used, not about the values themselves. */
export interface Use {
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  readonly default: unknown;
}

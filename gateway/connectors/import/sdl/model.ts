/** A schema to be written, as data; only what importers need of GraphQL's type system language. */
export interface SdlSchema {
  /** Stands as a comment above everything. */
  readonly title?: string | undefined;
  /** Directives of `extend schema`. */
  readonly directives: readonly SdlDirective[];
  readonly types: readonly SdlType[];
}

export type SdlType =
  | (SdlNamed & { readonly kind: 'scalar' })
  | (SdlNamed & { readonly kind: 'enum'; readonly values: readonly SdlNamed[] })
  | (SdlNamed & { readonly kind: 'union'; readonly members: readonly string[] })
  | (SdlNamed & {
      readonly kind: 'type' | 'input' | 'interface';
      readonly implements?: readonly string[];
      readonly fields: readonly SdlField[];
    });

export interface SdlNamed {
  readonly name: string;
  readonly description?: string | undefined;
  readonly directives?: readonly SdlDirective[] | undefined;
}

export interface SdlField extends SdlNamed {
  /** As written: `[User!]!`. */
  readonly type: string;
  readonly args?: readonly SdlField[] | undefined;
  /** As written: `20`, `"x"`. */
  readonly defaultValue?: string | undefined;
}

export interface SdlDirective {
  readonly name: string;
  readonly args?: Readonly<Record<string, SdlValue | undefined>>;
}

/** Texts become strings, or block strings if they have several lines or quotes. */
export type SdlValue =
  | string
  | number
  | boolean
  | readonly SdlValue[]
  | { readonly [name: string]: SdlValue | undefined };

import type { EnumType } from './enums.ts';
import type { Part } from './part.ts';

/** The type of a value that a client gives. */
export type Input =
  | { readonly kind: 'scalar'; readonly name: string; readonly isText?: true }
  | { readonly kind: 'enum'; readonly type: EnumType }
  | { readonly kind: 'input'; readonly type: InputType }
  | { readonly kind: 'list'; readonly item: Input; readonly isNullable: boolean };

export interface InputField {
  name: string;
  readonly property: string;
  readonly input: Input;
  isNullable: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
}

export interface InputType {
  readonly name: string;
  readonly part: Part;
  readonly description: string | undefined;
  fields: InputField[];
  /** Sent as the client gives it: names stay as in the API. */
  isVerbatim: boolean;
}

/** What a value is sent as: JSON can hold anything, forms and URLs only texts and lists of them. */
export type Medium = 'json' | 'text';

export interface TypedInput {
  readonly input: Input;
  readonly isNullable: boolean;
}

export const JSON_INPUT: Input = { kind: 'scalar', name: 'JSON' };

export function leafInput(input: Input): Exclude<Input, { kind: 'list' }> {
  return input.kind === 'list' ? leafInput(input.item) : input;
}

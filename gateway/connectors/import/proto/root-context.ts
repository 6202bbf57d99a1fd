import type { MessageType, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import type { Draft } from './draft.ts';
import type { Entity } from './entities.ts';
import type { InputTypes } from './input-types.ts';
import type { OutputTypes } from './output-types.ts';
import { wrappedMessage } from './responses.ts';

/** What the fields of the root types are made with. */
export interface RootContext {
  readonly draft: Draft;
  readonly outputs: OutputTypes;
  readonly inputs: InputTypes;
  /** By full name. */
  readonly typeNames: ReadonlyMap<string, string>;
  readonly entities: ReadonlyMap<string, Entity>;
  /** Of the `@grpc` directives. */
  readonly upstream: string;
}

/** The entity that the method answers with. */
export function answeredEntity({ response }: ProtoMethod, { entities }: RootContext): Entity | undefined {
  const type = wrappedMessage(response)?.type ?? response;
  return typeof type === 'object' ? entities.get(type.name) : undefined;
}

export const shortName = ({ name }: Pick<MessageType, 'name'>): string =>
  name.slice(name.lastIndexOf('.') + 1);

import type { MessageType, ProtoField } from '../../../upstreams/grpc/types.ts';
import { camelCase, plural, singular, upperSnake, wordsOf } from '../names.ts';
import type { Entity } from './entities.ts';
import { isKeyKind, snakeOf } from './scalars.ts';

/** A field that holds the key of an entity: `user_id`, `author` with a `google.api.resource_reference`. */
export interface Link {
  readonly entity: Entity;
  /** What the object behind the key is called: `user`, `author`. */
  readonly name: string;
  /** What the key itself is called where it would bear the link's name: `authorName`. */
  readonly keyName?: string;
}

/** Finds what foreign keys point to. */
export class Links {
  readonly #byResource = new Map<string, Entity>();
  /** By the message's short name in snake case; null where packages have several. */
  readonly #byNoun = new Map<string, Entity | null>();

  constructor(entities: Iterable<Entity>) {
    for (const entity of entities) {
      if (entity.key.length !== 1) continue;
      const { name, resourceType } = entity.message;
      if (resourceType !== undefined) this.#byResource.set(resourceType, entity);
      const noun = upperSnake(name.slice(name.lastIndexOf('.') + 1)).toLowerCase();
      this.#byNoun.set(noun, this.#byNoun.has(noun) ? null : entity);
    }
  }

  find(field: ProtoField, owner: MessageType): Link | undefined {
    if (!isKeyKind(field) || field.map) return undefined;
    const link = this.#byReference(field) ?? this.#byName(field);
    if (!link || link.entity.key[0]!.type !== field.type) return undefined;
    // The key of the object itself.
    return link.entity.message === owner && link.entity.key[0]!.name === field.name ? undefined : link;
  }

  #byReference(field: ProtoField): Link | undefined {
    const entity = field.refersTo === undefined ? undefined : this.#byResource.get(field.refersTo);
    if (!entity) return undefined;
    const name = snakeOf(field.name);
    const stem = /^(.+)_(?:ids?|names?|keys?)$/.exec(name)?.[1];
    if (stem !== undefined) return { entity, name: camelCase(field.repeated ? plural(stem) : stem) };
    const key = entity.key[0]!.name;
    const keyName = field.repeated ? `${singular(name)}_${plural(key)}` : `${name}_${key}`;
    return { entity, name: camelCase(name), keyName: camelCase(keyName) };
  }

  #byName(field: ProtoField): Link | undefined {
    const stem = (field.repeated ? /^(.+)_ids$/ : /^(.+)_id$/).exec(snakeOf(field.name))?.[1];
    if (stem === undefined) return undefined;
    const words = wordsOf(stem);
    for (let from = 0; from < words.length; from++) {
      const entity = this.#byNoun.get(words.slice(from).join('_'));
      if (entity) return { entity, name: camelCase(field.repeated ? plural(stem) : stem) };
    }
    return undefined;
  }
}

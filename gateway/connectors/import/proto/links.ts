import type { MessageType, ProtoField } from '../../../upstreams/grpc/types.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase, wordsOf } from '../names.ts';
import type { Entity } from './entities.ts';
import { shortName } from './root-context.ts';
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
      const noun = wordsOf(name.slice(name.lastIndexOf('.') + 1))
        .join('_')
        .toLowerCase();
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
    if (stem !== undefined) return { entity, name: this.#nameOf(stem, field, entity) };
    const key = entity.key[0]!.name;
    const keyName = field.repeated ? `${singular(name)}_${plural(key)}` : `${name}_${key}`;
    return { entity, name: camelCase(name), keyName: camelCase(keyName) };
  }

  /** `user_id`, `billing_user_id`, `user_ids`; `coupon_code` of a `Coupon` whose key is its `code`. */
  #byName(field: ProtoField): Link | undefined {
    const [, stem, suffix] = /^(.+)_([a-z0-9]+)$/.exec(snakeOf(field.name)) ?? [];
    if (stem === undefined || suffix === undefined) return undefined;
    const words = wordsOf(stem);
    for (let from = 0; from < words.length; from++) {
      const noun = words.slice(from).join('_');
      const entity = this.#byNoun.get(noun);
      if (!entity) continue;
      const key = snakeOf(entity.key[0]!.name);
      const keys = ['id', key, ...(key.startsWith(`${noun}_`) ? [key.slice(noun.length + 1)] : [])];
      if (keys.some((name) => suffix === (field.repeated ? plural(name) : name)))
        return { entity, name: this.#nameOf(stem, field, entity) };
    }
    return undefined;
  }

  /** `user_id`: `user`, `user_ids`: `users`; `related_names` of books: `relatedBooks`. */
  #nameOf(stem: string, { repeated }: ProtoField, { message }: Entity): string {
    if (!repeated) return camelCase(stem);
    const isAdjective = /(?:ed|ing|al|ary|ous|ive|able)$/.test(stem);
    return camelCase(isAdjective ? `${stem}_${plural(shortName(message))}` : plural(stem));
  }
}

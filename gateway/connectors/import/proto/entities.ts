import { findBatchMethod } from '../../../upstreams/grpc/batch-method.ts';
import type { MessageType, ProtoField, ProtoMethod, ProtoService } from '../../../upstreams/grpc/types.ts';
import { singular } from '../plurals.ts';
import { wordsOf } from '../names.ts';
import { roleOf } from './methods.ts';
import { wrappedMessage } from './responses.ts';
import { isFieldMask, isKeyKind, scalarMessage, snakeOf } from './scalars.ts';

/** A message that a method finds by a key: a `@key` for other subgraphs, and a target of links. */
export interface Entity {
  readonly message: MessageType;
  /** Fields of the message. */
  readonly key: readonly ProtoField[];
  /** The method that brings one; its request's field for each of `key`. */
  readonly single?: {
    readonly method: ProtoMethod;
    readonly requestFields: readonly ProtoField[];
    /** Whether there is nothing else to give. */
    readonly isAlone: boolean;
  };
  /** The method that brings many, for a key of one field. */
  readonly batch?: {
    readonly method: ProtoMethod;
    readonly requestField: ProtoField;
    readonly responseField: ProtoField;
  };
}

/** The entities of a set of services, by the message's full name. */
export function findEntities(
  services: readonly ProtoService[],
  methods: readonly ProtoMethod[],
): ReadonlyMap<string, Entity> {
  const entities = new Map<string, Entity>();
  for (const method of methods) {
    const found = singleOf(method);
    const known = found && entities.get(found.message.name);
    // Of several methods that find it (`GetUser`, `GetArchivedUser`) the one with the message's name counts.
    if (
      found &&
      (!known || (isNamedLike(method, found.message) && !isNamedLike(known.single!.method, found.message)))
    )
      entities.set(found.message.name, found);
  }
  const included = new Set(methods);
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const [name, entity] of entities) {
    const { method, requestFields } = entity.single!;
    const service = byName.get(method.service);
    const found = service && requestFields.length === 1 ? findBatchMethod(method, service) : undefined;
    if (found && included.has(found.method) && found.answerKeyField === entity.key[0])
      entities.set(name, { ...entity, batch: found });
  }
  for (const method of methods) {
    const found = batchOf(method);
    const known = found && entities.get(found.message.name);
    if (!found || known?.batch) continue;
    if (!known) entities.set(found.message.name, found);
    else if (known.key.length === 1 && known.key[0] === found.key[0])
      entities.set(found.message.name, { ...known, batch: found.batch! });
  }
  return entities;
}

/** `GetUser(id)` that answers with a `User` that has an `id`. */
function singleOf(method: ProtoMethod): Entity | undefined {
  const { verb, noun } = roleOf(method);
  if (!isUnary(method) || !['get', 'fetch', 'read', 'retrieve', 'describe', 'lookup'].includes(verb ?? ''))
    return undefined;
  const message = entityMessage(wrappedMessage(method.response)?.type ?? method.response);
  if (!message || /By[A-Z]/.test(noun)) return undefined;
  const asked = [...method.request.fields.values()].filter((field) => !isFieldMask(field));
  const keys = asked.filter((field) => isKeyKind(field) && !field.repeated && !field.map && !field.oneof);
  const optional = asked.filter((field) => !keys.includes(field));
  if (keys.length === 0 || optional.some((field) => field.required || field.behaviors?.includes('REQUIRED')))
    return undefined;
  const found = keys.map((field) => keyFieldOf(message, field, keys.length === 1));
  const key = found.filter((field) => field !== undefined);
  if (key.length < keys.length || new Set(key).size < key.length) return undefined;
  return { message, key, single: { method, requestFields: keys, isAlone: optional.length === 0 } };
}

/** `BatchGetUsers(ids)` without a `GetUser`. */
function batchOf(method: ProtoMethod): Entity | undefined {
  const { verb } = roleOf(method);
  if (!isUnary(method) || !/^batch(?:Get|Fetch|Read|Lookup)$/.test(verb ?? '')) return undefined;
  const asked = [...method.request.fields.values()].filter((f) => !isFieldMask(f) && f.name !== 'parent');
  const [requestField] = asked;
  const lists = [...method.response.fields.values()].filter((field) => field.repeated);
  const [responseField] = lists;
  if (asked.length !== 1 || lists.length !== 1 || !requestField?.repeated || !isKeyKind(requestField))
    return undefined;
  const message = entityMessage(responseField!.type);
  const key =
    message &&
    keyFieldOf(message, { ...requestField, repeated: false, name: singular(requestField.name) }, true);
  return (
    message && key && { message, key: [key], batch: { method, requestField, responseField: responseField! } }
  );
}

/**
 * The field of the message that holds what the request asks for: of the same name; `id` for `user_id` of a `User`
 * and the other way round; if it is all that is asked for, `name` or `id` for `topic` of a `Topic` (AIP-131).
 */
function keyFieldOf(message: MessageType, asked: ProtoField, isAlone: boolean): ProtoField | undefined {
  const noun = snakeOf(wordsOf(message.name.slice(message.name.lastIndexOf('.') + 1)).join('_'));
  const field = (name: string): ProtoField | undefined =>
    [...message.fields.values()].find(
      (f) => f.name === name && f.type === asked.type && !f.repeated && !f.map && f.oneof === undefined,
    );
  const name = snakeOf(asked.name);
  const same = field(asked.name) ?? field(name);
  if (same) return same;
  if (name === 'id') return field(`${noun}_id`);
  if (!isAlone) return name === `${noun}_id` ? field('id') : undefined;
  if (name === noun || noun.endsWith(`_${name}`)) return field('name') ?? field('id');
  const stem = /^(.+)_(id|name|key|code)$/.exec(name);
  return stem && (stem[1] === noun || noun.endsWith(`_${stem[1]}`)) ? field(stem[2]!) : undefined;
}

function entityMessage(type: ProtoField['type']): MessageType | undefined {
  const isMessage = typeof type === 'object' && type.kind === 'message';
  return isMessage && scalarMessage(type) === undefined ? type : undefined;
}

const isUnary = (method: ProtoMethod): boolean => !method.clientStreaming && !method.serverStreaming;

const isNamedLike = (method: ProtoMethod, message: MessageType): boolean =>
  roleOf(method).noun === message.name.slice(message.name.lastIndexOf('.') + 1);

import type { MessageType, ProtoField, ProtoMethod, ProtoService } from './types.ts';

/** How one method answers many keys: `BatchGetUsers(ids)` for `GetUser(id)`. */
export interface BatchMethod {
  readonly method: ProtoMethod;
  /** The repeated field of the batch's request that takes the keys. */
  readonly requestField: ProtoField;
  /** The repeated field of the batch's response that holds the messages. */
  readonly responseField: ProtoField;
  /** The field of the single request that takes the key. */
  readonly keyField: ProtoField;
  /** The field of each answered message that holds its key: answers are matched by it, not by position. */
  readonly answerKeyField: ProtoField;
}

const SINGLE_NAME = /^(?:Get|Fetch|Lookup|Read)([A-Z]\w*?)(?:By[A-Z]\w*)?$/;

/**
 * The batch form of a method, by name (google AIP-231 and what else is common) and by type. Says nothing rather than
 * guess: the key, the list of keys, the list of answers and the key in each answer must all be found and agree.
 */
export function findBatchMethod(single: ProtoMethod, service: ProtoService): BatchMethod | undefined {
  const noun = SINGLE_NAME.exec(single.name)?.[1];
  if (noun === undefined || single.clientStreaming || single.serverStreaming) return undefined;
  const keyField = keyOf(single.request);
  if (keyField === undefined) return undefined;
  for (const name of batchNames(noun)) {
    for (const method of service.methods.values()) {
      if (!name.test(method.name) || method.clientStreaming || method.serverStreaming) continue;
      const found = agreed(single, keyField, method);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** In order of preference. */
function batchNames(noun: string): readonly RegExp[] {
  const many = `(?:${noun}|${plurals(noun).join('|')})`;
  const plural = `(?:${plurals(noun).join('|')})`;
  return [
    new RegExp(`^(?:BatchGet|BatchFetch|BatchLookup|BatchRead|MultiGet|BulkGet)${many}(?:By[A-Z]\\w*)?$`),
    new RegExp(`^(?:Get|Fetch|Lookup|Read)${many}Batch$`),
    new RegExp(`^(?:Get|Fetch|Lookup|Read)${plural}(?:By[A-Z]\\w*)?$`),
    new RegExp(`^(?:List|Find)${plural}By[A-Z]\\w*$`),
  ];
}

function agreed(single: ProtoMethod, keyField: ProtoField, method: ProtoMethod): BatchMethod | undefined {
  const requestField = keysOf(method.request, keyField, single.request);
  if (requestField === undefined) return undefined;
  const answered = [single.response, onlyMessage(single.response)];
  const lists = [...method.response.fields.values()].filter((field) => field.repeated);
  const responseField = lists.find(
    (field) => typeof field.type === 'object' && answered.includes(field.type as MessageType),
  );
  if (responseField === undefined || lists.length !== 1) return undefined;
  const answerKeyField = answerKeyOf(responseField.type as MessageType, keyField);
  return answerKeyField && { method, requestField, responseField, keyField, answerKeyField };
}

/** The one scalar that is asked for; a field mask beside it only narrows the answer. */
function keyOf(request: MessageType): ProtoField | undefined {
  const fields = [...request.fields.values()].filter((field) => !isFieldMask(field));
  const [field] = fields;
  return fields.length === 1 && field !== undefined && isKey(field) && !field.repeated && !field.map
    ? field
    : undefined;
}

/** The list of keys; what else the request has must be something that a batch can do without. */
function keysOf(request: MessageType, key: ProtoField, single: MessageType): ProtoField | undefined {
  const lists: ProtoField[] = [];
  for (const field of request.fields.values()) {
    if (field.repeated && field.type === key.type) lists.push(field);
    // AIP-231: `parent` may be left empty when the names hold it.
    else if (!isFieldMask(field) && field.name !== 'parent' && !single.fields.has(field.jsonName))
      return undefined;
  }
  const [list] = lists;
  if (lists.length !== 1 || list === undefined) return undefined;
  return plurals(key.name).some(
    (name) => list.name === name || list.name.endsWith(`_${name}`) || name.endsWith(`_${list.name}`),
  )
    ? list
    : undefined;
}

/** `user_id` asks for the user whose `user_id` or `id` it is. */
function answerKeyOf(message: MessageType, key: ProtoField): ProtoField | undefined {
  const fields = [...message.fields.values()].filter(
    (field) => !field.repeated && !field.map && field.type === key.type,
  );
  const short = key.name.slice(key.name.lastIndexOf('_') + 1);
  return fields.find((field) => field.name === key.name) ?? fields.find((field) => field.name === short);
}

function onlyMessage(message: MessageType): MessageType | undefined {
  const messages = [...message.fields.values()].filter(
    (field) => typeof field.type === 'object' && field.type.kind === 'message',
  );
  const [field] = messages;
  return messages.length === 1 && field !== undefined && !field.repeated && !field.map
    ? (field.type as MessageType)
    : undefined;
}

function isKey(field: ProtoField): boolean {
  return typeof field.type === 'string' && !['bool', 'float', 'double', 'bytes'].includes(field.type);
}

function isFieldMask(field: ProtoField): boolean {
  return (
    typeof field.type === 'object' && field.type.kind === 'message' && field.type.wellKnown === 'FieldMask'
  );
}

function plurals(noun: string): readonly string[] {
  const regular = `${noun}s`;
  if (/[^aeiou]y$/.test(noun)) return [`${noun.slice(0, -1)}ies`, regular];
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return [`${noun}es`];
  if (noun.endsWith('Person')) return [`${noun.slice(0, -6)}People`, regular];
  return [regular];
}

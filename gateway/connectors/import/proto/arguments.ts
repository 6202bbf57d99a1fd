import type { MessageType, ProtoField, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { oneofNamed } from '../../choice.ts';
import { isValidName, pascalCase } from '../names.ts';
import { writtenName } from './json-name.ts';
import type { SdlField } from '../sdl/model.ts';
import { describedAs } from './descriptions.ts';
import type { Entity } from './entities.ts';
import type { MethodRole } from './methods.ts';
import { fieldName } from './output-types.ts';
import { wrappedMessage } from './responses.ts';
import type { ResponseForm } from './responses.ts';
import { answeredEntity, shortName } from './root-context.ts';
import type { RootContext } from './root-context.ts';
import { isFieldMask, isKeyKind, scalarMessage, snakeOf } from './scalars.ts';

/** More fields than these in a request of a mutation are one argument, `input`. */
const MAX_ARGUMENTS = 3;
const DEFAULT_PAGE_SIZE = 20;

/** What a root field takes, and the mapping that makes the request of it: absent where the names say it all. */
export interface Asked {
  readonly args: readonly SdlField[];
  readonly request?: string | undefined;
  /** The arguments are the key of this entity, and what may be given beside it. */
  readonly finds?: Entity;
}

/** Arguments of root fields. */
export class Arguments {
  readonly #context: RootContext;

  constructor(context: RootContext) {
    this.#context = context;
  }

  of(method: ProtoMethod, role: MethodRole, form: ResponseForm): Asked {
    const { request } = method;
    if (request.wellKnown === 'Struct')
      return {
        args: [{ name: 'value', type: `${this.#context.draft.scalar('JSON')}!` }],
        request: '$args.value',
      };
    if (scalarMessage(request) !== undefined) return { args: [] };
    const entity = answeredEntity(method, this.#context);
    if (entity?.single?.method === method) return this.#byKey(method, entity);
    if (form.kind === 'page') return this.#paged(method, form);
    if (role.root === 'Mutation') {
      const resource = this.#resource(method, role);
      if (resource) return resource;
      const fields = this.#context.inputs.fields(request, 'any');
      // `input` is looked into by itself, unless the message has a field of that name.
      if (fields.length > MAX_ARGUMENTS && !request.fields.has('input')) return this.#asInput(method);
    }
    return this.#byName(method, role);
  }

  /** `GetUser(id)`: the arguments are called like the fields of the key. */
  #byKey(method: ProtoMethod, entity: Entity): Asked {
    const { inputs } = this.#context;
    const { requestFields } = entity.single!;
    const keys = requestFields.map((field, i) => ({ field, name: fieldName(entity.key[i]!) }));
    const others = inputs.fields(method.request, 'any', new Set(requestFields));
    const args = [
      ...keys.map(({ field, name }) => ({
        ...inputs.field(field, method.request, 'any', true),
        name,
        type: `${inputs.typeOf(field, true)}!`,
      })),
      ...others,
    ];
    const isNamedAlike = keys.every(({ field, name }) => field.jsonName === name) && isPlain(others, method);
    const request = isNamedAlike
      ? undefined
      : mapping([
          ...keys.map(({ field, name }) => [field.jsonName, name] as const),
          ...others.map(({ name }) => [name, name] as const),
        ]);
    return { args, request, finds: entity };
  }

  #paged(method: ProtoMethod, { request: { size, token } }: Extract<ResponseForm, { kind: 'page' }>): Asked {
    const { inputs } = this.#context;
    const others = inputs.fields(method.request, 'any', new Set([token, ...(size ? [size] : [])]));
    // A request that has a `first` of its own means something else by it.
    if (others.some(({ name }) => name === 'first' || name === 'after')) {
      const all = inputs.fields(method.request, 'any');
      return { args: all, request: mapping(all.map(({ name }) => [name, name] as const)) };
    }
    const args: SdlField[] = [
      ...others,
      ...(size ? [{ name: 'first', type: 'Int', defaultValue: String(DEFAULT_PAGE_SIZE) }] : []),
      { name: 'after', type: 'String' },
    ];
    const request = mapping([
      ...others.map(({ name }) => [name, name] as const),
      ...(size ? [[size.jsonName, 'first'] as const] : []),
      [token.jsonName, 'after'],
    ]);
    return { args, request };
  }

  /** `CreateUser(user)`, `UpdateUser(user, update_mask)`: what is changed is one argument, `input`. */
  #resource(method: ProtoMethod, { verb, noun }: MethodRole): Asked | undefined {
    if (verb !== 'create' && verb !== 'update' && verb !== 'patch' && verb !== 'replace' && verb !== 'insert')
      return undefined;
    const { inputs, entities } = this.#context;
    const { request } = method;
    const messages = [...request.fields.values()].filter(
      (field) => !field.repeated && !field.map && field.oneof === undefined && isPlainMessage(field),
    );
    const result = wrappedMessage(method.response)?.type ?? method.response;
    const resource =
      messages.find((field) => field.type === result) ??
      messages.find((field) => pascalCase(field.name) === pascalCase(noun));
    if (!resource || request.fields.has('input')) return undefined;
    const message = resource.type as MessageType;
    const isCreated = verb === 'create' || verb === 'insert';
    const key = isCreated
      ? []
      : (entities.get(message.name)?.key ?? []).filter((k) => !request.fields.has(k.jsonName));
    const hasMask = [...request.fields.values()].some(
      (field) => field.name === 'update_mask' && isFieldMask(field),
    );
    const others = inputs.fields(request, 'any', new Set([resource]));
    const purpose = isCreated ? 'create' : key.length > 0 || hasMask ? 'update' : 'any';
    const keys = key.map((field) => ({ field, name: fieldName(field) }));
    const used = new Set(['input', ...keys.map(({ name }) => name)]);
    if (others.some(({ name }) => used.has(name))) return undefined;
    const args: SdlField[] = [
      ...keys.map(({ field, name }) => ({
        name,
        type: `${inputs.typeOf(field, true)}!`,
        ...describedAs(field.comment, false),
      })),
      ...others.filter(({ type }) => type.endsWith('!')),
      { name: 'input', type: `${inputs.object(message, purpose)}!`, ...describedAs(resource.comment, false) },
      ...others.filter(({ type }) => !type.endsWith('!')),
    ];
    const written =
      keys.length === 0
        ? '$args.input'
        : `{ ...$args.input ${keys.map(({ field, name }) => `${writtenName(field.jsonName)}: $args.${name}`).join(' ')} }`;
    const names = others.map(({ name }) => `${writtenName(name)}: $args.${name}`);
    return { args, request: joined([...names, `${writtenName(resource.jsonName)}: ${written}`]) };
  }

  #asInput({ name, request }: ProtoMethod): Asked {
    const { draft, inputs, typeNames } = this.#context;
    const short = pascalCase(name);
    // `PutDocument(Document)`: what is put is a type of its own.
    if (!/(?:Request|Req|Params|Args|Input)$/.test(request.name)) {
      const purpose = /^(?:create|insert|add)/i.test(name) ? 'create' : 'any';
      return { args: [{ name: 'input', type: `${inputs.object(request, purpose)}!` }] };
    }
    const inputName = draft.names.take(`${short}Input`, `${typeNames.get(request.name)!}Input`);
    const fields: SdlField[] = [];
    draft.add({ kind: 'input', name: inputName, fields });
    fields.push(...inputs.fields(request, 'any'));
    return {
      args: [{ name: 'input', type: `${inputName}!` }],
      request: isPlain(fields, { request })
        ? undefined
        : joined(fields.map((f) => `${writtenName(f.name)}: $args.input.${f.name}`)),
    };
  }

  #byName(method: ProtoMethod, { verb, noun }: MethodRole): Asked {
    const isAddressed = ['get', 'delete', 'update', 'undelete', 'watch', 'cancel'].includes(verb ?? '');
    const key = isAddressed ? this.#addressed(method.request, noun) : undefined;
    if (key) return key;
    const args = this.#context.inputs.fields(method.request, 'any');
    const request = isPlain(args, method)
      ? undefined
      : mapping(args.map(({ name }) => [name, name] as const));
    return { args, request };
  }

  /** `DeleteUser(user_id)`: a lone identifier says which one, and is called like the key of a `User`. */
  #addressed(request: MessageType, noun: string): Asked | undefined {
    const { entities, inputs } = this.#context;
    const asked = [...request.fields.values()].filter((field) => !isFieldMask(field));
    const [only] = asked;
    if (
      asked.length !== 1 ||
      !only ||
      !isKeyKind(only) ||
      only.repeated ||
      only.map ||
      only.oneof !== undefined
    )
      return undefined;
    const entity = [...entities.values()].find((e) => shortName(e.message) === noun && e.key.length === 1);
    const key = entity?.key[0];
    const isKeyOf =
      key !== undefined &&
      key.type === only.type &&
      [key.name, `${snakeOf(noun)}_${key.name}`, snakeOf(noun)].includes(only.name);
    if (!isKeyOf && !/(?:^|_)(?:id|name|key)$/.test(only.name)) return undefined;
    const name = isKeyOf ? fieldName(key) : isValidName(only.jsonName) ? only.jsonName : fieldName(only);
    const arg = { ...inputs.field(only, request, 'any', true), name, type: `${inputs.typeOf(only, true)}!` };
    return {
      args: [arg],
      request: name === only.jsonName ? undefined : `${writtenName(only.jsonName)}: $args.${name}`,
    };
  }
}

/** Whether the gateway finds each argument by its name. */
function isPlain(args: readonly SdlField[], { request }: Pick<ProtoMethod, 'request'>): boolean {
  return args.every(({ name }) => request.fields.has(name) || oneofNamed(request, name) !== undefined);
}

function mapping(pairs: readonly (readonly [field: string, arg: string])[]): string | undefined {
  return pairs.length === 0
    ? undefined
    : joined(pairs.map(([field, arg]) => `${writtenName(field)}: $args.${arg}`));
}

function joined(parts: readonly string[]): string {
  const line = parts.join(' ');
  return line.length <= 70 ? line : parts.join('\n');
}

function isPlainMessage({ type }: ProtoField): boolean {
  return typeof type === 'object' && type.kind === 'message' && scalarMessage(type) === undefined;
}

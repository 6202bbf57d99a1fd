import type { MessageType, ProtoField, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { oneofNamed } from '../../choice.ts';
import { pascalCase } from '../names.ts';
import type { SdlDirective, SdlField } from '../print-sdl.ts';
import { describedAs } from './descriptions.ts';
import type { Draft } from './draft.ts';
import type { Entity } from './entities.ts';
import type { InputTypes } from './input-types.ts';
import type { MethodRole } from './methods.ts';
import { fieldName, source } from './output-types.ts';
import type { OutputTypes } from './output-types.ts';
import { responseForm, wrappedMessage } from './responses.ts';
import type { ResponseForm } from './responses.ts';
import { isFieldMask, isKeyKind, scalarMessage, snakeOf } from './scalars.ts';

export interface RootContext {
  readonly draft: Draft;
  readonly outputs: OutputTypes;
  readonly inputs: InputTypes;
  readonly typeNames: ReadonlyMap<string, string>;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly upstream: string;
}

/** More fields than these in a request of a mutation are one argument, `input`. */
const MAX_ARGUMENTS = 3;
const DEFAULT_PAGE_SIZE = 20;

/** What an argument list sends: `request` is absent where the names say it all. */
interface Arguments {
  readonly args: readonly SdlField[];
  readonly request?: string | undefined;
  /** The arguments are the key of this entity, and nothing else has to be given. */
  readonly finds?: Entity;
}

interface Answer {
  readonly type: string;
  readonly selection?: string | undefined;
}

/** The field of a root type for a method. */
export class RootFields {
  readonly #context: RootContext;
  readonly #connections = new Map<string, string>();

  constructor(context: RootContext) {
    this.#context = context;
  }

  field(name: string, method: ProtoMethod, role: MethodRole): SdlField {
    const form = responseForm(method);
    const { args, request, finds } = this.#arguments(method, role, form);
    const { type, selection } = this.#answer(name, method, role, form);
    const { upstream } = this.#context;
    const isFinder = role.root === 'Query' && finds !== undefined && !finds.batch;
    const grpc: SdlDirective = {
      name: 'grpc',
      args: { upstream, method: method.fullName, request, selection, ...(isFinder && { entity: true }) },
    };
    const described = describedAs(method.comment, method.deprecated);
    return { name, type, args, ...described, directives: [...(described.directives ?? []), grpc] };
  }

  #answer(name: string, method: ProtoMethod, { root }: MethodRole, form: ResponseForm): Answer {
    const { draft, outputs } = this.#context;
    switch (form.kind) {
      case 'nothing':
        return { type: 'Boolean!', selection: '$(true)' };
      case 'page':
        return this.#connection(name, form);
      case 'list':
        return { type: `${outputs.typeOf(form.items).type}!`, selection: source$(form.items) };
      case 'wrapped':
        return { type: outputs.object(form.field.type as MessageType), selection: source$(form.field) };
      case 'message': {
        const { message } = form;
        const scalar = scalarMessage(message);
        if (scalar !== undefined) return { type: draft.scalar(scalar) };
        const isFound = root === 'Query' && this.#entityOf(method)?.single?.method === method;
        return { type: `${outputs.object(message)}${isFound ? '' : '!'}` };
      }
    }
  }

  #connection(rootField: string, page: Extract<ResponseForm, { kind: 'page' }>): Answer {
    const { draft, outputs } = this.#context;
    const { items, next, total, more } = page;
    const list = outputs.typeOf(items).type;
    const hasNext =
      next.presence === 'implicit'
        ? `${source(next)}->ne("")`
        : `${source(next)}->match(["", false], [@, true]) ?? false`;
    const lines = [
      `nodes: ${source(items)}`,
      'pageInfo: $ {',
      `  hasNextPage: ${hasNext}`,
      `  endCursor: ${source(next)}->match(["", null], [@, @])`,
      '}',
    ];
    const fields: SdlField[] = [
      { name: 'nodes', type: `${list}!`, ...describedAs(items.comment, false) },
      { name: 'pageInfo', type: `${draft.pageInfo()}!` },
    ];
    if (total) {
      lines.push(`totalCount: ${source(total)}`);
      const type = outputs.typeOf(total);
      fields.push({
        name: 'totalCount',
        type: `${type.type}${type.isNullable ? '' : '!'}`,
        ...describedAs(total.comment, false),
      });
    }
    for (const field of more) {
      const name = uniqueIn(fields, fieldName(field));
      const { type, isNullable } = outputs.typeOf(field);
      lines.push(name === source(field) ? name : `${name}: ${source(field)}`);
      fields.push({
        name,
        type: `${type}${isNullable ? '' : '!'}`,
        ...describedAs(field.comment, field.deprecated),
      });
    }
    const selection = lines.join('\n');
    // Methods with equal pages share the type.
    const id = fields.map((field) => `${field.name}: ${field.type}`).join();
    let name = this.#connections.get(id);
    if (name === undefined) {
      const item = list.replace(/[[\]!]/g, '');
      name = draft.names.take(`${item}Connection`, [`${pascalCase(rootField)}Connection`]);
      this.#connections.set(id, name);
      draft.add({ kind: 'type', name, fields });
    }
    return { type: `${name}!`, selection };
  }

  #arguments(method: ProtoMethod, role: MethodRole, form: ResponseForm): Arguments {
    const { request } = method;
    if (request.wellKnown === 'Struct')
      return { args: [{ name: 'value', type: this.#json() }], request: '$args.value' };
    if (scalarMessage(request) !== undefined) return { args: [] };
    const entity = this.#entityOf(method);
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
  #byKey(method: ProtoMethod, entity: Entity): Arguments {
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
    const isPlain = keys.every(({ field, name }) => field.jsonName === name) && this.#isPlain(others, method);
    const request = isPlain
      ? undefined
      : this.#mapping([
          ...keys.map(({ field, name }) => [field.jsonName, name] as const),
          ...others.map(({ name }) => [name, name] as const),
        ]);
    return { args, request, finds: entity };
  }

  #paged(
    method: ProtoMethod,
    { request: { size, token } }: Extract<ResponseForm, { kind: 'page' }>,
  ): Arguments {
    const { inputs } = this.#context;
    const others = inputs.fields(method.request, 'any', new Set([token, ...(size ? [size] : [])]));
    const args: SdlField[] = [
      ...others,
      ...(size ? [{ name: 'first', type: 'Int', defaultValue: String(DEFAULT_PAGE_SIZE) }] : []),
      { name: 'after', type: 'String' },
    ];
    const request = this.#mapping([
      ...others.map(({ name }) => [name, name] as const),
      ...(size ? [[size.jsonName, 'first'] as const] : []),
      [token.jsonName, 'after'],
    ]);
    return { args, request };
  }

  /** `CreateUser(user)`, `UpdateUser(user, update_mask)`: what is changed is one argument, `input`. */
  #resource(method: ProtoMethod, { verb, noun }: MethodRole): Arguments | undefined {
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
        : `{ ...$args.input ${keys.map(({ field, name }) => `${source(field)}: $args.${name}`).join(' ')} }`;
    const names = others.map(({ name }) => `${name}: $args.${name}`);
    return { args, request: this.#join([...names, `${resource.jsonName}: ${written}`]) };
  }

  #asInput({ name, request }: ProtoMethod): Arguments {
    const { draft, inputs, typeNames } = this.#context;
    const short = pascalCase(name);
    // `PutDocument(Document)`: what is put is a type of its own.
    if (!/(?:Request|Req|Params|Args|Input)$/.test(request.name)) {
      const purpose = /^(?:create|insert|add)/i.test(name) ? 'create' : 'any';
      return { args: [{ name: 'input', type: `${inputs.object(request, purpose)}!` }] };
    }
    const inputName = draft.names.take(`${short}Input`, [`${typeNames.get(request.name)!}Input`]);
    const fields: SdlField[] = [];
    draft.add({ kind: 'input', name: inputName, fields });
    fields.push(...inputs.fields(request, 'any'));
    return {
      args: [{ name: 'input', type: `${inputName}!` }],
      request: this.#isPlain(fields, { request })
        ? undefined
        : this.#join(fields.map((f) => `${f.name}: $args.input.${f.name}`)),
    };
  }

  #byName(method: ProtoMethod, { verb, noun }: MethodRole): Arguments {
    const isAddressed = ['get', 'delete', 'update', 'undelete', 'watch', 'cancel'].includes(verb ?? '');
    const key = isAddressed ? this.#addressed(method.request, noun) : undefined;
    if (key) return key;
    const args = this.#context.inputs.fields(method.request, 'any');
    const request = this.#isPlain(args, method)
      ? undefined
      : this.#mapping(args.map(({ name }) => [name, name] as const));
    return { args, request };
  }

  /** `DeleteUser(user_id)`: a lone identifier says which one, and is called like the key of a `User`. */
  #addressed(request: MessageType, noun: string): Arguments | undefined {
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
    const name = isKeyOf ? fieldName(key) : only.jsonName;
    const arg = { ...inputs.field(only, request, 'any', true), name, type: `${inputs.typeOf(only, true)}!` };
    return { args: [arg], request: name === only.jsonName ? undefined : `${only.jsonName}: $args.${name}` };
  }

  /** Whether the gateway finds each argument by its name. */
  #isPlain(args: readonly SdlField[], { request }: Pick<ProtoMethod, 'request'>): boolean {
    return args.every(({ name }) => request.fields.has(name) || oneofNamed(request, name) !== undefined);
  }

  #mapping(pairs: readonly (readonly [field: string, arg: string])[]): string | undefined {
    return pairs.length === 0 ? undefined : this.#join(pairs.map(([field, arg]) => `${field}: $args.${arg}`));
  }

  #join(parts: readonly string[]): string {
    const line = parts.join(' ');
    return line.length <= 70 ? line : parts.join('\n');
  }

  #entityOf(method: ProtoMethod): Entity | undefined {
    const type = wrappedMessage(method.response)?.type ?? method.response;
    return typeof type === 'object' ? this.#context.entities.get(type.name) : undefined;
  }

  #json(): string {
    return `${this.#context.draft.scalar('JSON')}!`;
  }
}

const source$ = (field: ProtoField): string =>
  source(field).startsWith('$') ? source(field) : `$.${source(field)}`;

const shortName = ({ name }: MessageType): string => name.slice(name.lastIndexOf('.') + 1);

function isPlainMessage({ type }: ProtoField): boolean {
  return typeof type === 'object' && type.kind === 'message' && scalarMessage(type) === undefined;
}

function uniqueIn(fields: readonly SdlField[], name: string): string {
  let free = name;
  for (let i = 2; fields.some((field) => field.name === free); i++) free = `${name}${i}`;
  return free;
}

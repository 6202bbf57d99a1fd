import { camelCaseOf } from './json-name.ts';
import type {
  EnumDescriptor,
  FieldDescriptor,
  FileDescriptor,
  MessageDescriptor,
  Options,
  ServiceDescriptor,
} from './descriptors.ts';

/** A descriptor as the `.proto` that it was made of, as far as a gateway reads it: no extensions, no options of others. */
export function printProto(file: FileDescriptor): string {
  return new Printer(file).text();
}

/** Numbers of fields in descriptor.proto, which make the paths of comments. */
const PATH = { message: 4, enum: 5, service: 6, field: 2, nested: 3, nestedEnum: 4, value: 2, method: 2 };

class Printer {
  readonly #file: FileDescriptor;
  readonly #syntax: 'proto2' | 'proto3' | 'editions';
  readonly #comments = new Map<string, string>();
  readonly #lines: string[] = [];

  constructor(file: FileDescriptor) {
    this.#file = file;
    this.#syntax = file.syntax === 'editions' ? 'editions' : file.syntax === 'proto3' ? 'proto3' : 'proto2';
    for (const { path = [], leadingComments, trailingComments } of file.sourceCodeInfo?.location ?? []) {
      const text = leadingComments ?? trailingComments;
      if (text !== undefined) this.#comments.set(path.join(), text);
    }
  }

  text(): string {
    const file = this.#file;
    this.#line(
      0,
      this.#syntax === 'editions'
        ? `edition = "${word((file.edition ?? 'EDITION_2023').replace('EDITION_', ''))}";`
        : `syntax = "${this.#syntax}";`,
    );
    if (file.package !== undefined && file.package !== '') this.#line(0, `package ${dotted(file.package)};`);
    for (const name of file.dependency ?? []) this.#line(0, `import ${quoted(name)};`);
    for (const feature of features(file.options)) this.#line(0, `option ${feature};`);
    file.messageType?.forEach((message, i) => this.#message(message, [PATH.message, i], 0));
    file.enumType?.forEach((type, i) => this.#enum(type, [PATH.enum, i], 0));
    file.service?.forEach((service, i) => this.#service(service, [PATH.service, i]));
    return `${this.#lines.join('\n')}\n`;
  }

  #message(message: MessageDescriptor, path: readonly number[], depth: number, head?: string): void {
    // What this is printed of came over the wire: it has no depth of its own that is to be trusted.
    if (depth > 100) throw new TypeError('the messages are nested too deep');
    if (head === undefined) this.#comment(path, depth);
    this.#line(depth, `${head ?? `message ${word(message.name)}`} {`);
    const { deprecated, resource } = message.options ?? {};
    if (deprecated === true) this.#line(depth + 1, 'option deprecated = true;');
    if (resource?.type !== undefined)
      this.#line(depth + 1, `option (google.api.resource) = { type: ${quoted(resource.type)} };`);
    for (const feature of features(message.options)) this.#line(depth + 1, `option ${feature};`);
    const groups = new Set(
      this.#syntax === 'editions' ? [] : message.field?.flatMap((f) => groupName(f) ?? []),
    );
    message.nestedType?.forEach((nested, i) => {
      const isPrintedByField = nested.options?.mapEntry === true || groups.has(nested.name);
      if (!isPrintedByField) this.#message(nested, [...path, PATH.nested, i], depth + 1);
    });
    message.enumType?.forEach((type, i) => this.#enum(type, [...path, PATH.nestedEnum, i], depth + 1));
    const fields = (message.field ?? []).map((field, i) => ({ field, path: [...path, PATH.field, i] }));
    const isMember = ({ field }: (typeof fields)[number]): boolean =>
      field.oneofIndex !== undefined && field.proto3Optional !== true;
    const printed = new Set<number>();
    for (const one of fields) {
      const oneof = isMember(one) ? one.field.oneofIndex! : undefined;
      if (oneof === undefined) this.#field(one.field, message, one.path, depth + 1, false);
      // A oneof stands where its first member stands.
      if (oneof === undefined || printed.has(oneof)) continue;
      printed.add(oneof);
      this.#line(depth + 1, `oneof ${word(message.oneofDecl?.[oneof]?.name ?? '')} {`);
      for (const member of fields)
        if (isMember(member) && member.field.oneofIndex === oneof)
          this.#field(member.field, message, member.path, depth + 2, true);
      this.#line(depth + 1, '}');
    }
    this.#line(depth, '}');
  }

  #field(
    field: FieldDescriptor,
    owner: MessageDescriptor,
    path: readonly number[],
    depth: number,
    inOneof: boolean,
  ): void {
    this.#comment(path, depth);
    const options = this.#fieldOptions(field);
    const suffix = options.length > 0 ? ` [${options.join(', ')}]` : '';
    const map = mapOf(field, owner);
    const { number } = field;
    if (map) {
      const [key, value] = map.map((part) => typeOf(part));
      this.#line(depth, `map<${key}, ${value}> ${word(field.name)} = ${number}${suffix};`);
      return;
    }
    const label = inOneof ? '' : this.#label(field);
    const group = this.#syntax === 'editions' ? undefined : groupName(field);
    const nested = owner.nestedType?.find(({ name }) => name === group);
    if (group !== undefined && nested) {
      const index = owner.nestedType!.indexOf(nested);
      const nestedPath = [...path.slice(0, -2), PATH.nested, index];
      this.#message(nested, nestedPath, depth, `${label}group ${word(group)} = ${number}${suffix}`);
      return;
    }
    this.#line(depth, `${label}${typeOf(field)} ${word(field.name)} = ${number}${suffix};`);
  }

  #label({ label, proto3Optional }: FieldDescriptor): string {
    if (label === 'LABEL_REPEATED') return 'repeated ';
    if (this.#syntax === 'editions') return '';
    if (this.#syntax === 'proto3') return proto3Optional === true ? 'optional ' : '';
    return label === 'LABEL_REQUIRED' ? 'required ' : 'optional ';
  }

  #fieldOptions({ name, jsonName, type, options = {} }: FieldDescriptor): string[] {
    const { deprecated, packed, fieldBehavior = [], resourceReference } = options;
    const isDelimited = this.#syntax === 'editions' && type === 'TYPE_GROUP';
    return [
      ...(deprecated === true ? ['deprecated = true'] : []),
      ...(packed === undefined ? [] : [`packed = ${String(packed)}`]),
      ...(jsonName === undefined || jsonName === camelCaseOf(name)
        ? []
        : [`json_name = ${quoted(jsonName)}`]),
      ...fieldBehavior.map((behavior) => `(google.api.field_behavior) = ${behavior}`),
      ...(resourceReference?.type === undefined
        ? []
        : [`(google.api.resource_reference).type = ${quoted(resourceReference.type)}`]),
      ...features(options),
      ...(isDelimited && options.features?.['messageEncoding'] === undefined
        ? ['features.message_encoding = DELIMITED']
        : []),
    ];
  }

  #enum(type: EnumDescriptor, path: readonly number[], depth: number): void {
    this.#comment(path, depth);
    this.#line(depth, `enum ${word(type.name)} {`);
    if (type.options?.allowAlias === true) this.#line(depth + 1, 'option allow_alias = true;');
    for (const feature of features(type.options)) this.#line(depth + 1, `option ${feature};`);
    type.value?.forEach(({ name, number, options }, i) => {
      this.#comment([...path, PATH.value, i], depth + 1);
      const suffix = options?.deprecated === true ? ' [deprecated = true]' : '';
      this.#line(depth + 1, `${word(name)} = ${number}${suffix};`);
    });
    this.#line(depth, '}');
  }

  #service(service: ServiceDescriptor, path: readonly number[]): void {
    this.#comment(path, 0);
    this.#line(0, `service ${word(service.name)} {`);
    service.method?.forEach((method, i) => {
      this.#comment([...path, PATH.method, i], 1);
      const stream = (is: boolean | undefined): string => (is === true ? 'stream ' : '');
      const asked = `${stream(method.clientStreaming)}${dotted(method.inputType)}`;
      const given = `${stream(method.serverStreaming)}${dotted(method.outputType)}`;
      this.#line(1, `rpc ${word(method.name)}(${asked}) returns (${given}) {`);
      const { deprecated, idempotencyLevel } = method.options ?? {};
      if (deprecated === true) this.#line(2, 'option deprecated = true;');
      if (idempotencyLevel !== undefined)
        this.#line(2, `option idempotency_level = ${word(idempotencyLevel)};`);
      this.#line(1, '}');
    });
    this.#line(0, '}');
  }

  #comment(path: readonly number[], depth: number): void {
    const text = this.#comments.get(path.join())?.trimEnd();
    // Any line break would end the comment.
    for (const line of text?.split(/[\n\r\u2028\u2029\v\f]/) ?? []) this.#line(depth, `//${line.trimEnd()}`);
  }

  #line(depth: number, text: string): void {
    this.#lines.push(`${'  '.repeat(depth)}${text}`);
  }
}

/** The entry's key and value, if the field is a map. */
function mapOf(field: FieldDescriptor, owner: MessageDescriptor): FieldDescriptor[] | undefined {
  if (field.type !== 'TYPE_MESSAGE' || field.label !== 'LABEL_REPEATED') return undefined;
  const short = field.typeName?.split('.').at(-1);
  const entry = owner.nestedType?.find(({ name, options }) => name === short && options?.mapEntry === true);
  const parts = [1, 2].map((number) => entry?.field?.find((part) => part.number === number));
  return parts[0] && parts[1] ? [parts[0], parts[1]] : undefined;
}

function typeOf({ type = '', typeName }: FieldDescriptor): string {
  return typeName === undefined || typeName === ''
    ? word(type.replace('TYPE_', '').toLowerCase())
    : dotted(typeName);
}

/** The group's name, which is its message's; the field has it in small letters. */
function groupName({ type, typeName }: FieldDescriptor): string | undefined {
  return type === 'TYPE_GROUP' ? typeName?.split('.').at(-1) : undefined;
}

function features(options: Options | undefined): string[] {
  return Object.entries(options?.features ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [`features.${snake(name)} = ${word(value)}`] : [],
  );
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a server sends is written into a file: nothing but names may stand where names stand. */
function word(name: string): string {
  if (!/^[A-Za-z_0-9]+$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name`);
  return name;
}

function dotted(name: string): string {
  if (!/^\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} is no name`);
  return name;
}

function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new TypeError(`${JSON.stringify(text)} has control characters`);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

import { FieldFault, UpstreamError } from '../errors.ts';
import type { MessageType, ProtoMethod } from '../upstreams/grpc/types.ts';
import type { Values } from './arguments.ts';
import { compileAuto } from './auto.ts';
import { fieldAt, snake } from './available.ts';
import type { Mapping, Variables, VariableUse } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import { splitItems } from './mapping/split.ts';
import type { Connector, ConnectorModel } from './model.ts';
import type { BuildCall } from './request.ts';
import { compileCall, routeName } from './request.ts';
import type { ConnectorServices } from './run.ts';
import { describe } from './scalars.ts';
import type { Key } from './key.ts';
import { keyId } from './key.ts';
import type { Want } from './mapping/want.ts';

/** How a connector asks for many keys in one call, and finds each key's answer again. */
export interface BatchForm {
  /** Written by the author with `$batch`; otherwise recognised from a sibling of the single call. */
  readonly declared: boolean;
  readonly operation: string;
  readonly maxSize: number;
  /** For a recognised form: the argument (or parent's field) that holds the key. */
  readonly keyNames: readonly string[];
  /** Mapping of one answer; absent = automatic. */
  readonly selection: Mapping | undefined;
  readonly message: MessageType | undefined;
  /** Absent: the connector's own call. */
  readonly buildCall: BuildCall | undefined;
  arguments(args: Values, keys: readonly Key[]): Values;
  /** The mask for the batch call: the key is always part of it. */
  mask(paths: readonly string[]): readonly string[];
  correlate(data: unknown, variables: Variables, keys: readonly Key[]): Correlated;
}

/** Each key's answer (or answers, with `many`); `fault` stands for the keys without one when the answer is not to be trusted. */
export interface Correlated {
  readonly found: ReadonlyMap<string, unknown>;
  readonly fault?: FieldFault;
}

/** Keys in one call unless `batch: { maxSize }` or the upstream's configuration says otherwise. */
export const DEFAULT_MAX_BATCH_SIZE = 500;

/** The batch form of a connector: declared with `$batch`, or recognised from its method or path. */
export function findBatch(
  connector: Connector,
  model: ConnectorModel,
  services: ConnectorServices,
  method: ProtoMethod | undefined,
  uses: readonly VariableUse[],
): { form: BatchForm | undefined; message: MessageType | undefined } {
  const maxSize =
    connector.batch?.maxSize ?? services.upstream(connector.upstream)?.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE;
  const form =
    declaredBatch(connector, model, method, uses, maxSize) ??
    recognisedGrpc(connector, model, services, method, uses, maxSize) ??
    recognisedHttp(connector, model, maxSize);
  return { form, message: form?.message };
}

function declaredBatch(
  connector: Connector,
  model: ConnectorModel,
  method: ProtoMethod | undefined,
  uses: readonly VariableUse[],
  maxSize: number,
): BatchForm | undefined {
  const batchUses = uses.filter((u) => u.variable === '$batch');
  const implied =
    batchUses.length === 0 &&
    connector.fieldName === undefined &&
    connector.selection === undefined &&
    uses.length === 0 &&
    repeatedMessage(method?.response) !== undefined;
  if (batchUses.length === 0 && !implied && !connector.batch?.key) return undefined;
  const { selection, batch } = connector;
  const whole = selection?.mapping;
  const split = batch?.items ? undefined : whole && splitItems(whole);
  const repeated = repeatedMessage(method?.response);
  const takeItems = batch?.items
    ? compileMapping(batch.items.mapping)
    : split
      ? compileMapping(split.items)
      : whole
        ? compileMapping(whole)
        : (data: unknown) => (repeated ? (data as Record<string, unknown>)[repeated.jsonName] : data);
  const item = (batch?.items ? whole : split?.item) ?? typeMapping(connector, model);
  const message =
    method && itemMessage(method.response, batch?.items?.mapping ?? split?.items, repeated?.jsonName);
  const paths =
    batchUses.length > 0 ? uniquePaths(batchUses) : (model.keys.get(connector.typeName)?.[0] ?? []);
  const readKey = batch?.key
    ? givenKey(batch.key.mapping, paths)
    : mappedKey(item, message, paths, connector);
  const single = paths.length === 1 ? fieldSource(item, paths[0]![0]!) : undefined;
  return {
    declared: true,
    operation: operationName(connector, method),
    maxSize,
    keyNames: paths.map((p) => p[0]!),
    selection: item,
    message,
    buildCall: undefined,
    arguments: (args) => args,
    mask: (wanted) => (single === undefined || wanted.includes(single) ? wanted : [...wanted, single]),
    correlate: correlator(connector, takeItems, readKey, batch?.many ?? false),
  };
}

function recognisedGrpc(
  connector: Connector,
  model: ConnectorModel,
  services: ConnectorServices,
  method: ProtoMethod | undefined,
  uses: readonly VariableUse[],
  maxSize: number,
): BatchForm | undefined {
  if (!method || connector.typeName === 'Mutation' || connector.typeName === 'Subscription') return undefined;
  const found = services.upstream(connector.upstream)?.protos?.findBatchMethod(method);
  if (!found) return undefined;
  const keyName = singleKeyName(connector, found.keyField.jsonName, uses, model);
  if (keyName === undefined) return undefined;
  const batchField = found.responseField;
  const message =
    typeof batchField.type === 'object' && batchField.type.kind === 'message' ? batchField.type : undefined;
  const sameAnswer = message?.name === method.response.name;
  // GetX answers with a wrapper around X, BatchGetXs with a list of X itself.
  const wrapper = sameAnswer
    ? undefined
    : [...method.response.fields.values()].find(
        (f) => typeof f.type === 'object' && f.type.name === message?.name,
      )?.jsonName;
  if (!message || (!sameAnswer && wrapper === undefined)) return undefined;
  const synthetic: Connector = {
    ...connector,
    selection: undefined,
    request: { kind: 'grpc', method: found.method.fullName, message: undefined },
  };
  const call = compileCall(synthetic, model, found.method);
  const keySource = found.answerKeyField.name;
  const correlate = correlator(
    connector,
    (data) => (data as Record<string, unknown>)[found.responseField.jsonName],
    (answer) => textOf((answer as Record<string, unknown> | null)?.[found.answerKeyField.jsonName]),
    false,
  );
  return {
    declared: false,
    operation: found.method.fullName,
    maxSize,
    keyNames: [keyName],
    selection: connector.selection?.mapping,
    message: method.response,
    buildCall: call,
    arguments: (_args, keys) => ({ [found.requestField.jsonName]: keys.map((k) => k.values[keyName]) }),
    mask: (wanted) => (wanted.includes(keySource) ? wanted : [...wanted, keySource]),
    correlate:
      wrapper === undefined
        ? correlate
        : (data, variables, keys) => wrapAnswers(correlate(data, variables, keys), wrapper),
  };
}

function wrapAnswers({ found, ...rest }: Correlated, wrapper: string): Correlated {
  return {
    ...rest,
    found: new Map(
      [...found].map(([id, answer]) => [id, answer instanceof FieldFault ? answer : { [wrapper]: answer }]),
    ),
  };
}

/** The argument or parent's field that alone fills the single request's key. */
function singleKeyName(
  connector: Connector,
  singleField: string,
  uses: readonly VariableUse[],
  model: ConnectorModel,
): string | undefined {
  if (connector.request.kind !== 'grpc' || connector.headers.some((h) => h.value)) return undefined;
  const { message } = connector.request;
  if (!message) {
    if (connector.fieldName === undefined)
      return model.keys.get(connector.typeName)?.some((k) => k.length === 1 && k[0]![0] === singleField)
        ? singleField
        : undefined;
    const args =
      connector.typeName === 'Query'
        ? model.schema.getQueryType()!.getFields()[connector.fieldName]!.args
        : [];
    return args.length === 1 && args[0]!.name === singleField ? singleField : undefined;
  }
  const { shape, variables } = message.mapping;
  const isOnlyField = shape.kind === 'object' && shape.fields.size === 1 && shape.fields.has(singleField);
  const [use] = variables;
  return isOnlyField &&
    uses.length === 1 &&
    use?.path.length === 1 &&
    (use.variable === '$args' || use.variable === '$this')
    ? use.path[0]
    : undefined;
}

const SINGLE_PATH = /^(\/[^{}?]*)\/\{\s*\$(?:args|this)\.(\w+)\s*\}$/;
const MANY_PATH = /^(\/[^{}?]*)\?\w+=\{\s*\$(args|batch)\.(\w+)->joinNotNull\(\s*(["']),\4\s*\)\s*\}$/;

/** `/x/{id}` beside `/x?ids=` in the same schema, on the same upstream, giving the same type. */
function recognisedHttp(connector: Connector, model: ConnectorModel, maxSize: number): BatchForm | undefined {
  const { request } = connector;
  if (request.kind !== 'http' || request.verb !== 'GET' || connector.headers.some((h) => h.value))
    return undefined;
  const single = SINGLE_PATH.exec(request.template.node.value);
  if (!single) return undefined;
  const keyName = single[2]!;
  const typeName = outputTypeName(connector, model);
  for (const other of model.connectors) {
    if (
      other.request.kind !== 'http' ||
      other.request.verb !== 'GET' ||
      other.upstream !== connector.upstream
    )
      continue;
    if (other.typeName !== 'Query' && other.fieldName !== undefined) continue;
    const many = MANY_PATH.exec(other.request.template.node.value);
    if (
      !many ||
      many[1] !== single[1] ||
      outputTypeName(other, model) !== typeName ||
      !other.selection ||
      !connector.selection
    )
      continue;
    const split = splitItems(other.selection.mapping);
    const one = splitItems(connector.selection.mapping).item;
    const item = split.item ?? typeMapping(connector, model);
    // Either both select fields, or both leave it to the type's own mapping.
    if ((split.item === undefined) !== (one === undefined) || (one && !covers(split.item!, one))) continue;
    if (!item || !covers(item, undefined, keyName)) continue;
    const listName = many[2] === 'batch' ? undefined : many[3]!;
    if (listName === undefined && many[3] !== keyName) continue;
    return {
      declared: false,
      operation: operationName(other, undefined),
      maxSize: other.batch?.maxSize ?? maxSize,
      keyNames: [keyName],
      selection: split.item,
      message: undefined,
      buildCall: compileCall(other, model, undefined),
      arguments: (args, keys) =>
        listName === undefined ? args : { [listName]: keys.map((k) => k.values[keyName]) },
      mask: (paths) => paths,
      correlate: correlator(
        connector,
        compileMapping(split.items),
        mappedKey(item, undefined, [[keyName]], connector),
        false,
      ),
    };
  }
  return undefined;
}

/** The `@mapping` of the type that the connector gives. */
function typeMapping(connector: Connector, model: ConnectorModel): Mapping | undefined {
  return model.typeMappings.get(outputTypeName(connector, model))?.byDialect.get(connector.dialect);
}

/** Whether one mapping gives at least the fields of another, or a field. */
function covers(mapping: Mapping, other: Mapping | undefined, field?: string): boolean {
  const { shape } = mapping;
  if (shape.kind !== 'object') return false;
  if (field !== undefined) return shape.fields.has(field);
  return (
    other?.shape.kind === 'object' && [...other.shape.fields.keys()].every((name) => shape.fields.has(name))
  );
}

function outputTypeName(connector: Connector, model: ConnectorModel): string {
  if (connector.fieldName === undefined) return connector.typeName;
  const type = model.schema.getType(connector.typeName);
  const field =
    type && 'getFields' in type
      ? (type.getFields() as Record<string, { type: unknown }>)[connector.fieldName]
      : undefined;
  return String(field?.type).replace(/[[\]!]/g, '');
}

type ReadKey = (answer: unknown, variables: Variables) => string | undefined;

/** `batch: { key: "…" }`: an object with the names after `$batch`, or a single value for a single name. */
function givenKey(mapping: Mapping, paths: readonly (readonly string[])[]): ReadKey {
  const read = compileMapping(mapping);
  // `key: "@id"` is a selection of one field, whatever it is called.
  const { shape } = mapping;
  const [only] =
    shape.kind === 'object' && shape.fields.size === 1 && paths.length === 1 ? shape.fields.keys() : [];
  if (only !== undefined && only !== paths[0]![0])
    return (answer, variables) =>
      textOf((read(answer, variables) as Record<string, unknown> | null | undefined)?.[only]);
  return (answer, variables) => keyText(read(answer, variables), paths);
}

/** The key as the selection itself gives it. */
function mappedKey(
  item: Mapping | undefined,
  message: MessageType | undefined,
  paths: readonly (readonly string[])[],
  connector: Connector,
): ReadKey {
  const want = wantOf(paths);
  const read = item
    ? compileMapping(item, want)
    : compileAuto(want, message ? { kind: 'message', message } : { kind: 'open' }, connector.dialect);
  return (answer, variables) => keyText(read(answer, variables), paths);
}

function wantOf(paths: readonly (readonly string[])[]): Want {
  const fields = new Map<string, Want>();
  for (const head of new Set(paths.map((p) => p[0]!))) {
    const below = paths.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1));
    fields.set(head, below.length > 0 ? { ...wantOf(below), listDepth: 0 } : { listDepth: 0 });
  }
  return { fields, listDepth: 0 };
}

function keyText(value: unknown, paths: readonly (readonly string[])[]): string | undefined {
  if (typeof value !== 'object' || value === null) return paths.length === 1 ? textOf(value) : undefined;
  const parts: string[] = [];
  for (const path of paths) {
    let at: unknown = value;
    for (const name of path)
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
    const text = textOf(at);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return keyId(parts);
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'object') return '#text' in value ? textOf(value['#text']) : JSON.stringify(value);
  return String(value);
}

/** Matches answers to keys by value, never by position, and says which key does not add up. */
function correlator(
  connector: Connector,
  takeItems: (data: unknown, variables: Variables) => unknown,
  readKey: ReadKey,
  many: boolean,
): BatchForm['correlate'] {
  const mismatch = (what: string) =>
    new FieldFault(
      new UpstreamError(
        'UPSTREAM_KEY_MISMATCH',
        connector.upstream,
        `The service "${connector.upstream}" answered a batch of ${connector.name} ${what}.`,
      ),
    );
  return (data, variables, keys) => {
    const items = takeItems(data, variables);
    const list = Array.isArray(items)
      ? items
      : items === undefined || items === null || items === ''
        ? []
        : [items];
    const asked = new Set(keys.map((k) => k.id));
    const found = new Map<string, unknown>();
    let stray: string | undefined;
    for (const item of list) {
      const id = readKey(item, variables);
      if (id === undefined) stray ??= 'with an entry that has no key';
      else if (!asked.has(id)) stray ??= `with the key ${describe(id)}, which was not asked for`;
      else if (many) {
        const group = found.get(id) as unknown[] | undefined;
        if (group) group.push(item);
        else found.set(id, [item]);
      } else if (found.has(id)) found.set(id, mismatch(`with the key ${describe(id)} more than once`));
      else found.set(id, item);
    }
    if (many) for (const id of asked) if (!found.has(id)) found.set(id, []);
    // A key without an answer is a thing that does not exist; beside an answer without a key it is a mix-up.
    return stray !== undefined && (many || found.size < asked.size)
      ? { found: many ? new Map() : found, fault: mismatch(stray) }
      : { found };
  };
}

function uniquePaths(uses: readonly VariableUse[]): string[][] {
  return [
    ...new Map(uses.filter((u) => u.path.length > 0).map((u) => [u.path.join('.'), [...u.path]])).values(),
  ];
}

/** The only repeated message of a list response. */
export function repeatedMessage(message: MessageType | undefined) {
  const lists = [...(message?.fields.values() ?? [])].filter(
    (f) => f.repeated && !f.map && typeof f.type === 'object' && f.type.kind === 'message',
  );
  return lists.length === 1 ? lists[0] : undefined;
}

function itemMessage(
  response: MessageType,
  items: Mapping | undefined,
  fallback: string | undefined,
): MessageType | undefined {
  const source = items
    ? items.shape.kind === 'value'
      ? items.shape.source
      : undefined
    : fallback === undefined
      ? undefined
      : [fallback];
  if (!source) return undefined;
  if (source.length === 0) return response;
  const type = fieldAt(response, source)?.type;
  return typeof type === 'object' && type.kind === 'message' ? type : undefined;
}

/** The proto path of a mapped field, for masks. */
function fieldSource(item: Mapping | undefined, name: string): string | undefined {
  if (!item) return snake(name);
  const source = item.shape.kind === 'object' ? item.shape.fields.get(name)?.source : undefined;
  return source && source.length > 0 ? source.map(snake).join('.') : undefined;
}

/** What the call is called in metrics and explanations. */
export function operationName(connector: Connector, method: ProtoMethod | undefined): string {
  if (connector.request.kind === 'grpc') return method?.fullName ?? connector.request.method;
  return `${connector.request.verb} ${routeName(connector.request.template.node.value.replace(/^https?:\/\/[^/?#{}]+/, ''))}`;
}

import type { OutboundCall, RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import type { ProtoMethod } from '../upstreams/grpc/types.ts';
import type { Headers, HttpInput, XmlInput } from '../upstreams/upstream.ts';
import { snake } from './available.ts';
import { compileInputs } from './inputs.ts';
import type { Variables } from './mapping/mapping.ts';
import { compileHeaderValue } from './mapping/header.ts';
import { compileMapping } from './mapping/mapping.ts';
import { compilePathSegments, compileQueryParams, compileTemplate } from './mapping/template.ts';
import type { Connector, ConnectorModel, GrpcCall, HeaderRule, HttpCall } from './model.ts';
import { outputTypeName } from './output-type.ts';
import { own } from './own.ts';

/** Turns the variables of one call into the call. Throws `BAD_USER_INPUT` for values that cannot be sent. */
export type BuildCall = (
  variables: Variables,
  context: RequestContext,
  mask: readonly string[] | undefined,
) => OutboundCall;

export function compileCall(
  connector: Connector,
  model: ConnectorModel,
  method: ProtoMethod | undefined,
): BuildCall {
  const build =
    connector.request.kind === 'grpc'
      ? compileGrpc(connector.request, connector, model, method!)
      : compileHttp(connector.request, connector, model);
  const headers = compileHeaders(
    connector.wire === 'grpc' ? connector.headers : connector.headers.filter((rule) => !describesBody(rule)),
  );
  const { upstream, wire } = connector;
  const { subgraph } = model;
  return (variables, context, mask) => ({
    upstream,
    wire,
    subgraph,
    request: build(variables, context, mask),
    options: { signal: context.signal, deadlineAt: context.deadlineAt, headers: headers(variables, context) },
  });
}

type BuildRequest = (
  variables: Variables,
  context: RequestContext,
  mask: readonly string[] | undefined,
) => OutboundCall['request'];

function compileGrpc(
  call: GrpcCall,
  connector: Connector,
  model: ConnectorModel,
  method: ProtoMethod,
): BuildRequest {
  const operation = method.fullName;
  const { idempotent, readOnly } = method;
  const message = call.message ? compileMapping(call.message.mapping) : autoMessage(method);
  const inputs = compileInputs(connector, model);
  const readMask = readMaskField(method);
  const updateMask = updateMaskField(method);
  // The identifier only says where.
  const keys = model.keys.get(outputTypeName(connector, model)) ?? [];
  const identifiers = new Set(['id', ...keys.flatMap((key) => key.map(([head]) => head!))]);
  return (variables, _context, mask) => {
    const plain = message({}, variables) ?? {};
    let built = (inputs ? inputs(plain, variables.$args) : plain) as Record<string, unknown>;
    if (typeof built !== 'object' || built === null)
      throw new SluiceError('BAD_USER_INPUT', `The request of ${operation} is not an object.`);
    if (readMask !== undefined && mask && built[readMask] === undefined)
      built = { ...built, [readMask]: mask };
    if (updateMask && built[updateMask.mask] === undefined) {
      const resource = built[updateMask.resource];
      if (typeof resource === 'object' && resource !== null)
        built = { ...built, [updateMask.mask]: givenPaths(resource, identifiers, updateMask.oneofs) };
    }
    return { operation, input: { message: built }, idempotent, readOnly };
  };
}

/** Without a mapping: what has the same name, in the arguments, in an `input` argument, in the keys. */
function autoMessage(method: ProtoMethod) {
  const { fields, oneofs } = method.request;
  const names = [
    ...new Set([...fields.keys(), ...[...oneofs.keys()].flatMap((name) => [name, camel(name)])]),
  ];
  const lists = [...method.request.fields.values()].filter((f) => f.repeated && typeof f.type === 'string');
  const onlyList = lists.length === 1 ? lists[0]!.jsonName : undefined;
  return (_data: unknown, variables: Variables) => {
    const { $args, $this } = variables;
    const input = names.includes('input') ? undefined : own($args, 'input');
    const message: Record<string, unknown> = {};
    for (const name of names) {
      const value = own($args, name) ?? own(input, name) ?? own($this, name);
      if (value !== undefined) message[name] = value;
    }
    const batch = variables.$batch as readonly Record<string, unknown>[] | undefined;
    if (batch && onlyList !== undefined) message[onlyList] = batch.map((key) => Object.values(key)[0]);
    return message;
  };
}

/** As the codec reads the name of a oneof. */
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The field in which a read method takes the paths that are wanted (AIP-157). */
export function readMaskField(method: ProtoMethod): string | undefined {
  return ['readMask', 'fieldMask', 'mask'].find((name) => {
    const field = method.request.fields.get(name);
    return (
      typeof field?.type === 'object' && field.type.kind === 'message' && field.type.wellKnown === 'FieldMask'
    );
  });
}

/** `update_mask` and the resource that it speaks of (AIP-134), with the names of its oneofs. */
function updateMaskField(
  method: ProtoMethod,
): { mask: string; resource: string; oneofs: ReadonlySet<string> } | undefined {
  if (!method.request.fields.has('updateMask')) return undefined;
  const resources = [...method.request.fields.values()].filter(
    (f) => typeof f.type === 'object' && f.type.kind === 'message' && !f.type.wellKnown,
  );
  const [resource] = resources;
  if (resources.length !== 1 || typeof resource?.type !== 'object' || resource.type.kind !== 'message')
    return undefined;
  const { fields, oneofs } = resource.type;
  const names = [...oneofs.keys()].filter((name) => !fields.has(name)).map(snake);
  return { mask: 'updateMask', resource: resource.jsonName, oneofs: new Set(names) };
}

/** What the client gave is what is changed. A oneof is named by the member that is set. */
function givenPaths(
  resource: object,
  identifiers: ReadonlySet<string>,
  oneofs: ReadonlySet<string>,
): string[] {
  return Object.entries(resource).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined || identifiers.has(key)) return [];
    const isOneof = oneofs.has(snake(key)) && typeof value === 'object' && value !== null;
    return (isOneof ? Object.keys(value) : [key]).map(snake);
  });
}

function compileHttp(call: HttpCall, connector: Connector, model: ConnectorModel): BuildRequest {
  const text = call.template.node.value;
  const origin = /^https?:\/\/[^/?#{}]+/.exec(text)?.[0] ?? '';
  const template = compileTemplate(call.template.template);
  const prefix = call.prefix && compilePathSegments(call.prefix.mapping);
  const segments = call.path && compilePathSegments(call.path.mapping);
  const params = call.queryParams.map((p) => compileQueryParams(p.mapping));
  const body = call.body && compileMapping(call.body.mapping);
  const inputs = body && compileInputs(connector, model);
  const operation = operationName(connector, undefined);
  const idempotent = call.verb !== 'POST' && call.verb !== 'PATCH';
  const readOnly = call.verb === 'GET' || call.verb === 'QUERY';
  const anyStatus = connector.errors !== undefined || connector.isSuccess !== undefined;
  const namespaces = model.namespaces;
  const described = connector.headers.some(describesBody)
    ? compileHeaders(connector.headers.filter(describesBody))
    : undefined;
  return (variables, context) => {
    let path = template(variables).slice(origin.length);
    if (!path.startsWith('/')) path = `/${path}`;
    if (prefix) path = prefix(variables) + path;
    if (segments) path = joinPath(path, segments(variables));
    for (const param of params) path = joinQuery(path, param(variables));
    const built = body?.({}, variables);
    const data = inputs ? inputs(built, variables.$args) : built;
    const input: HttpInput | XmlInput = {
      method: call.verb,
      path,
      ...(data !== undefined && { body: data }),
      ...(anyStatus && { anyStatus }),
      ...(connector.wire === 'xml' && { namespaces }),
      ...(described && { headers: described(variables, context) }),
    };
    return { operation, input, idempotent, readOnly };
  };
}

/** `more` is empty or starts with `/`. */
function joinPath(path: string, more: string): string {
  if (more === '') return path;
  const at = path.indexOf('?');
  const [before, after] = at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)];
  return before.replace(/\/$/, '') + more + after;
}

function joinQuery(path: string, more: string): string {
  if (more === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${more.replace(/^[?&]/, '')}`;
}

/** `/orders/{$args.id}?expand={…}` → `/orders/{id}`: one name per route, however many ids are asked. */
export function routeName(template: string): string {
  return template
    .replace(/\?.*$/s, '')
    .replace(
      /\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g,
      (_, expression: string) => `{${/\$\w+\.(?:\w+\.)*(\w+)/.exec(expression)?.[1] ?? 'value'}}`,
    );
}

/** What says how the body is written, or the answer may be, belongs to the wire's input: there it replaces the wire's own. */
const describesBody = ({ name }: HeaderRule): boolean => name === 'content-type' || name === 'accept';

function compileHeaders(
  from: readonly HeaderRule[],
): (variables: Variables, context: RequestContext) => Headers {
  if (from.length === 0) return () => NO_HEADERS;
  const rules = from.map((rule) => ({
    ...rule,
    template: rule.value && compileHeaderValue(rule.value.template),
  }));
  return (variables, context) => {
    const headers: Record<string, string> = {};
    for (const { name, from, template } of rules) {
      const value = template ? template(variables) : own(context.headers, from!);
      if (typeof value === 'string' && value !== '') headers[name] = value;
    }
    return headers;
  };
}

const NO_HEADERS: Headers = Object.freeze({});

/** What the call is called in metrics and explanations. */
export function operationName(connector: Connector, method: ProtoMethod | undefined): string {
  if (connector.request.kind === 'grpc') return method?.fullName ?? connector.request.method;
  return `${connector.request.verb} ${routeName(connector.request.template.node.value.replace(/^https?:\/\/[^/?#{}]+/, ''))}`;
}

import type { GraphQLField, GraphQLInputType } from 'graphql';
import {
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Problem } from '../../problem.ts';
import type { MessageType, ProtoMethod } from '../../upstreams/grpc/types.ts';
import { oneofNamed } from '../choice.ts';
import { problemAt, problemInText } from '../location.ts';
import type { OutputShape, VariableUse } from '../mapping/mapping.ts';
import type { Connector, ConnectorModel, PlacedMapping } from '../model.ts';
import { didYouMean } from '../suggest.ts';
import type { UpstreamFacts } from '../run.ts';

/** What a connector sends: the method exists, the message has these fields, the variables are there. */
export function checkRequest(connector: Connector, model: ConnectorModel, facts: UpstreamFacts): Problem[] {
  const problems: Problem[] = [];
  const { request } = connector;
  if (request.kind === 'grpc') {
    // Protos that could not be loaded have told their own problem.
    if (!facts.protos) return [];
    const method = facts.protos.method(request.method);
    if (!method) return [unknownMethod(connector, request.method, facts)];
    problems.push(...checkStreaming(connector, method));
    if (request.message)
      problems.push(...checkMessage(request.message, request.message.mapping.shape, method.request, method));
  }
  if (request.kind === 'http' && connector.root === 'subscription')
    problems.push(
      problemAt(connector.node, {
        code: 'CONNECTOR_CANNOT_STREAM',
        message: `${connector.name} is a subscription, and the ${connector.wire} wire answers once.`,
        fix: 'Take a gRPC method that returns a stream, or make it a query.',
      }),
    );
  problems.push(...checkVariables(connector, model));
  return problems;
}

function unknownMethod(connector: Connector, name: string, facts: UpstreamFacts): Problem {
  const known = facts.protos?.services().flatMap((s) => [...s.methods.values()].map((m) => m.fullName)) ?? [];
  const [service, method] = name.split('/');
  const sameService = known.filter((k) => k.startsWith(`${service}/`));
  const near = didYouMean(
    method ?? name,
    sameService.map((k) => k.slice(service!.length + 1)),
  );
  return problemAt(connector.node.arguments?.find((a) => a.name.value === 'method')?.value, {
    code: 'GRPC_UNKNOWN_METHOD',
    message: `The protos of the upstream "${connector.upstream}" have no method "${name}".`,
    fix: sameService.length > 0 ? near : didYouMean(name, known),
  });
}

function checkStreaming(connector: Connector, method: ProtoMethod): Problem[] {
  const at = connector.node.arguments?.find((a) => a.name.value === 'method')?.value;
  const isSubscription = connector.root === 'subscription';
  if (method.clientStreaming)
    return [
      problemAt(at, {
        code: 'GRPC_STREAMING',
        message: `${method.fullName} takes a stream of requests, which no GraphQL field can send.`,
        fix: 'Use a method with a single request.',
      }),
    ];
  if (method.serverStreaming === isSubscription) return [];
  return [
    problemAt(at, {
      code: 'GRPC_STREAMING',
      message: isSubscription
        ? `${method.fullName} answers once, but ${connector.name} is a subscription.`
        : `${method.fullName} answers with a stream, but ${connector.name} is not a subscription.`,
      fix: isSubscription
        ? 'Use a method that returns a stream.'
        : 'Put it on a field of Subscription, or use a unary method.',
    }),
  ];
}

/** The keys that a request mapping writes against the fields of the message. */
function checkMessage(
  placed: PlacedMapping,
  shape: OutputShape,
  message: MessageType,
  method: ProtoMethod,
): Problem[] {
  if (shape.kind === 'oneOf') return shape.shapes.flatMap((s) => checkMessage(placed, s, message, method));
  if (shape.kind !== 'object' || message.wellKnown) return [];
  return [...shape.fields].flatMap(([name, field]): Problem[] => {
    const target = message.fields.get(name);
    if (!target) {
      if (oneofNamed(message, name)) return [];
      const known = [...message.fields.keys(), ...message.oneofs.keys()];
      return [
        problemInText(placed.node, field.offset, {
          code: 'GRPC_UNKNOWN_REQUEST_FIELD',
          message: `The request of ${method.fullName} (${message.name}) has no field "${name}".`,
          fix: didYouMean(name, known),
        }),
      ];
    }
    const inner =
      typeof target.type === 'object' && target.type.kind === 'message' && !target.map
        ? target.type
        : undefined;
    return inner ? checkMessage(placed, field.shape, inner, method) : [];
  });
}

function checkVariables(connector: Connector, model: ConnectorModel): Problem[] {
  const field = fieldOf(connector, model);
  const parent = model.schema.getType(connector.typeName);
  const { request, selection, headers, batch, errors, isSuccess } = connector;
  const texts = [
    ...(request.kind === 'grpc'
      ? [request.message]
      : [request.body, request.prefix, request.path, ...request.queryParams]),
    selection,
    batch?.items,
    batch?.key,
    errors?.message,
    errors?.extensions,
    isSuccess,
  ].flatMap((m) => (m ? [{ node: m.node, uses: m.mapping.variables }] : []));
  const templates = [...headers.map((h) => h.value), ...(request.kind === 'http' ? [request.template] : [])];
  for (const t of templates) if (t) texts.push({ node: t.node, uses: t.template.variables });
  return texts.flatMap(({ node, uses }) =>
    uses.flatMap((use): Problem[] => {
      const wrong = wrongUse(
        use,
        connector,
        field,
        parent && isObjectType(parent) ? Object.keys(parent.getFields()) : [],
        model,
      );
      return wrong ? [problemInText(node, use.offset, { code: 'MAPPING_UNKNOWN_VARIABLE', ...wrong })] : [];
    }),
  );
}

function wrongUse(
  { variable, path }: VariableUse,
  connector: Connector,
  field: GraphQLField<unknown, unknown> | undefined,
  parentFields: readonly string[],
  model: ConnectorModel,
): { message: string; fix: string } | undefined {
  if (variable === '$args') {
    if (!field)
      return {
        message: '$args is not there: a connector on a type has no arguments.',
        fix: 'Use $this or $batch for the fields of the object.',
      };
    return wrongArgument(path, field);
  }
  if (variable === '$this' || variable === '$batch') {
    if (connector.root)
      return {
        message: `${variable} is not there on ${connector.typeName}: there is no object around the field.`,
        fix: 'Use $args.',
      };
    const [head] = path;
    if (head !== undefined && !parentFields.includes(head))
      return {
        message: `${variable}.${head}: the type ${connector.typeName} has no field "${head}".`,
        fix: didYouMean(head, parentFields),
      };
    const inner = head === undefined ? undefined : parentField(connector, model, head);
    if (head !== undefined && inner && path.length === 1 && isCompositeType(getNamedType(inner.type)))
      return {
        message: `${variable}.${head} is an object, which cannot be sent.`,
        fix: `Name one of its fields: ${variable}.${head}.id.`,
      };
  }
  return undefined;
}

function wrongArgument(
  path: readonly string[],
  field: GraphQLField<unknown, unknown>,
): { message: string; fix: string } | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return undefined;
  const arg = field.args.find((a) => a.name === name);
  if (!arg)
    return {
      message: `$args.${name}: the field has no argument "${name}".`,
      fix: didYouMean(
        name,
        field.args.map((a) => a.name),
      ),
    };
  let type: GraphQLInputType = arg.type;
  let at = `$args.${name}`;
  for (const key of rest) {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return undefined;
    const inner: { type: GraphQLInputType } | undefined = named.getFields()[key];
    if (!inner)
      return {
        message: `${at}.${key}: the input ${named.name} has no field "${key}".`,
        fix: didYouMean(key, Object.keys(named.getFields())),
      };
    if (isListType(isNonNullType(type) ? type.ofType : type)) return undefined;
    type = inner.type;
    at += `.${key}`;
  }
  return undefined;
}

function parentField(
  connector: Connector,
  model: ConnectorModel,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  const type = model.schema.getType(connector.typeName);
  return isObjectType(type) ? type.getFields()[name] : undefined;
}

export function fieldOf(
  connector: Connector,
  model: ConnectorModel,
): GraphQLField<unknown, unknown> | undefined {
  return connector.fieldName === undefined ? undefined : parentField(connector, model, connector.fieldName);
}

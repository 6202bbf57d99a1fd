import { isListType } from 'graphql';
import { FieldFault } from '../errors.ts';
import type { BatchCandidate, BatchForm, Correlated } from './batch-form.ts';
import { correlator, mappedKey, textOf } from './correlate.ts';
import type { Mapping, VariableUse } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import { splitItems } from './mapping/split.ts';
import type { Connector, ConnectorModel } from './model.ts';
import { nullableOutput, outputTypeName, typeMapping } from './output-type.ts';
import { compileCall, operationName } from './request.ts';

/** `GetX` beside `BatchGetX`: which methods go together, `grpc/batch-method.ts` says. */
export function recognisedGrpc({
  connector,
  model,
  services,
  method,
  uses,
  maxSize,
}: BatchCandidate): BatchForm | undefined {
  if (!method || connector.root === 'mutation' || connector.root === 'subscription') return undefined;
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
    keyPaths: [[keyName]],
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
      connector.root === 'query' ? model.schema.getQueryType()!.getFields()[connector.fieldName]!.args : [];
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
export function recognisedHttp({ connector, model, maxSize }: BatchCandidate): BatchForm | undefined {
  const { request } = connector;
  if (request.kind !== 'http' || !isPlainGet(connector) || connector.headers.some((h) => h.value))
    return undefined;
  if (isListType(nullableOutput(connector, model))) return undefined;
  const single = SINGLE_PATH.exec(request.template.node.value);
  if (!single) return undefined;
  const keyName = single[2]!;
  const typeName = outputTypeName(connector, model);
  for (const other of model.connectors) {
    if (other.request.kind !== 'http' || !isPlainGet(other) || other.upstream !== connector.upstream)
      continue;
    if (other.root !== 'query' && other.fieldName !== undefined) continue;
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
      keyPaths: [[keyName]],
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

/** A GET that sends nothing but its template: only then do two templates tell that two calls ask for the same. */
function isPlainGet({ request, errors, isSuccess }: Connector): boolean {
  if (request.kind !== 'http' || request.verb !== 'GET' || errors || isSuccess) return false;
  return !request.body && !request.prefix && !request.path && request.queryParams.length === 0;
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

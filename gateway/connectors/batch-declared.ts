import type { MessageType } from '../upstreams/grpc/types.ts';
import { fieldAt, repeatedMessage, snake } from './available.ts';
import type { BatchCandidate, BatchForm } from './batch-form.ts';
import { correlator, givenKey, mappedKey } from './correlate.ts';
import type { Mapping, OutputShape, VariableUse } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';
import { compileMapping } from './mapping/mapping.ts';
import { splitItems } from './mapping/split.ts';
import { typeMapping } from './output-type.ts';
import { operationName } from './request.ts';

/** `$batch` in the request; or for gRPC, a list method on a type that leaves its request and selection to the names. */
export function declaredBatch({
  connector,
  model,
  method,
  uses,
  maxSize,
}: BatchCandidate): BatchForm | undefined {
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
  const paths = pathsOf(connector, model, batchUses);
  const readKey = batch?.key
    ? givenKey(batch.key.mapping, paths)
    : mappedKey(item, message, paths, connector);
  const single = paths.length === 1 ? fieldSource(item, paths[0]![0]!) : undefined;
  return {
    declared: true,
    operation: operationName(connector, method),
    maxSize,
    keyPaths: paths,
    selection: item,
    message,
    buildCall: undefined,
    arguments: (args) => args,
    mask: (wanted) => (single === undefined || wanted.includes(single) ? wanted : [...wanted, single]),
    correlate: correlator(connector, takeItems, readKey, batch?.many ?? false),
  };
}

/** The parts of the key: what stands after `$batch`; where that is only the list itself, what `batch.key` gives, or the type's key. */
function pathsOf(
  { batch, typeName }: Connector,
  model: ConnectorModel,
  uses: readonly VariableUse[],
): readonly (readonly string[])[] {
  const used = uniquePaths(uses);
  if (used.length > 0) return used;
  const key = model.keys.get(typeName)?.[0];
  const given = batch?.key ? shapePaths(batch.key.mapping.shape) : [];
  return key ?? given;
}

function shapePaths(shape: OutputShape): string[][] {
  if (shape.kind !== 'object') return [];
  return [...shape.fields].flatMap(([name, field]) =>
    field.shape.kind === 'object' ? shapePaths(field.shape).map((path) => [name, ...path]) : [[name]],
  );
}

function uniquePaths(uses: readonly VariableUse[]): string[][] {
  return [
    ...new Map(uses.filter((u) => u.path.length > 0).map((u) => [u.path.join('.'), [...u.path]])).values(),
  ];
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

import type { TypedAnswer } from './answers.ts';
import { nounsOf } from './operation-names.ts';
import type { Method, Operation } from './operations.ts';
import type { ObjectType, OutputField } from './outputs.ts';
import type { Parameter } from './parameters.ts';
import type { SchemaReader } from './schema-reader.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase } from '../names.ts';

/** A field of the graph that an operation brings. */
export interface Planned {
  readonly operation: Operation;
  readonly name: string;
  readonly answer: TypedAnswer;
}

/** A type that one of the operations finds by its key. */
export interface Entity {
  readonly type: ObjectType;
  readonly field: Planned;
  /** Path parameter → the type's field. */
  readonly key: ReadonlyMap<string, OutputField>;
  /** Where the answer holds it, if that is a wrapper with more in it; else the field itself is the finder. */
  readonly path: readonly string[] | undefined;
  batch?: EntityBatch;
}

/** A list operation that can be asked for many keys. */
export interface EntityBatch {
  readonly field: Planned;
  readonly parameter: Parameter;
  /** Whether the parameter is a list; else a text with commas. */
  readonly isList: boolean;
  /** Where the answer holds the list. */
  readonly path: readonly string[];
  /** The parameter that says how long the list may be. */
  readonly size: Parameter | undefined;
  readonly maxSize: number | undefined;
}

/** `GET /pets/{petId}` with a `Pet` in the answer makes `Pet` an entity; `GET /pets?ids=` lets it be asked for many. */
export function findEntities(fields: readonly Planned[], reader: SchemaReader): Map<ObjectType, Entity> {
  const entities = new Map<ObjectType, Entity>();
  const gets = fields.filter((f) => f.operation.method === ('GET' satisfies Method));
  for (const field of gets) {
    const entity = entityOf(field);
    const known = entity && entities.get(entity.type);
    if (entity && (!known || isSimpler(entity, known))) entities.set(entity.type, entity);
  }
  for (const entity of entities.values()) {
    const batch =
      entity.key.size === 1
        ? gets.map((f) => batchOf(f, entity, reader)).find((b) => b !== undefined)
        : undefined;
    if (batch) entity.batch = batch;
  }
  return entities;
}

const isSimpler = (a: Entity, b: Entity) =>
  a.key.size !== b.key.size
    ? a.key.size < b.key.size
    : a.field.operation.path.length < b.field.operation.path.length;

function entityOf(field: Planned): Entity | undefined {
  const { operation, answer } = field;
  if (!/\}(?:\.json)?$/.test(operation.path)) return undefined;
  const found = objectOf(answer);
  if (!found) return undefined;
  const parameters = operation.parameters.filter((p) => p.isRequired);
  const key = new Map<string, OutputField>();
  for (const parameter of parameters) {
    const matched = parameter.in === 'path' ? keyField(parameter.name, found.type, operation) : undefined;
    if (!matched || [...key.values()].includes(matched)) return undefined;
    key.set(parameter.name, matched);
  }
  return key.size === 0 ? undefined : { type: found.type, field, key, path: found.path };
}

/** The object of an answer, or the only object in a wrapper. */
function objectOf({ output }: TypedAnswer): { type: ObjectType; path: string[] | undefined } | undefined {
  if (output.kind !== 'object') return undefined;
  const inner = output.type.fields.filter(
    (f) => f.output.kind === 'object' && /^(?:data|result|item|record|payload)$/.test(f.name),
  );
  const [only] = inner;
  if (inner.length === 1 && only?.output.kind === 'object')
    return { type: only.output.type, path: [only.property] };
  return { type: output.type, path: undefined };
}

/** `petId` is the id of a pet, `accountSid` the sid of an account, `customer` the id of a customer. */
function keyField(parameter: string, type: ObjectType, { path }: Operation): OutputField | undefined {
  const name = camelCase(parameter);
  const nouns = [type.name, nounOf(path, parameter) ?? type.name].map((n) => singular(camelCase(n)));
  const usable = type.fields.filter((f) => f.output.kind === 'scalar' && KEY_SCALARS.has(f.output.name));
  const named = (wanted: string) => usable.find((f) => f.name === wanted);
  const isLast = path.replace(/\.json$/, '').endsWith(`{${parameter}}`);
  return (
    named(name) ??
    (isLast
      ? usable.find((f) => nouns.some((noun) => name === camelCase(`${noun} ${f.property}`)))
      : undefined) ??
    (isLast && (nouns.includes(name) || /^(?:id|key|uuid|identifier)$/.test(name)) ? named('id') : undefined)
  );
}

const KEY_SCALARS = new Set(['ID', 'String', 'Int', 'BigInt', 'UUID']);

/** What the segment before a parameter names. */
function nounOf(path: string, parameter: string): string | undefined {
  return nounsOf(path.slice(0, path.indexOf(`{${parameter}}`))).at(-1)?.noun;
}

/** `petId` of `/pets/{petId}` is called `id`. */
export function isOwnId(parameter: Parameter, { path }: Operation): boolean {
  if (parameter.in !== 'path' || !path.replace(/\.json$/, '').endsWith(`{${parameter.name}}`)) return false;
  const noun = nounOf(path, parameter.name);
  return noun !== undefined && camelCase(parameter.name) === camelCase(`${singular(camelCase(noun))} id`);
}

const SIZES = new Set([
  'limit',
  'pageSize',
  'perPage',
  'size',
  'first',
  'take',
  'count',
  'maxResults',
  'pagelen',
  'top',
]);

function batchOf(field: Planned, entity: Entity, reader: SchemaReader): EntityBatch | undefined {
  const { operation, answer } = field;
  const [keyField] = entity.key.values();
  const ofEntity = entity.field.operation.path.replace(/\/\{[^{}]*\}(?:\.json)?$/, '');
  if (operation.path.replace(/\.json$/, '') !== ofEntity || !keyField) return undefined;
  const path = listPath(answer, entity.type);
  const noun = singular(camelCase(nounsOf(operation.path).at(-1)?.noun ?? entity.type.name));
  const many = plural(keyField.name);
  const names = new Set([
    many,
    camelCase(`${noun} ${many}`),
    camelCase(`${entity.type.name} ${many}`),
    `${keyField.name}In`,
    `${many}In`,
  ]);
  const isMany = (p: Parameter) => {
    const view = p.schema && reader.read(p.schema);
    if (!view || p.in !== 'query' || p.isJson) return false;
    const isList = view.types.has('array');
    return isList
      ? names.has(camelCase(p.name)) || camelCase(p.name) === keyField.name
      : view.types.has('string') && names.has(camelCase(p.name));
  };
  const parameter = operation.parameters.find(isMany);
  if (!path || !parameter || operation.parameters.some((p) => p.isRequired && p !== parameter))
    return undefined;
  const size = operation.parameters.find((p) => p.in === 'query' && SIZES.has(camelCase(p.name)));
  const most = [
    parameter.schema && reader.read(parameter.schema)?.maxItems,
    size?.schema && reader.read(size.schema)?.maximum,
  ];
  const bounds = most.filter((n) => n !== undefined && Number.isInteger(n) && n > 0) as number[];
  const isList = parameter.schema !== undefined && reader.read(parameter.schema)?.types.has('array') === true;
  return {
    field,
    parameter,
    isList,
    path,
    size,
    maxSize: bounds.length > 0 ? Math.min(...bounds) : undefined,
  };
}

/** Where an answer holds its only list of a type. */
function listPath({ output, path }: TypedAnswer, type: ObjectType): readonly string[] | undefined {
  if (output.kind === 'list')
    return output.item.kind === 'object' && output.item.type === type ? path : undefined;
  if (output.kind !== 'object') return undefined;
  const lists = output.type.fields.filter(
    (f) => f.output.kind === 'list' && f.output.item.kind === 'object' && f.output.item.type === type,
  );
  return lists.length === 1 ? [...path, lists[0]!.property] : undefined;
}

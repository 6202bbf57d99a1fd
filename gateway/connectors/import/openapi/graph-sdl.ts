import { linksOf } from '../sdl/links.ts';
import type { SdlDirective, SdlField, SdlSchema, SdlType, SdlValue } from '../sdl/model.ts';
import { scalarTypes } from '../sdl/scalars.ts';
import { selectionLines } from './answers.ts';
import { isQuery } from './calls.ts';
import type { Call } from './calls.ts';
import { connectOf, entityConnectors } from './connect.ts';
import type { Entity } from './entities.ts';
import type { EnumType } from './enums.ts';
import type { Input, InputType } from './input-model.ts';
import { literalText } from './literals.ts';
import { mappingOf, objectLines, writtenKey } from './mapping-text.ts';
import type { ObjectType, Output, UnionType } from './outputs.ts';
import type { Use } from './reachable.ts';
import type { Security } from './security.ts';
import type { ImportedSource } from './servers.ts';

/** All that is written. */
export interface Graph {
  readonly title: string | undefined;
  readonly sources: readonly ImportedSource[];
  readonly security: Security;
  readonly calls: readonly (Call & { readonly source: string })[];
  readonly entities: ReadonlyMap<ObjectType, Entity>;
  readonly sourceOf: (entity: Entity) => string;
  readonly used: Use;
}

export function graphSdl(graph: Graph): SdlSchema {
  const { calls, used, title } = graph;
  const types = [
    ...rootType('Query', calls.filter(isQuery), graph),
    ...rootType(
      'Mutation',
      calls.filter((call) => !isQuery(call)),
      graph,
    ),
    ...used.objects.map((type) => objectType(type, graph)),
    ...used.unions.map(unionType),
    ...used.enums.map(enumType),
    ...used.inputs.map(inputType),
  ];
  const sources = graph.sources.map((source) => sourceDirective(source, graph.security));
  return {
    title,
    directives: [...linksOf(types, sources), ...sources],
    types: [...scalarTypes(used.scalars), ...types],
  };
}

function sourceDirective({ name, baseUrl }: ImportedSource, { queryParameters }: Security): SdlDirective {
  const params = [...queryParameters].map(
    ([parameter, variable]) => `${writtenKey(parameter)}: $config.${variable}`,
  );
  const queryParams = params.length > 0 ? mappingOf(params) : undefined;
  return { name: 'source', args: { name, http: { baseURL: baseUrl, queryParams } } };
}

function rootType(name: string, calls: Graph['calls'], graph: Graph): SdlType[] {
  if (calls.length === 0) return [];
  return [{ kind: 'type', name, fields: calls.map((call) => rootField(call, graph)) }];
}

function rootField(call: Graph['calls'][number], { entities }: Graph): SdlField {
  const { name, args, answer, operation } = call;
  const { output } = call.answer;
  const entity = output.kind === 'object' ? entities.get(output.type) : undefined;
  // A field finds an entity for other subgraphs, unless its type has a connector of its own.
  const isFinder =
    entity?.field.operation === operation && entity.batch === undefined && entity.path === undefined;
  return {
    name,
    type: outputText(answer.output),
    args: args.map(argument),
    description: operation.description,
    directives: [
      ...deprecated(operation.isDeprecated),
      connectOf(call, selectionLines(answer).join('\n'), isFinder),
    ],
  };
}

function argument({
  name,
  input,
  isRequired,
  default: value,
  description,
  isDeprecated,
}: Call['args'][number]): SdlField {
  return {
    name,
    type: `${inputText(input)}${isRequired ? '!' : ''}`,
    defaultValue: literalText(value, input),
    description,
    directives: deprecated(isDeprecated && !isRequired),
  };
}

const deprecated = (is: boolean): readonly SdlDirective[] => (is ? [{ name: 'deprecated' }] : []);

/** The type, without whether it may be null. */
export function outputText(output: Output): string {
  switch (output.kind) {
    case 'list':
      return `[${outputText(output.item)}${output.isNullable ? '' : '!'}]`;
    case 'entries':
      return `[${output.type.name}!]`;
    case 'union':
      return output.type.asJson ? 'JSON' : output.type.name;
    case 'scalar':
      return output.name;
    default:
      return output.type.name;
  }
}

export function inputText(input: Input): string {
  if (input.kind === 'list') return `[${inputText(input.item)}${input.isNullable ? '' : '!'}]`;
  if (input.kind === 'scalar') return input.name;
  if (input.kind === 'input' && input.type.fields.length === 0) return 'JSON';
  return input.type.name;
}

function objectType(type: ObjectType, graph: Graph): SdlType {
  const { name, description } = type;
  const entity = graph.entities.get(type);
  const key = entity ? [...entity.key.values()] : [];
  const selection: SdlValue = mappingOf(objectLines(type));
  return {
    kind: 'type',
    name,
    description,
    directives: [
      ...(entity ? [{ name: 'key', args: { fields: key.map((f) => f.name).join(' ') } }] : []),
      ...(entity ? entityConnectors(entity, graph.sourceOf(entity)) : []),
      { name: 'mapping', args: { selection } },
    ],
    fields: type.fields.map((field) => ({
      name: field.name,
      type: `${outputText(field.output)}${field.isNullable && !key.includes(field) ? '' : '!'}`,
      description: field.description,
      directives: deprecated(field.isDeprecated),
    })),
  };
}

function unionType({ name, description, members }: UnionType): SdlType {
  return { kind: 'union', name, description, members: [...new Set(members.map((m) => m.type.name))] };
}

function enumType({ name, description, values }: EnumType): SdlType {
  return { kind: 'enum', name, description, values: values.map((value) => ({ name: value.name })) };
}

function inputType({ name, description, fields }: InputType): SdlType {
  return {
    kind: 'input',
    name,
    description,
    fields: fields.map((field) => ({
      name: field.name,
      type: `${inputText(field.input)}${field.isNullable ? '' : '!'}`,
      description: field.description,
      directives: deprecated(field.isDeprecated && field.isNullable),
    })),
  };
}

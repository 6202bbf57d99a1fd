import { selectionLines } from './answers.ts';
import type { Call } from './calls.ts';
import { httpText, pathText } from './calls.ts';
import type { Entity } from './entities.ts';
import type { EnumType } from './enums.ts';
import type { Input, InputType } from './inputs.ts';
import { literalText } from './literals.ts';
import { objectLines, writtenKey } from './mapping-text.ts';
import type { ObjectType, Output, UnionType } from './outputs.ts';
import { descriptionText, directiveText, mappingText, objectText, stringText } from './sdl.ts';
import type { Security } from './security.ts';
import type { ImportedSource } from './servers.ts';
import { SCALARS } from './type-names.ts';
import type { Use } from './reachable.ts';

/** All that is printed. */
export interface Graph {
  readonly title: string | undefined;
  readonly sources: readonly ImportedSource[];
  readonly security: Security;
  readonly calls: readonly (Call & { readonly source: string })[];
  readonly entities: ReadonlyMap<ObjectType, Entity>;
  readonly sourceOf: (entity: Entity) => string;
  readonly used: Use;
}

export function printGraph(graph: Graph): string {
  const { calls, used } = graph;
  const queries = calls.filter((c) => c.operation.method === 'GET');
  const mutations = calls.filter((c) => c.operation.method !== 'GET');
  const blocks = [
    links(graph),
    scalars(used.scalars),
    root('Query', queries, graph),
    root('Mutation', mutations, graph),
    ...used.objects.map((type) => objectBlock(type, graph)),
    ...used.unions.map(unionBlock),
    ...used.enums.map(enumBlock),
    ...used.inputs.map(inputBlock),
  ];
  return `${blocks.filter((b) => b !== '').join('\n\n')}\n`;
}

function links({ title, sources, security, used, entities }: Graph): string {
  const hasKeys = used.objects.some((type) => entities.has(type));
  const comment = title === undefined ? '' : `# ${title.replace(/\s+/g, ' ').trim().toWellFormed()}\n`;
  const params = [...security.queryParameters].map(
    ([name, variable]) => `${writtenKey(name)}: $config.${variable}`,
  );
  return [
    `${comment}extend schema`,
    `@link(url: "https://specs.apollo.dev/federation/v2.9", import: [${hasKeys ? '"@key"' : ''}])`,
    ...(used.objects.length > 0
      ? ['@link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@mapping"])']
      : []),
    '@link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@source", "@connect"])',
    ...sources.map(({ name, baseUrl }) => {
      const http = [
        ['baseURL', JSON.stringify(baseUrl)] as const,
        ...(params.length > 0 ? [['queryParams', mappingText(params, '    ')] as const] : []),
      ];
      return directiveText(
        'source',
        [
          ['name', JSON.stringify(name)],
          ['http', objectText(http, '    ')],
        ],
        '  ',
      );
    }),
  ].join('\n  ');
}

function scalars(names: ReadonlySet<string>): string {
  return [...SCALARS]
    .filter(([name]) => names.has(name))
    .map(([name, description]) => `${descriptionText(description, '')}scalar ${name}`)
    .join('\n');
}

function root(name: string, calls: Graph['calls'], graph: Graph): string {
  if (calls.length === 0) return '';
  return `type ${name} {\n${calls.map((call) => callText(call, graph)).join('\n\n')}\n}`;
}

function callText(call: Graph['calls'][number], { entities }: Graph): string {
  const { name, args, answer, operation, source } = call;
  const { url, queryParams, headers, body } = httpText(call);
  const http = httpObject(operation.method, url, queryParams, headers, body, '      ');
  const entity = isFinder(call, entities);
  const connect = directiveText(
    'connect',
    [
      ['source', JSON.stringify(source)],
      ['http', http],
      ['selection', stringText(selectionLines(answer), '      ')],
      ...(entity ? [['entity', 'true'] as const] : []),
    ],
    '    ',
  );
  const deprecated = operation.isDeprecated ? ' @deprecated' : '';
  const head = `  ${name}${argsText(args)}: ${outputText(answer.output)}${deprecated}`;
  const isShort = !connect.includes('\n') && !head.includes('\n') && head.length + connect.length < 110;
  return `${descriptionText(operation.description, '  ')}${head}${isShort ? ' ' : '\n    '}${connect}`;
}

/** A field finds an entity for other subgraphs, unless its type has a connector of its own. */
function isFinder(call: Call, entities: Graph['entities']): boolean {
  const { output } = call.answer;
  const entity = output.kind === 'object' ? entities.get(output.type) : undefined;
  return entity?.field.operation === call.operation && !entity.batch && entity.path === undefined;
}

function httpObject(
  method: string,
  url: string,
  queryParams: readonly string[],
  headers: readonly { readonly name: string; readonly value: string }[],
  body: readonly string[],
  indent: string,
): string {
  const inner = `${indent}  `;
  const header = ({ name, value }: { name: string; value: string }) =>
    `{ name: ${JSON.stringify(name)}, value: ${JSON.stringify(value)} }`;
  return objectText(
    [
      [method, JSON.stringify(url)],
      ...(queryParams.length > 0 ? [['queryParams', mappingText(queryParams, inner)] as const] : []),
      ...(headers.length > 0 ? [['headers', `[${headers.map(header).join(', ')}]`] as const] : []),
      ...(body.length > 0 ? [['body', mappingText(body, inner)] as const] : []),
    ],
    indent,
  );
}

function argsText(args: Call['args']): string {
  if (args.length === 0) return '';
  const texts = args.map(({ name, input, isRequired, default: value, description, isDeprecated }) => {
    const literal = literalText(value, input);
    const type = `${inputText(input)}${isRequired ? '!' : ''}`;
    const text = `${name}: ${type}${literal === undefined ? '' : ` = ${literal}`}${isDeprecated && !isRequired ? ' @deprecated' : ''}`;
    return { description: descriptionText(description, '    '), text };
  });
  const line = texts.map((t) => t.text).join(', ');
  if (line.length < 90 && texts.every((t) => t.description === '')) return `(${line})`;
  return `(\n${texts.map((t) => `${t.description}    ${t.text}`).join('\n')}\n  )`;
}

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

function objectBlock(type: ObjectType, graph: Graph): string {
  const entity = graph.entities.get(type);
  const key = entity ? [...entity.key.values()] : [];
  const directives = [
    ...(entity ? [`@key(fields: "${key.map((f) => f.name).join(' ')}")`] : []),
    ...(entity ? connectors(entity, graph) : []),
    directiveText('mapping', [['selection', mappingText(objectLines(type), '    ')]], '  '),
  ];
  const fields = type.fields.map((field) => {
    const isNullable = field.isNullable && !key.includes(field);
    const deprecated = field.isDeprecated ? ' @deprecated' : '';
    return `${descriptionText(field.description, '  ')}  ${field.name}: ${outputText(field.output)}${isNullable ? '' : '!'}${deprecated}`;
  });
  const [only = ''] = directives;
  const isShort = directives.length === 1 && !only.includes('\n') && only.length + type.name.length < 100;
  const head = isShort ? ` ${only}` : `\n  ${directives.join('\n  ')}`;
  return `${descriptionText(type.description, '')}type ${type.name}${head} {\n${fields.join('\n')}\n}`;
}

/** A connector on the type: for many keys at once, or where the finder's answer is more than the entity. */
function connectors(entity: Entity, { sourceOf }: Graph): string[] {
  const { batch, path, field, key } = entity;
  const source = ['source', JSON.stringify(sourceOf(entity))] as const;
  if (batch) {
    const [keyField] = key.values();
    const { name, explode } = batch.parameter;
    const keys = `$batch.${keyField!.name}`;
    const url = pathText(batch.field.operation.path, () => undefined);
    const size = batch.size && `${writtenKey(batch.size.name)}: ${batch.maxSize ?? `${keys}->size`}`;
    const isRepeated = explode && batch.isList;
    const separator =
      batch.parameter.style === 'pipeDelimited'
        ? '|'
        : batch.parameter.style === 'spaceDelimited'
          ? ' '
          : ',';
    const joined = `${keys}->joinNotNull('${separator}')`;
    const inUrl = !isRepeated && !size ? `${url}?${encodeURIComponent(name)}={${joined}}` : undefined;
    const params =
      inUrl === undefined
        ? [`${writtenKey(name)}: ${isRepeated ? keys : joined}`, ...(size ? [size] : [])]
        : [];
    const selection = selectionLines({
      kind: 'value',
      output: { kind: 'scalar', name: 'JSON' },
      path: batch.path,
    });
    return [
      directiveText(
        'connect',
        [
          source,
          ['http', httpObject('GET', inUrl ?? url, params, [], [], '    ')],
          ...(batch.maxSize === undefined ? [] : [['batch', `{ maxSize: ${batch.maxSize} }`] as const]),
          ['selection', stringText(selection, '    ')],
        ],
        '  ',
      ),
    ];
  }
  if (path === undefined) return [];
  const url = pathText(field.operation.path, (name) => `$this.${key.get(name)?.name ?? name}`);
  const selection = selectionLines({
    kind: 'value',
    output: { kind: 'scalar', name: 'JSON' },
    path: [...field.answer.path, ...path],
  });
  return [
    directiveText(
      'connect',
      [
        source,
        ['http', objectText([['GET', JSON.stringify(url)]], '    ')],
        ['selection', stringText(selection, '    ')],
      ],
      '  ',
    ),
  ];
}

function unionBlock({ name, description, members }: UnionType): string {
  return `${descriptionText(description, '')}union ${name} = ${[...new Set(members.map((m) => m.type.name))].join(' | ')}`;
}

function enumBlock({ name, description, values }: EnumType): string {
  return `${descriptionText(description, '')}enum ${name} {\n${values.map((v) => `  ${v.name}`).join('\n')}\n}`;
}

function inputBlock({ name, description, fields }: InputType): string {
  const lines = fields.map((f) => {
    const deprecated = f.isDeprecated && f.isNullable ? ' @deprecated' : '';
    return `${descriptionText(f.description, '  ')}  ${f.name}: ${inputText(f.input)}${f.isNullable ? '' : '!'}${deprecated}`;
  });
  return `${descriptionText(description, '')}input ${name} {\n${lines.join('\n')}\n}`;
}

import type { SdlDirective, SdlValue } from '../sdl/model.ts';
import { selectionLines } from './answers.ts';
import { httpText, pathText } from './calls.ts';
import type { Call } from './calls.ts';
import type { Entity } from './entities.ts';
import { mappingOf, writtenKey } from './mapping-text.ts';

/** The connector of a field. */
export function connectOf(
  call: Call & { readonly source: string },
  selection: string,
  isFinder: boolean,
): SdlDirective {
  const { url, queryParams, headers, body } = httpText(call);
  const http = {
    [call.operation.method]: url,
    queryParams: queryParams.length > 0 ? mappingOf(queryParams) : undefined,
    headers: headers.length > 0 ? headers : undefined,
    body: body.length > 0 ? mappingOf(body) : undefined,
  };
  return connect(call.source, http, selection, isFinder ? { entity: true } : {});
}

/** A connector on the type: for many keys at once, or where the finder's answer is more than the entity. */
export function entityConnectors(entity: Entity, source: string): SdlDirective[] {
  const { batch, path, field, key } = entity;
  const json = { kind: 'value', output: { kind: 'scalar', name: 'JSON' } } as const;
  if (batch) {
    const selection = selectionLines({ ...json, path: batch.path }).join('\n');
    const more = batch.maxSize === undefined ? {} : { batch: { maxSize: batch.maxSize } };
    return [connect(source, batchHttp(batch, [...key.values()][0]!.name), selection, more)];
  }
  if (path === undefined) return [];
  const url = pathText(field.operation.path, (name) => `$this.${key.get(name)?.name ?? name}`);
  const selection = selectionLines({ ...json, path: [...field.answer.path, ...path] }).join('\n');
  return [connect(source, { GET: url }, selection, {})];
}

function batchHttp(
  { field, parameter, size, maxSize, isList }: NonNullable<Entity['batch']>,
  keyName: string,
): Readonly<Record<string, SdlValue>> {
  const { name, explode, style } = parameter;
  const keys = `$batch.${keyName}`;
  const url = pathText(field.operation.path, () => undefined);
  const isRepeated = explode && isList;
  const separator = style === 'pipeDelimited' ? '|' : style === 'spaceDelimited' ? ' ' : ',';
  const joined = `${keys}->joinNotNull('${separator}')`;
  if (!isRepeated && !size) return { GET: `${url}?${encodeURIComponent(name)}={${joined}}` };
  const params = [
    `${writtenKey(name)}: ${isRepeated ? keys : joined}`,
    ...(size ? [`${writtenKey(size.name)}: ${maxSize ?? `${keys}->size`}`] : []),
  ];
  return { GET: url, queryParams: mappingOf(params) };
}

function connect(
  source: string,
  http: Readonly<Record<string, SdlValue | undefined>>,
  selection: string,
  more: Readonly<Record<string, SdlValue>>,
): SdlDirective {
  const { entity, ...before } = more;
  return { name: 'connect', args: { source, http, ...before, selection, entity } };
}

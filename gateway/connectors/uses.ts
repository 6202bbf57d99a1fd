import type { BatchForm } from './batch-form.ts';
import type { VariableUse } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';

/** Parent's fields, as paths, that a connector is asked by; for a field that finds an entity: its arguments. */
export function keyPathsOf(
  connector: Connector,
  uses: readonly VariableUse[],
  form: BatchForm | undefined,
  model: ConnectorModel,
): readonly (readonly string[])[] {
  if (connector.fieldName !== undefined && connector.root === 'query') {
    if (form) return form.keyPaths;
    if (!connector.entity) return [];
    const { args } = model.schema.getQueryType()!.getFields()[connector.fieldName]!;
    return args
      .filter(({ name }) => uses.length === 0 || uses.some((u) => u.path[0] === name))
      .map(({ name }) => [name]);
  }
  const seen = new Map<string, readonly string[]>();
  for (const path of form?.declared ? form.keyPaths : []) seen.set(path.join('.'), path);
  for (const { variable, path } of uses)
    if ((variable === '$this' || variable === '$batch') && path.length > 0)
      seen.set(path.join('.'), [...path]);
  if (seen.size === 0 && connector.fieldName === undefined)
    return (model.keys.get(connector.typeName)?.[0] ?? []).map((path) => [...path]);
  return [...seen.values()];
}

/** Every variable that the connector's texts use. */
export function variableUses(connector: Connector): VariableUse[] {
  const { request, selection, headers, batch, errors, isSuccess } = connector;
  const mappings = [selection, batch?.items, batch?.key, errors?.message, errors?.extensions, isSuccess];
  const templates: ({ template: { variables: readonly VariableUse[] } } | undefined)[] = headers.map(
    (h) => h.value,
  );
  if (request.kind === 'grpc') mappings.push(request.message);
  else {
    mappings.push(request.body, request.prefix, request.path, ...request.queryParams);
    templates.push(request.template);
  }
  return [
    ...mappings.flatMap((m) => m?.mapping.variables ?? []),
    ...templates.flatMap((t) => t?.template.variables ?? []),
  ];
}

import { plainSchema, type JsonSchema } from './json-schema.ts';

/** One option, as a line of the reference. */
interface Row {
  /** `upstreams.<name>.timeoutMs`. */
  readonly name: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

/** The tables of `docs/configuration.md`: each section with all its options, in the schema's order. */
export function configReference(): string {
  const sections = Object.entries(plainSchema().properties ?? {});
  const general = sections.filter(([, schema]) => shapesOf(schema).length === 0);
  const parts = [table(general.flatMap(([name, schema]) => rows(name, schema)))];
  for (const [name, schema] of sections) {
    if (shapesOf(schema).length === 0) continue;
    parts.push(`### ${name}`, schema.description ?? '', table(children(name, schema)));
  }
  return parts.join('\n\n');
}

function table(lines: readonly Row[]): string {
  const body = lines.map(
    ({ name, type, fallback, description }) => `| \`${name}\` | ${type} | ${fallback} | ${description} |`,
  );
  return ['| option | type | default | meaning |', '|---|---|---|---|', ...body].join('\n');
}

function rows(name: string, schema: JsonSchema, required = false): Row[] {
  const below = children(name, schema);
  if (below.length > 0 && schema.description === undefined) return below;
  const row: Row = {
    name,
    type: typeOf(schema),
    fallback: required ? '*required*' : fallbackOf(schema),
    description: (schema.description ?? '').replaceAll('|', '\\|'),
  };
  return [row, ...below];
}

function children(name: string, schema: JsonSchema): Row[] {
  return shapesOf(schema).flatMap(({ path, shape }) =>
    Object.entries(shape.properties ?? {}).flatMap(([key, child]) =>
      rows(`${name}${path}.${key}`, child, shape.required?.includes(key)),
    ),
  );
}

/** The mappings with fixed keys inside a schema, and what stands between its name and theirs. */
function shapesOf(schema: JsonSchema): { path: string; shape: JsonSchema }[] {
  if (schema.properties) return [{ path: '', shape: schema }];
  if (schema.oneOf) return [{ path: '', shape: merged(schema.oneOf) }];
  if (schema.items) return shapesOf(schema.items).map(({ path, shape }) => ({ path: `[]${path}`, shape }));
  if (typeof schema.additionalProperties === 'object') {
    return shapesOf(schema.additionalProperties).map(({ path, shape }) => ({
      path: `.<name>${path}`,
      shape,
    }));
  }
  return [];
}

/** Several shapes as one: shared options once, and the constant that tells them apart as a choice. */
function merged(variants: readonly JsonSchema[]): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, child] of variants.flatMap((variant) => Object.entries(variant.properties ?? {}))) {
    const { const: constant, ...rest } = child;
    if (constant === undefined) properties[key] ??= child;
    else properties[key] = { ...rest, enum: [...(properties[key]?.enum ?? []), constant] };
  }
  const required = variants.flatMap((variant) => variant.required ?? []);
  return { properties, required };
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return typeOf({ enum: [schema.const] });
  if (schema.anyOf) return schema.anyOf.map((each) => typeOf(each)).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.type === 'object') return schema.properties ? 'section' : 'mapping';
  if (schema.type === 'integer') {
    const { minimum, maximum } = schema;
    const bounded = maximum !== undefined && maximum < 2_147_483_647;
    return bounded ? `${minimum} to ${maximum}` : `whole number, from ${minimum}`;
  }
  if (schema.type === 'number') return `number, ${schema.minimum} to ${schema.maximum}`;
  if (schema.anyOf) return 'text, number, flag';
  return { string: 'text', boolean: '`true`, `false`' }[schema.type ?? ''] ?? 'any value';
}

function fallbackOf({ default: value, properties }: JsonSchema): string {
  return value === undefined || properties ? '–' : `\`${JSON.stringify(value)}\``;
}

import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { Path } from './source.ts';

/** The part of JSON Schema that the configuration's schema uses. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  required?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  [keyword: string]: unknown;
}

/** JSON Schema (draft 7, the one that editors know best) of what a person writes. */
export function configJsonSchema(): JsonSchema {
  const schema = jsonSchemaOf((json) => {
    delete json.propertyNames;
    if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
    if (json.type === 'integer' || json.type === 'boolean' || json.enum) acceptReference(json);
  });
  return { title: 'Sluice configuration (sluice.yaml)', ...schema };
}

/** The names that may stand at a place, for suggestions and the reference. */
export function knownKeys(path: Path, data: unknown): readonly string[] {
  let schema: JsonSchema | undefined = plainSchema();
  let value = data;
  for (const segment of path) {
    if (!schema) return [];
    const child: JsonSchema | boolean | undefined =
      schema.properties?.[segment] ?? schema.items ?? schema.additionalProperties;
    value = (value as Record<string | number, unknown> | undefined)?.[segment];
    schema = typeof child === 'object' ? variantFor(child, value) : undefined;
  }
  return Object.keys(schema?.properties ?? {});
}

let cached: JsonSchema | undefined;

/** Without what is only for editors. */
export function plainSchema(): JsonSchema {
  return (cached ??= jsonSchemaOf(() => undefined));
}

function jsonSchemaOf(override: (json: JsonSchema) => void): JsonSchema {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => override(jsonSchema as JsonSchema),
  }) as JsonSchema;
}

/** A number, a flag or a choice may also come from the environment: `${PORT:-4000}`. */
function acceptReference(json: JsonSchema): void {
  const { description, default: fallback, ...rest } = json;
  for (const keyword of Object.keys(json)) delete json[keyword];
  if (description !== undefined) json.description = description;
  if (fallback !== undefined) json.default = fallback;
  json.anyOf = [rest, { type: 'string', pattern: '\\$\\{' }];
}

/** Of several shapes the one whose constants (`wire: grpc`) the value has. */
function variantFor(schema: JsonSchema, value: unknown): JsonSchema {
  const shapes = schema.oneOf ?? schema.anyOf;
  if (!shapes) return schema;
  const given = (value ?? {}) as Record<string, unknown>;
  const fits = (shape: JsonSchema): boolean =>
    Object.entries(shape.properties ?? {}).every(
      ([key, { const: constant }]) => constant === undefined || constant === given[key],
    );
  return shapes.find(fits) ?? schema;
}

import type { Input } from './input-model.ts';

/** A default value as GraphQL writes it; undefined if it is no value of the type. */
export function literalText(value: unknown, input: Input): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (input.kind) {
    case 'list': {
      if (!Array.isArray(value)) return undefined;
      const items = value.map((item) => literalText(item, input.item));
      return items.every((i) => i !== undefined) ? `[${items.join(', ')}]` : undefined;
    }
    case 'enum':
      return input.type.values.find((v) => v.value === value)?.name;
    case 'input':
      return undefined;
    case 'scalar':
      return scalarText(value, input.name);
  }
}

function scalarText(value: unknown, name: string): string | undefined {
  switch (name) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(value as number) <= 2147483647 ? String(value) : undefined;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'BigInt':
      return /^[+-]?\d+$/.test(String(value)) ? JSON.stringify(String(value)) : undefined;
    case 'JSON':
      return undefined;
    case 'ID':
    case 'String':
      return typeof value === 'string' || typeof value === 'number'
        ? JSON.stringify(String(value).toWellFormed())
        : undefined;
    default:
      // The gateway checks these when they are used; a default that is wrong would fail every call.
      return undefined;
  }
}

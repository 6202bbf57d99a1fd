/** Something wrong in the input; its path grows outwards while it is thrown. Never leaves the codec. */
export class InputFault extends Error {
  /** `.items[2].name`, `.labels["a b"]`; empty = the input itself. */
  path: string;

  constructor(message: string, key?: string) {
    super(message);
    this.path = key === undefined ? '' : step(key, false);
  }

  /** The same fault, seen from the object or list that holds the value at `key`. */
  static below(error: unknown, key: string | number, quoted = false): unknown {
    if (error instanceof InputFault) error.path = step(key, quoted) + error.path;
    return error;
  }
}

/** A value for a message: short, and readable whatever it is. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return `${value as number}`;
}

function step(key: string | number, quoted: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  return quoted || !/^\w+$/.test(key) ? `[${shown(key)}]` : `.${key}`;
}

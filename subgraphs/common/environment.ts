/** A port from the environment; 0 = any free one. Throws if it is not a port. */
export function portFrom(name: string, fallback: number): number {
  const value = process.env[name] ?? '';
  if (value === '') return fallback;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${name} must be a port from 0 to 65535, not "${value}".`);
}

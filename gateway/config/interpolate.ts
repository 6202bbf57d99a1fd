/** `${NAME}` or `${NAME:-default}`; a second `$` in front escapes it. */
const REFERENCE = /\$(\$?)\{([^}]*)(\}?)/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

export interface Interpolated {
  readonly text: string;
  /** Whether the whole value was one reference, so that the text may stand for a number or a boolean. */
  readonly whole: boolean;
  /** Names that are not set and have no default. */
  readonly missing: readonly string[];
  /** References that are not written well, as they stand. */
  readonly malformed: readonly string[];
}

/** The text with its references replaced; `undefined` if it has none. As in a shell, `:-` also stands in for an empty value. */
export function interpolate(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Interpolated | undefined {
  if (!text.includes('${')) return undefined;
  const missing: string[] = [];
  const malformed: string[] = [];
  let whole = false;
  const replaced = text.replace(REFERENCE, (reference, escape: string, inside: string, end: string) => {
    if (escape !== '') return reference.slice(1);
    whole = reference.length === text.length;
    const [, name, fallback] = (end === '' ? null : INSIDE.exec(inside)) ?? [];
    if (name === undefined) {
      malformed.push(reference);
      return '';
    }
    const value = env[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) missing.push(name);
    return value ?? '';
  });
  return { text: replaced, whole, missing, malformed };
}

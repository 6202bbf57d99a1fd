const COLOURS: Record<string, number> = { trace: 90, debug: 90, info: 36, warn: 33, error: 31, fatal: 31 };

/** One JSON log line for people: `12:04:05.123 WARN  message key=value`, an error's stack below it. */
export function prettyLine(json: string, colours: boolean): string {
  const { level, time, message, error, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const paint = (text: string, code: number) => (colours ? `\u001B[${code}m${text}\u001B[0m` : text);
  const name = String(level);
  const parts = [
    paint(String(time).slice(11, 23), 90),
    paint(name.toUpperCase().padEnd(5), COLOURS[name] ?? 0),
    clean(typeof message === 'string' ? message : ''),
    ...Object.entries(fields).map(([key, value]) => paint(`${key}=`, 90) + fieldValue(value)),
  ];
  return `${parts.join(' ')}\n${errorLines(error, paint)}`;
}

function errorLines(error: unknown, paint: (text: string, code: number) => string): string {
  if (error === undefined) return '';
  const { stack } = (error ?? {}) as { stack?: unknown };
  const text = typeof stack === 'string' ? stack : fieldValue(error);
  return `${text
    .split('\n')
    .map((line) => paint(`  ${clean(line)}`, 31))
    .join('\n')}\n`;
}

function fieldValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return clean(value);
  return clean(JSON.stringify(value));
}

/** Nothing that a client sent may steer the terminal. */
function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g, '\uFFFD');
}

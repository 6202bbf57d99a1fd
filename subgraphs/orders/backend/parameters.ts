import { HttpFault } from '../../common/http/fault.ts';

const MAX_IDS = 1000;

/** The ids of `?ids=a,b`, each once; undefined if the parameter is not there. */
export function idsOf(query: URLSearchParams): string[] | undefined {
  const values = query.getAll('ids');
  if (values.length === 0) return undefined;
  const ids = [...new Set(values.join(',').split(','))].map((id) => id.trim()).filter((id) => id !== '');
  if (ids.length > MAX_IDS) {
    throw invalid('ids', `at most ${MAX_IDS} ids can be asked for at once, not ${ids.length}`);
  }
  return ids;
}

/** How many ids `?ids=` names, repeated ones included, as a counter wants to know it. */
export function countIds(query: URLSearchParams): number {
  const values = query.getAll('ids').join(',');
  return values === '' ? 0 : values.split(',').length;
}

/** A whole number from the query. */
export function integerOf(
  query: URLSearchParams,
  name: string,
  range: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = query.get(name);
  if (value === null || value === '') return range.fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= range.min && number <= range.max)) {
    throw invalid(name, `must be a number from ${range.min} to ${range.max}`);
  }
  return number;
}

/** A cursor stands for a position in one customer's list; clients must not look inside. */
export function cursorAt(position: number): string {
  return Buffer.from(`p:${position}`).toString('base64url');
}

/** The position after which to go on; 0 without a cursor. */
export function positionAfter(query: URLSearchParams): number {
  const cursor = query.get('after');
  if (cursor === null || cursor === '') return 0;
  const position = /^p:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (position === undefined) throw invalid('after', 'must be an endCursor of an earlier answer');
  return Number(position);
}

export function invalid(name: string, message: string): HttpFault {
  return new HttpFault(400, 'INVALID_PARAMETER', `The parameter ${name} is not acceptable.`, {
    fields: [{ path: `?${name}`, message }],
  });
}

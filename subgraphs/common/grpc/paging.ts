import { createHash } from 'node:crypto';
import type { Violation } from './call-error.ts';

const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 1000;

/** What a paged request says about its page. */
export interface PageRequest {
  readonly pageSize?: number;
  readonly pageToken?: string;
  /** Alternative to the token: continue behind this entity. */
  readonly after?: { readonly field: string; readonly id: string; readonly position: number | undefined };
}

/**
 * Reads where a page starts and how long it is, and collects what is wrong with that.
 * @param query what the pages are of; a token of another query is refused
 */
export function readPage(
  { pageSize = 0, pageToken = '', after }: PageRequest,
  query: string,
  violations: Violation[],
): { readonly after: number; readonly limit: number } {
  if (pageSize < 0) {
    violations.push({
      field: 'page_size',
      reason: 'NEGATIVE',
      description: 'Must be 0 (the default) or more.',
    });
  }
  const limit = Math.min(pageSize || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  if (pageToken !== '' && after) {
    const description = `Give either page_token or ${after.field}, not both.`;
    violations.push({ field: 'page_token', reason: 'CONFLICT', description });
  }
  if (after && after.position === undefined) {
    violations.push({ field: after.field, reason: 'INVALID_ID', description: `"${after.id}" is not an id.` });
  }
  if (pageToken === '') return { after: after?.position ?? 0, limit };
  const position = readToken(pageToken, query);
  if (position === undefined) {
    const description = 'Must be the next_page_token of an answer to the same query.';
    violations.push({ field: 'page_token', reason: 'INVALID_PAGE_TOKEN', description });
  }
  return { after: position ?? 0, limit };
}

/** A token that leads behind `position` in the pages of `query`. */
export function pageToken(position: number, query: string): string {
  return Buffer.from(`${position}.${fingerprint(position, query)}`).toString('base64url');
}

function readToken(token: string, query: string): number | undefined {
  const [position, print] = Buffer.from(token, 'base64url').toString('latin1').split('.');
  const number = Number(position);
  return Number.isSafeInteger(number) && print === fingerprint(number, query) ? number : undefined;
}

function fingerprint(position: number, query: string): string {
  return createHash('sha256').update(`${position}\n${query}`).digest('base64url').slice(0, 8);
}

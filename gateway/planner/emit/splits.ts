import { restKey } from '../../delivery-name.ts';
import type { Rewrite, RewriteSegment } from '../../compile/plan.ts';
import type { SelectedObject } from './fetch-draft.ts';

/**
 * Parts streamed lists, so that their first items and the others are two places; innermost first, by the keys that
 * the fields have after their aliases are taken back.
 */
export function splitsOf(top: SelectedObject): Rewrite[] {
  const rewrites: Rewrite[] = [];
  const walk = (object: SelectedObject, path: readonly RewriteSegment[]): void => {
    for (const { key, below, splitAt, types } of object.fields) {
      if (!below) continue;
      walk(below, [...path, key]);
      if (splitAt === undefined) continue;
      const split = { rewrite: 'split', at: splitAt, to: restKey(key) } as const;
      for (const onType of types) rewrites.push({ ...split, path: [...path, { onType }, key] });
    }
  };
  walk(top, []);
  return rewrites;
}

import { LRUCache } from 'lru-cache';
import { checkLimits } from './limits.ts';
import type { CompleteLimits } from './limits.ts';

/** Documents that were found small enough, so that the check is paid once. */
const REMEMBERED_CHARACTERS = 10_000_000;

/** Throws `SluiceError` for a document that is beyond the limits. */
export type Admission = (source: string) => void;

export function createAdmission(limits: CompleteLimits): Admission {
  const admitted = new LRUCache<string, true>({
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_value, source) => source.length + 1,
  });
  return (source) => {
    if (admitted.get(source) === true) return;
    checkLimits(source, limits);
    admitted.set(source, true);
  };
}

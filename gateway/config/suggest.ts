import { editDistance } from '../edit-distance.ts';

/** The candidate nearest to what was written, if it is near enough to be what was meant. */
export function suggest(written: string, candidates: Iterable<string>): string | undefined {
  const near = Math.max(1, Math.floor(written.length * 0.4));
  let best: string | undefined;
  let bestDistance = near + 1;
  for (const candidate of candidates) {
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

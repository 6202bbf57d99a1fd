import { editDistance } from '../../edit-distance.ts';

/** The candidate that is most like a misspelt name, if any is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  // A third of the letters may differ; one or two letters of a short name say nothing.
  let best = Math.floor(wanted.length / 3) + 1;
  let found: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate), best);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** `display_name`, `displayName` and `DisplayName` are one name. */
function fold(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

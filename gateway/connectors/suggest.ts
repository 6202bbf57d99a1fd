import { suggest } from './mapping/suggest.ts';

/** The nearest of the known names, as a fix; or what there is. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (known.length === 0) return 'None is declared.';
  return `Known: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}.`;
}

import type { SelectionList } from '../selection.ts';

/** Whether the field sets together ask for one field with different arguments at one place. */
export function clashes(lists: readonly SelectionList[]): boolean {
  const byName = new Map<string, { readonly key: string; readonly below: SelectionList[] }>();
  const walk = (list: SelectionList): boolean =>
    list.selections.some((selection) => {
      if (selection.kind === 'fragment') return walk(selection.below);
      const known = byName.get(selection.name);
      if (known && known.key !== selection.key) return true;
      const below = known ?? { key: selection.key, below: [] };
      if (selection.below) below.below.push(selection.below);
      byName.set(selection.name, below);
      return false;
    });
  return (
    lists.some(walk) || Array.from(byName.values()).some(({ below }) => below.length > 1 && clashes(below))
  );
}

import { notPlannable } from '../problem.ts';
import type { FetchDraft, SelectedObject } from './fetch-draft.ts';

/**
 * The fetches, each after all that it waits for. Those that take values from further up wait for whoever gives
 * these, which is known only when all fetches are there.
 * @throws SluiceError `OPERATION_NOT_PLANNABLE` if a value is wanted for itself
 */
export function inOrder(drafts: readonly FetchDraft[]): readonly FetchDraft[] {
  const taking = drafts.filter(({ taken }) => taken.length > 0);
  if (taking.length === 0) return drafts;
  for (const draft of taking)
    for (const { input } of draft.taken)
      for (const { level, path } of input.sources)
        for (const giving of givers(drafts, [
          ...draft.path.slice(0, level).map(({ field }) => field),
          ...path,
        ]))
          draft.waitsFor.add(giving);
  const ordered: FetchDraft[] = [];
  const isDone = new Map<FetchDraft, boolean>();
  const visit = (draft: FetchDraft): void => {
    const known = isDone.get(draft);
    if (known === true) return;
    if (known === false)
      throw notPlannable(
        `a value that "${draft.taken[0]?.input.context ?? draft.subgraph}" gives further down is needed to find that value.`,
      );
    isDone.set(draft, false);
    for (const before of draft.waitsFor) visit(before);
    isDone.set(draft, true);
    ordered.push(draft);
  };
  for (const draft of drafts) visit(draft);
  return ordered;
}

/** The fetches that ask for the field at a path of response keys. */
function givers(drafts: readonly FetchDraft[], path: readonly string[]): FetchDraft[] {
  return drafts.filter((draft) => {
    if (draft.path.length >= path.length) return false;
    if (draft.path.some(({ field }, index) => field !== path[index])) return false;
    return asksFor(draft.top, path.slice(draft.path.length));
  });
}

function asksFor(object: SelectedObject, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  return object.fields.some(
    (field) =>
      field.key === key && (rest.length === 0 || (field.below !== undefined && asksFor(field.below, rest))),
  );
}

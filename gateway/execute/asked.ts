import type { Step } from '../compile/dataflow.ts';
import type { FieldTree, Guard } from '../compile/field-tree.ts';
import type { Variables } from '../compile/variables.ts';

/** Whether some fetch of this run asks for the field at a path of response keys, lists left out. */
export type IsAsked = (path: readonly string[], variables: Variables) => boolean;

/**
 * Tells a field that nobody asked for, because of `@skip` or `@include`, from one that was asked for and
 * did not come. Only on the way of a value that is not there, so the plan is walked.
 */
export function compileAsked(steps: readonly Step[]): IsAsked {
  return (path, variables) =>
    steps.some(({ fetch, fields, guards }) => {
      const { at } = fetch;
      if (at.length >= path.length || at.some(({ field }, index) => path[index] !== field)) return false;
      if (!hold(guards, variables)) return false;
      let tree: FieldTree = fields;
      for (const key of path.slice(at.length)) {
        const branch = tree.fields.get(key);
        if (!branch?.occurrences.some((occurrence) => hold(occurrence, variables))) return false;
        tree = branch;
      }
      return true;
    });
}

/** Whether the conditions are met. */
export function hold(guards: readonly Guard[], variables: Variables): boolean {
  return guards.every(({ variable, value }) => (variables[variable] === true) === value);
}

import type { DeferredFragment } from '../compile/incremental.ts';

/** A deferred fragment inside of those around it. */
export interface Group {
  /** As plans name it: the ids of its `@defer` and of those around it. */
  readonly name: string;
  readonly label?: string;
  /** The one around it; `undefined` = it is no fragment but what comes with the result itself. */
  readonly parent: Group | undefined;
  /** Among those of its projection. */
  readonly index: number;
}

/** The groups of one compiled projection. */
export class Groups {
  readonly root: Group = { name: '', parent: undefined, index: 0 };
  readonly #inside = new Map<Group, Map<string, Group>>();
  readonly #restarted = new Map<string, Group>([['', this.root]]);
  #last = 0;

  inside(parent: Group, { id, label }: DeferredFragment): Group {
    let children = this.#inside.get(parent);
    if (!children) this.#inside.set(parent, (children = new Map()));
    let group = children.get(id);
    if (!group) {
      this.#last += 1;
      const name = parent.name === '' ? id : `${parent.name}.${id}`;
      group = { name, parent, index: this.#last, ...(label === undefined ? {} : { label }) };
      children.set(id, group);
    }
    return group;
  }

  /** The same place of the plan, where nothing around it is waited for any more: items of a list that come later. */
  restarted({ name }: Group): Group {
    let group = this.#restarted.get(name);
    if (!group) this.#restarted.set(name, (group = { name, parent: undefined, index: 0 }));
    return group;
  }
}

/** The earliest of the groups: those that are inside of none of the others. */
export function earliest(groups: readonly Group[], root: Group): readonly Group[] {
  if (groups.some(({ parent }) => parent === undefined)) return [root];
  const all = new Set(groups);
  return [...all].filter((group) => !ancestors(group).some((each) => all.has(each)));
}

/** Whether what is wanted by some groups is there when what the others want is delivered. */
export function isOnTime(wanted: readonly Group[], delivered: readonly Group[]): boolean {
  return (
    wanted.some(({ parent }) => parent === undefined) ||
    delivered.every(
      (group) => wanted.includes(group) || ancestors(group).some((each) => wanted.includes(each)),
    )
  );
}

function ancestors(group: Group): Group[] {
  const found: Group[] = [];
  for (let each = group.parent; each; each = each.parent) found.push(each);
  return found;
}

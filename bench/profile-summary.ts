import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The part of a .cpuprofile (Chrome DevTools protocol, Profiler.Profile) that counts. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Name and share of the busy time, largest first. */
export type Shares = readonly (readonly [name: string, share: number])[];

export interface Summary {
  /** Microseconds, or bytes. */
  readonly all: number;
  /** Part of the time in which the process did something. */
  readonly busy: number;
  readonly selfByGroup: Shares;
  readonly selfByFile: Shares;
  readonly selfByFunction: Shares;
  /** With everything they call. Recursion counts once. */
  readonly totalByFunction: Shares;
}

export function summarise(profile: CpuProfile, root: string): Summary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = new Map<number, number>();
  for (const [at, id] of profile.samples.entries())
    self.set(id, (self.get(id) ?? 0) + profile.timeDeltas[at]!);
  const [groups, files, functions, totals] = [new Tally(), new Tally(), new Tally(), new Tally()];
  let [all, idle] = [0, 0];
  for (const [id, time] of self) {
    const { functionName, url, lineNumber } = nodes.get(id)!.callFrame;
    // The profiler's own start.
    if (url === 'node:inspector') continue;
    all += time;
    if (functionName === '(idle)') {
      idle += time;
      continue;
    }
    const file = fileOf(url, functionName, root);
    groups.add(groupOf(file), time);
    files.add(file, time);
    functions.add(`${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`, time);
  }
  addTotals(profile.nodes, nodes, self, root, totals);
  const busy = all - idle;
  return {
    all,
    busy: busy / all,
    selfByGroup: groups.shares(busy),
    selfByFile: files.shares(busy),
    selfByFunction: functions.shares(busy),
    totalByFunction: totals.shares(busy),
  };
}

class Tally {
  readonly #times = new Map<string, number>();

  add(name: string, time: number): void {
    this.#times.set(name, (this.#times.get(name) ?? 0) + time);
  }

  shares(whole: number): Shares {
    return [...this.#times].map(([name, time]) => [name, time / whole] as const).sort((a, b) => b[1] - a[1]);
  }
}

/** Walks the call tree with the names on the way, so that a function below itself is not counted again. */
function addTotals(
  all: readonly ProfileNode[],
  nodes: ReadonlyMap<number, ProfileNode>,
  self: ReadonlyMap<number, number>,
  root: string,
  totals: Tally,
): void {
  const above = new Set<string>();
  const visit = (node: ProfileNode): number => {
    const { functionName, url, lineNumber } = node.callFrame;
    const name = `${functionName || '(anonymous)'} ${fileOf(url, functionName, root)}:${lineNumber + 1}`;
    const isFirst = !above.has(name);
    if (isFirst) above.add(name);
    let time = functionName === '(idle)' || url === 'node:inspector' ? 0 : (self.get(node.id) ?? 0);
    for (const child of node.children ?? []) time += visit(nodes.get(child)!);
    if (isFirst) {
      above.delete(name);
      totals.add(name, time);
    }
    return time;
  };
  visit(all[0]!);
}

function fileOf(url: string, functionName: string, root: string): string {
  if (url.startsWith('file:')) return relative(root, fileURLToPath(url));
  return url === '' ? functionName : url;
}

/** A room of the house, a package, Node, or the engine's own work. */
function groupOf(file: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  if (inPackage) return inPackage[1]!;
  if (file.startsWith('node:')) return 'node';
  if (file.startsWith('(')) return file;
  return (
    /^gateway\/(?:upstreams\/[^/]+|[^/]+)/.exec(file)?.[0].replace(/\.ts$/, '') ?? 'engine (native functions)'
  );
}

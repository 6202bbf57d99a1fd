import type { Problem } from '../problem.ts';
import type { ChangeOptions, ChangeResult } from '../registry/registry.ts';

/** A change that somebody wanted and did not get. */
export interface RefusedChange {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly action: string;
  /** The subgraph, or the revision to roll back to. */
  readonly subject: string;
  readonly actor: string;
  readonly author?: string;
  readonly reason?: string;
  readonly problems: readonly Problem[];
  /** What there are beside those that are kept. */
  readonly moreProblems: number;
}

/** The last refused changes of this process, for whoever looks on later; the log has all of them. */
export interface RefusedChanges {
  add(action: string, subject: string, options: ChangeOptions, result: ChangeResult): void;
  /** Newest first. */
  list(): readonly RefusedChange[];
}

const MAX_CHANGES = 20;
const MAX_PROBLEMS = 50;

export function createRefusedChanges(now: () => Date = () => new Date()): RefusedChanges {
  let kept: readonly RefusedChange[] = [];
  return {
    add(action, subject, { actor, author, reason, dryRun }, { outcome, problems }) {
      // A dry run is an answer to its caller, and changes nothing that others should know.
      if (outcome !== 'refused' || dryRun === true) return;
      const refused: RefusedChange = {
        at: now().toISOString(),
        action,
        subject,
        actor,
        ...(author !== undefined && { author }),
        ...(reason !== undefined && { reason }),
        problems: problems.slice(0, MAX_PROBLEMS),
        moreProblems: Math.max(0, problems.length - MAX_PROBLEMS),
      };
      kept = [refused, ...kept].slice(0, MAX_CHANGES);
    },
    list: () => kept,
  };
}

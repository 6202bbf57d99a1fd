/** Something wrong (or worth knowing) in a schema, a mapping or the configuration, told to the person who can mend it. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'hint';
  /** Stable, upper snake case; listed in `docs/checks.md`. */
  readonly code: string;
  readonly message: string;
  readonly subgraph?: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** The edit that mends it, in words or as code. */
  readonly fix?: string;
}

/** Something cannot be done, for reasons that a person can mend: all of them. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.code}: ${p.message}`).join('\n'));
    this.problems = problems;
  }
}

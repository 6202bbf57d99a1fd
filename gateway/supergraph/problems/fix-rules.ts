import { list, type Places } from './places.ts';

/** An error or hint of the composer, for the rules that say what to do about it. */
export interface Told {
  readonly message: string;
  /** Of its first place, where there is one. */
  readonly subgraph: string | undefined;
  readonly places: Places;
}

/** A fix; its definition is the place that it touches first, where that is not the composer's first place. */
export interface Fix {
  readonly text: string;
  readonly at?: { readonly subgraph: string; readonly coordinate: string };
  /** Instead of the composer's message. */
  readonly message?: string;
}

type Exact = readonly [RegExp, (parts: readonly string[], told: Told) => Fix | string | undefined];

/** What to do about one code. */
export interface Rule {
  /** True of every error with this code. */
  readonly generic: string;
  /** By the text of the message, the names in it as arguments; the first that matches and has an answer. */
  readonly exact?: readonly Exact[];
}

export type Rules = Readonly<Record<string, Rule>>;

export function applyRules(rules: Rules, code: string, told: Told): Fix | undefined {
  if (!Object.hasOwn(rules, code)) return undefined;
  const { generic, exact = [] } = rules[code]!;
  for (const [pattern, fixOf] of exact) {
    const match = pattern.exec(told.message);
    const fix = match && fixOf(match.slice(1), told);
    if (fix) return typeof fix === 'string' ? { text: fix } : fix;
  }
  return { text: generic };
}

/** The names in `subgraphs "a", "b" and "c"`; the composer leaves out some of many. */
export function quoted(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
}

/** ` in subgraph b`, where it is known. */
export function inIts({ subgraph }: Told): string {
  return subgraph === undefined ? '' : ` in subgraph ${subgraph}`;
}

/** `subgraphs a and b`, of the composer's `subgraphs "a" and "b"`. */
export function subgraphs(names: string): string {
  const all = quoted(names);
  return `${all.length > 1 ? 'subgraphs' : 'subgraph'} ${list(all)}${names.trim().endsWith('...') ? ' and others' : ''}`;
}

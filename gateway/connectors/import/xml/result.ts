import type { Problem } from '../../../problem.ts';
import { readConnectors } from '../../read.ts';
import { printSdl } from '../sdl/print.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { Builder, TooLarge } from './graphql/builder.ts';
import type { Call } from './graphql/call.ts';
import type { TypeDefinition } from './graphql/definitions.ts';
import { recogniseEntities } from './graphql/entities.ts';
import { breakCircles, Inputs } from './graphql/inputs.ts';
import { rootFields } from './graphql/operations.ts';
import { Outputs } from './graphql/outputs.ts';
import { schemaSdl } from './graphql/schema-sdl.ts';
import { XmlKeys } from './graphql/xml-keys.ts';
import { problemOf } from './source.ts';
import type { Types } from './xsd/types.ts';

/** More problems than this help nobody. */
const MAX_PROBLEMS = 200;

/** The makers of one schema. */
export interface Makers {
  readonly builder: Builder;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

export interface SchemaPlan {
  readonly types: Types;
  /** Namespace → prefix. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** Namespaces that keep a prefix: envelopes. */
  readonly prefixed: ReadonlySet<string>;
  /** What is to be offered; called for each attempt with new makers. */
  readonly calls: (makers: Makers) => Call[];
}

/**
 * The schema of a plan. It is made twice: how often a namespace occurs, and whether anything has none, is known
 * only then, and decides which names can do without a prefix.
 */
export function buildSchema(
  plan: SchemaPlan,
  source: string,
): { sdl: string; problems: readonly Problem[] } | undefined {
  const first = new XmlKeys(plan.prefixes);
  make(plan, first);
  const keys = new XmlKeys(plan.prefixes, first.bestDefault(plan.prefixed));
  const { builder, calls } = make(plan, keys);
  if (calls.length === 0) return undefined;
  const operations = rootFields(calls);
  const { definitions, scalars } = builder;
  const sdl = printSdl(schemaSdl({ operations, definitions, scalars, namespaces: keys.namespaces }));
  // Whatever a description comes up with: what is no schema is not given out as one.
  const wrong = readConnectors({ name: source, sdl }).problems.filter((p) => p.severity === 'error');
  const told = wrong.map(({ message }) => ({
    severity: 'error' as const,
    code: 'IMPORT_NO_SCHEMA',
    message: `What this description says cannot be written as a schema: ${message}`,
    file: source,
    fix: 'Leave the operation out that needs it (--only).',
  }));
  return { sdl, problems: [...told, ...builder.problems] };
}

function make(plan: SchemaPlan, keys: XmlKeys): { builder: Builder; calls: Call[] } {
  const builder = new Builder(plan.types, keys);
  const calls = plan.calls({ builder, inputs: new Inputs(builder), outputs: new Outputs(builder) });
  builder.finish();
  breakCircles(builder.definitions.filter((d): d is TypeDefinition => d.kind === 'input'));
  recogniseEntities(calls, builder);
  return { builder, calls };
}

/** What can go wrong with any description ends as a problem: too many types, or types nested beyond all measure. */
export function guarded(
  options: ImportOptions,
  collected: () => readonly Problem[],
  work: () => ImportResult,
): ImportResult {
  try {
    return work();
  } catch (error) {
    const isDeep = error instanceof RangeError && /call stack/i.test(error.message);
    if (!(error instanceof TooLarge) && !isDeep) throw error;
    const message = isDeep ? 'The types of the description are nested or derived too deeply.' : error.message;
    const fix = 'Take a part of it (--only).';
    const problem = problemOf(undefined, 'error', 'IMPORT_TOO_LARGE', message, fix);
    return { problems: tidy([{ ...problem, file: options.source }, ...collected()]) };
  }
}

/** Each once, errors first, and no more than a person can read. */
export function tidy(problems: readonly Problem[]): Problem[] {
  const order = { error: 0, warning: 1, hint: 2 };
  const each = new Map(problems.map((p) => [JSON.stringify(p), p]));
  return [...each.values()].sort((a, b) => order[a.severity] - order[b.severity]).slice(0, MAX_PROBLEMS);
}

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((p) => p.severity === 'error');

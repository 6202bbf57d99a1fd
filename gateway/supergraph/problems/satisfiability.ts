import type { Problem } from '../../problem.ts';
import { type Cause, causeOf } from './causes.ts';
import { addFields, type Edit, identityOf } from './edits.ts';
import { parseUnsatisfiable, type Unsatisfiable, type UnsatisfiableMutation } from './parse-unsatisfiable.ts';
import { list, type Places } from './places.ts';
import { shortestQuery } from './shortest-query.ts';

const MAX_FIELDS_NAMED = 8;
const MAX_EDITS = 3;
const MAX_REASONS = 12;

/** All queries that fail for one cause. */
interface Group {
  /** The most likely first. */
  readonly edits: Map<string, Edit>;
  readonly wanted: Set<string>;
  /** The smallest. */
  example: Unsatisfiable;
}

/**
 * One problem per cause. The composer tells one error per field: a type without a key would be as many errors as it has
 * fields. Errors have one cause if the likeliest edit that mends them is the same.
 * @param messages of all errors with the code SATISFIABILITY_ERROR
 */
export function satisfiabilityProblems(messages: readonly string[], places: Places): Problem[] {
  const groups = new Map<string, Group>();
  const mutations = new Map<string, MutationGroup>();
  const unknown: Problem[] = [];
  for (const message of messages) {
    const parsed = parseUnsatisfiable(message);
    if (!parsed) unknown.push(unparsed(message));
    else if ('query' in parsed) addTo(groups, parsed, places);
    else addMutation(mutations, parsed, places);
  }
  return [
    ...[...groups.values()].map((group) => problemOfGroup(group, places)),
    ...[...mutations.values()].map((group) => problemOfMutation(group, places)),
    ...unknown,
  ];
}

function addTo(groups: Map<string, Group>, failure: Unsatisfiable, places: Places): void {
  const { wanted, edits }: Cause = causeOf(failure, places);
  const identity = identityOf(edits[0]!);
  const group = groups.get(identity) ?? { edits: new Map(), wanted: new Set(), example: failure };
  groups.set(identity, group);
  group.wanted.add(wanted);
  for (const edit of edits) addEdit(group.edits, edit, places);
  if (size(failure) < size(group.example)) group.example = failure;
}

function addEdit(edits: Map<string, Edit>, edit: Edit, places: Places): void {
  const identity = identityOf(edit);
  const known = edits.get(identity);
  if (!known) edits.set(identity, edit);
  else if (known.fields && edit.fields) {
    const fields = [...new Set([...known.fields, ...edit.fields])];
    if (fields.length > known.fields.length)
      edits.set(identity, addFields(places, edit.coordinate, fields, edit.subgraph));
  }
}

function firstEdit({ edits }: Group): Edit {
  const [first] = edits.values();
  return first!;
}

const size = ({ query }: Unsatisfiable): number => query.split('\n').length * 1000 + query.length;

function problemOfGroup(group: Group, places: Places): Problem {
  const { edits, wanted, example } = group;
  const first = firstEdit(group);
  return {
    severity: 'error',
    code: 'SATISFIABILITY_ERROR',
    message: `${named(wanted)} cannot be reached by every query that may ask for ${wanted.size > 1 ? 'them' : 'it'}. ${explained(example, places)}`,
    ...places.definedAt(first.subgraph, first.coordinate),
    fix: sentence([...edits.values()].slice(0, MAX_EDITS).map(({ text }) => text)),
  };
}

function explained(failure: Unsatisfiable, places: Places): string {
  const query = shortestQuery(failure, places);
  return `The smallest such query\n${query}\nfails because:\n${reasonsOf(failure).join('\n')}`;
}

/** The composer's reasons; those that only say that another way is shorter explain nothing. */
function reasonsOf({ reasons }: Unsatisfiable): string[] {
  const telling = reasons.filter(({ text }) => !text.startsWith('ignoring moving '));
  const told = telling.length > 0 ? telling : reasons;
  const lines = told.map(({ from, text }) => `- from subgraph "${from}": ${text}.`);
  const distinct = [...new Set(lines)];
  const more = distinct.length - MAX_REASONS;
  return more > 1 ? [...distinct.slice(0, MAX_REASONS), `- and for ${more} more such reasons.`] : distinct;
}

interface MutationGroup {
  readonly fields: string[];
  readonly alternatives: readonly { readonly subgraph: string; readonly groups: readonly Group[] }[];
}

/** A field of the mutation is called once: one of its subgraphs must be able to lead to all of its result. */
function addMutation(
  mutations: Map<string, MutationGroup>,
  { field, bySubgraph }: UnsatisfiableMutation,
  places: Places,
): void {
  const alternatives = bySubgraph.map(({ subgraph, failures }) => {
    const groups = new Map<string, Group>();
    for (const failure of failures) addTo(groups, failure, places);
    return { subgraph, groups: [...groups.values()] };
  });
  const key = JSON.stringify(
    alternatives.map(({ subgraph, groups }) => [subgraph, groups.map((group) => firstEdit(group).text)]),
  );
  const known = mutations.get(key);
  if (known) known.fields.push(field);
  else mutations.set(key, { fields: [field], alternatives });
}

function problemOfMutation({ fields, alternatives }: MutationGroup, places: Places): Problem {
  const easiest = alternatives.toSorted((a, b) => a.groups.length - b.groups.length);
  const first = firstEdit(easiest[0]!.groups[0]!);
  const many = fields.length > 1;
  const ways = alternatives.map(({ subgraph, groups }) => {
    const wanted = new Set(groups.flatMap((group) => [...group.wanted]));
    return `Called in subgraph "${subgraph}", ${named(wanted)} cannot be reached. ${explained(groups[0]!.example, places)}`;
  });
  const edits = easiest.map(({ groups }) =>
    list(groups.map((group) => firstEdit(group).text).slice(0, MAX_EDITS)),
  );
  return {
    severity: 'error',
    code: 'SATISFIABILITY_ERROR',
    message: `The field${many ? 's' : ''} ${named(new Set(fields))} of the mutation ${many ? 'are' : 'is'} called in one subgraph only, and none of those that have ${many ? 'them' : 'it'} leads to everything that may be asked of the result.\n${ways.join('\n')}`,
    ...places.definedAt(first.subgraph, first.coordinate),
    fix: sentence(edits.slice(0, MAX_EDITS)),
  };
}

function named(names: ReadonlySet<string>): string {
  const all = [...names].map((name) => `"${name}"`);
  const more = all.length - MAX_FIELDS_NAMED;
  return list(more > 1 ? [...all.slice(0, MAX_FIELDS_NAMED), `${more} more`] : all);
}

/** `Do this; or do that.` */
export function sentence(clauses: readonly string[]): string {
  const text = clauses.join('; or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function unparsed(message: string): Problem {
  return {
    severity: 'error',
    code: 'SATISFIABILITY_ERROR',
    message,
    fix: 'Give the type of the field that is not reached a @key in the subgraphs that have it, or add the field (with @shareable) where the query comes from.',
  };
}

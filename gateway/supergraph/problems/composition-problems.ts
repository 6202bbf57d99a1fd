import type { CompositionResult } from '@apollo/composition';
import { errorCauses } from '@apollo/federation-internals';
import { type ASTNode, GraphQLError } from 'graphql';
import type { Problem } from '../../problem.ts';
import type { SubgraphSource } from '../compose.ts';
import { applyRules, type Rules } from './fix-rules.ts';
import { FIXES_BETWEEN } from './fixes-between.ts';
import { FIXES_IN_ONE } from './fixes-in-one.ts';
import { FIXES_OF_DIRECTIVES } from './fixes-of-directives.ts';
import { FIXES_OF_FIELD_SETS } from './fixes-of-field-sets.ts';
import { HINT_FIXES } from './hint-fixes.ts';
import { otherPlaces, type Place, placeIn, type Places } from './places.ts';
import { satisfiabilityProblems } from './satisfiability.ts';

export type CompositionHint = NonNullable<CompositionResult['hints']>[number];

/** What to do, by code, for every error of composition. */
export const ERROR_FIXES: Rules = {
  ...FIXES_IN_ONE,
  ...FIXES_OF_FIELD_SETS,
  ...FIXES_BETWEEN,
  ...FIXES_OF_DIRECTIVES,
};

/** Composition hints of this level and above are warnings (`HintLevel.WARN`). */
const WARN_LEVEL = 60;

const UNSATISFIABLE = 'SATISFIABILITY_ERROR';

/** What the composer returns as errors. */
export function problemsOfErrors(errors: readonly GraphQLError[], places: Places): Problem[] {
  const causes = errors.flatMap((error) => errorCauses(error) ?? [error]);
  const isUnsatisfiable = (error: GraphQLError): boolean => error.extensions['code'] === UNSATISFIABLE;
  const unsatisfiable = causes.filter(isUnsatisfiable).map(({ message }) => message);
  return [
    ...causes.filter((error) => !isUnsatisfiable(error)).map((error) => problemOf(error, places, undefined)),
    ...satisfiabilityProblems(unsatisfiable, places),
  ];
}

/** What the composer throws. */
export function problemsOfThrown(error: unknown, places: Places, subgraph?: SubgraphSource): Problem[] {
  if (!(error instanceof Error)) throw error;
  const causes = errorCauses(error) ?? (error instanceof GraphQLError ? [error] : undefined);
  if (causes) return causes.map((cause) => problemOf(cause, places, subgraph));
  // Not an error about the schemas but a fault of the composer: told, not thrown, so that the others stay.
  const code = 'COMPOSITION_FAILED';
  return [fixed('error', code, error.message, placeIn(subgraph), [], places)];
}

function problemOf(error: GraphQLError, places: Places, subgraph: SubgraphSource | undefined): Problem {
  const told = error.extensions['code'];
  const code = typeof told === 'string' ? told : 'INVALID_GRAPHQL';
  const [prefix, named] = /^\[([^\]]+)\] /.exec(error.message) ?? [];
  const owner = places.byName(named) ?? subgraph;
  const location = owner && error.locations?.[0];
  const message = owner && prefix !== undefined ? error.message.slice(prefix.length) : error.message;
  const marked = (error.nodes ?? []).filter((node) => places.placeOf(node));
  const nodes = marked.length > 0 || location ? marked : places.mentioned(message, owner?.name);
  const place = places.find(nodes) ?? {
    ...placeIn(owner),
    ...(location ? { line: location.line, column: location.column } : {}),
  };
  return fixed('error', code, message, place, nodes, places);
}

export function problemOfHint(hint: CompositionHint, places: Places): Problem {
  const { level, code } = hint.definition;
  const severity = level.value >= WARN_LEVEL ? 'warning' : 'hint';
  const nodes = hint.nodes ?? [];
  return fixed(severity, code, hint.message, places.find(nodes) ?? {}, nodes, places);
}

/** The place is the one that the fix touches; the message names the others. */
function fixed(
  severity: Problem['severity'],
  code: string,
  text: string,
  found: Place,
  nodes: readonly ASTNode[],
  places: Places,
): Problem {
  const rules = severity === 'error' ? ERROR_FIXES : HINT_FIXES;
  const fix = applyRules(rules, code, { message: text, subgraph: found.subgraph, places });
  const place = (fix?.at && places.definedAt(fix.at.subgraph, fix.at.coordinate)) ?? found;
  const message = fix?.message ?? text;
  const others = otherPlaces(place, nodes, places);
  return {
    severity,
    code,
    message: others !== '' && !/[.!?]$/.test(message) ? `${message}.${others}` : message + others,
    ...place,
    ...(fix && { fix: fix.text }),
  };
}

/*
 * Bounds that keep one operation from taking the process: planning is synchronous. Each is far above what
 * operations of people and tools need; beyond it the operation is refused with a message that names the limit.
 */

/** Steps of the search: selections solved, and fields for which a way of covering a place was weighed. About 4 µs each. */
export const MAX_SEARCH_STEPS = 50_000;

/** After as many steps the search is greedy everywhere. */
export const MAX_THOROUGH_STEPS = 10_000;

/** Ways of covering one place with hops that are all weighed; with more candidates the search is greedy. */
export const MAX_EXHAUSTIVE_CANDIDATES = 6;

/** Fields in fields, and fragments in fragments: the stack is finite. */
export const MAX_NESTING = 300;

/** How often an operation is solved again because values from `@fromContext` turn out to be wanted further up. */
export const MAX_CONTEXT_ROUNDS = 20;

/** Requests of one plan. */
export const MAX_FETCHES = 2_000;

/** Characters of all documents of one plan. */
export const MAX_DOCUMENT_CHARACTERS = 4_000_000;

/** Different combinations of `@skip`/`@include` under which one field is selected. */
export const MAX_CONDITION_ALTERNATIVES = 32;

/** Variables that decide about the order of mutation fields: each doubles the plan. */
export const MAX_ORDER_VARIABLES = 4;

/** Different combinations of deferred fragments that fields are wanted by. */
export const MAX_DELIVERIES = 500;

/** Condition variables of which the plan validator tries every assignment. */
export const MAX_ENUMERATED_VARIABLES = 6;

/** Selections at which the plan validator looks to check conditions; what is beyond it does not check. Some 0.3 s. */
export const MAX_VALIDATION_STEPS = 500_000;

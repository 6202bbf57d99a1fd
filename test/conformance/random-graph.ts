import type { FederatedGraph } from './federated-graph.ts';
import { GraphDraft } from './graph-draft.ts';
import { keyedInterface, plainInterface, union } from './random-abstract.ts';
import { withContexts } from './random-context.ts';
import { hide, makeFederation1, override, provide, require } from './random-directives.ts';
import { type Random, randomFrom } from './random-source.ts';
import { defineValue, fillEntity, makeRoots, spreadEntity } from './random-types.ts';

/**
 * A random federated graph; not every one composes. All subgraphs together give each field of each
 * object at least once, with one type and one set of arguments wherever it is declared.
 */
export function randomGraph(seed: number): FederatedGraph {
  const random = randomFrom(seed);
  const draft = new GraphDraft(random, subgraphCount(random));
  const entities = Array.from({ length: 2 + random.below(3) }, (_, index) => `E${index}`);
  for (const name of entities) spreadEntity(draft, name);
  defineValue(draft, 'V0', 0);
  if (random.chance(0.5)) defineValue(draft, 'V1', 1);
  const isOld = random.chance(0.2);
  const isOldest = isOld && random.chance(0.5);
  draft.mayShare = !isOldest;
  draft.joinV01 = isOldest;
  const keyed = !isOld && random.chance(0.45) ? keyedInterface(draft) : [];
  for (const name of [...entities, ...keyed]) fillEntity(draft, name);
  if (random.chance(0.6)) plainInterface(draft, entities);
  if (random.chance(0.5)) union(draft, entities);
  makeRoots(draft);
  for (const name of entities) {
    if (random.chance(0.7)) require(draft, name);
    if (random.chance(0.4)) require(draft, name);
    if (random.chance(0.4)) provide(draft, name);
    if (random.chance(0.15)) provide(draft, name);
    if (!isOld && random.chance(0.35)) override(draft, name);
    if (!isOld && random.chance(0.15)) hide(draft, name);
  }
  if (isOld) {
    makeFederation1(draft, isOldest || random.chance(0.3) ? 1 : 0.5);
    return draft.graph();
  }
  // Composition checks contexts path by path: of many subgraphs it takes all memory.
  if (draft.isWide) return draft.graph();
  // Choices of their own: the rest of a seed's graph is what it was without contexts.
  return withContexts(draft.graph(), randomFrom(seed ^ 0x5f3759df));
}

/** Mostly few; a sixth of the graphs has more than the search weighs every set of. */
function subgraphCount(random: Random): number {
  return random.chance(1 / 6) ? 6 + random.below(7) : 2 + random.below(4);
}

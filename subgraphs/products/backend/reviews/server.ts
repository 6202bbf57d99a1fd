import type { DatabaseSync } from 'node:sqlite';
import type { CallCounters } from '../../../common/counters.ts';
import { startService } from '../../../common/http/service.ts';
import type { Listening } from '../../../common/listening.ts';
import { ReviewTable, prepareReviews } from './reviews.ts';
import { renderProblem, reviewRoutes } from './routes.ts';

/**
 * The reviews, JSON over HTTP. The database stays the caller's, who closes it.
 * @param options.port 0 takes any free port
 */
export function startReviews(options: {
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseSync;
  readonly counters: CallCounters;
}): Promise<Listening> {
  const { port, host, database, counters } = options;
  prepareReviews(database);
  const routes = reviewRoutes(new ReviewTable(database));
  return startService({ port, host, counters, routes, renderFault: renderProblem });
}

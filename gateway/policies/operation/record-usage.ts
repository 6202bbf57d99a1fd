import type { UsageRecorder } from '../../usage/recorder.ts';
import type { OperationPolicy } from '../kinds.ts';

/**
 * Counts who asks for what: changes of the schema are judged by it.
 * @param variant of the graph that they ask; undefined = the main graph
 */
export function createRecordUsage(
  { record }: Pick<UsageRecorder, 'record'>,
  variant?: string,
): OperationPolicy {
  return {
    name: 'record-usage',
    wrap: (next) =>
      function recordUsage(input, context) {
        record(input, context.headers, variant);
        return next(input, context);
      },
  };
}

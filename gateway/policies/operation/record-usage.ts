import type { UsageRecorder } from '../../usage/recorder.ts';
import type { OperationPolicy } from '../kinds.ts';

/** Counts who asks for what: changes of the schema are judged by it. */
export function createRecordUsage({ record }: Pick<UsageRecorder, 'record'>): OperationPolicy {
  return {
    name: 'record-usage',
    wrap: (next) =>
      function recordUsage(input, context) {
        record(input, context.headers);
        return next(input, context);
      },
  };
}

import type { Executable, ExecutionResult } from '../../gateway/compile/executable.ts';
import type { RequestContext } from '../../gateway/context.ts';

/** The results of a subscription in one graph, until its source ends or fails. */
export async function* eventsOf(
  executable: Executable,
  variables: Readonly<Record<string, unknown>> | undefined,
  context: RequestContext,
): AsyncGenerator<ExecutionResult, void, undefined> {
  const bound = executable.bind?.(variables, context);
  if (!bound) throw new Error('A query or a mutation has no events.');
  if ('refused' in bound) {
    yield bound.refused;
    return;
  }
  const events = bound.open(context.signal);
  try {
    for await (const event of { [Symbol.asyncIterator]: () => events }) yield await bound.answer(event);
  } catch (error) {
    yield bound.failed(error);
  }
}

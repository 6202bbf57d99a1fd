import type { CommandContext } from '../command-context.ts';
import { withProgress } from '../progress.ts';
import { askAdmin, type AdminAnswer, type AdminOptions, type AdminQuestion } from './admin-client.ts';

const POLL_MS = 300;

/** Asks for a change of the graph, and shows on a terminal what the gateway is doing for it. */
export function askForChange(
  context: CommandContext,
  options: AdminOptions,
  question: AdminQuestion,
): Promise<AdminAnswer> {
  return withProgress(context, async (onProgress) => {
    if (!onProgress) return askAdmin(context, options, question);
    onProgress('Asking the gateway');
    const poll = setInterval(() => {
      askAdmin(context, options, { path: '/registry/progress' }).then(
        ({ body: { what } }) => typeof what === 'string' && onProgress(what),
        // The change itself will say what is wrong.
        () => undefined,
      );
    }, POLL_MS);
    try {
      return await askAdmin(context, options, question);
    } finally {
      clearInterval(poll);
    }
  });
}

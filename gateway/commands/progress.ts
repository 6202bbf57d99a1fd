import type { CommandContext } from './command-context.ts';

/** Told what is being done, in words. Absent where nobody looks. */
export type OnProgress = ((what: string) => void) | undefined;

const CLEAR_LINE = '\r\u001b[K';

/** Runs the work and tells people on a terminal what it does: one line, written over by the next and gone at the end. */
export async function withProgress<Result>(
  { stderr, env }: Pick<CommandContext, 'stderr' | 'env'>,
  work: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  if (stderr.isTTY !== true || env['TERM'] === 'dumb') return work(undefined);
  try {
    return await work((what) => void stderr.write(`${CLEAR_LINE}${what} …`));
  } finally {
    stderr.write(CLEAR_LINE);
  }
}

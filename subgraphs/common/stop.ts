/**
 * Closes the backend and ends the process on the first SIGTERM or SIGINT and, where SLUICE_EXIT_WITH_PARENT is 1, when
 * the parent is gone.
 */
export function stopWhenAsked(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.env['SLUICE_EXIT_WITH_PARENT'] === '1')
    process.stdin.once('end', stop).once('close', stop).resume();
}

import type { ServerResponse } from 'node:http';

const MAX_DELAY_MS = 60_000;

/** Waits as long as the request asked for; false if the client left meanwhile. */
export function pause(askedMs: number, response: ServerResponse): boolean | Promise<boolean> {
  if (response.destroyed) return false;
  if (!(askedMs > 0)) return true;
  return new Promise((resolve) => {
    const left = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(
      () => {
        response.off('close', left);
        resolve(true);
      },
      Math.min(askedMs, MAX_DELAY_MS),
    );
    response.once('close', left);
  });
}

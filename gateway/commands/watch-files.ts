import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

export interface FileWatch {
  close(): void;
}

export interface WatchFilesOptions {
  /** Asked again after every change, because the files themselves say which there are. */
  readonly files: () => readonly string[];
  /** A text that is the same as long as the files say the same. */
  readonly contentOf: (files: readonly string[]) => string;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** An editor writes a file in several steps: only what stands there after this pause is looked at. */
const SETTLE_MS = 100;

/**
 * Calls `onChange` when what the files say has changed. Their folders are watched, because editors and mounted volumes
 * replace files; nothing is polled.
 */
export function watchFiles({ files, contentOf, onChange, onError }: WatchFilesOptions): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let content = contentOf(files());
  let timer: NodeJS.Timeout | undefined;

  const follow = (): void => {
    const folders = new Set(files().map((file) => dirname(file)));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, look);
        watcher.on('error', onError);
        watchers.set(folder, watcher);
      } catch (error) {
        onError(error);
      }
    }
  };
  const look = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const now = contentOf(files());
      if (now === content) return;
      content = now;
      onChange();
      follow();
    }, SETTLE_MS);
  };

  follow();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

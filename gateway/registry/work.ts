/** What is being done to make the next graph, for those who wait for it. */
export interface Work {
  /** @param what in words: `Composing 12 subgraphs` */
  tell(what: string): void;
  end(): void;
  /** Undefined = nothing. */
  current(): { readonly what: string; readonly sinceMs: number } | undefined;
}

export function createWork(): Work {
  let doing: { readonly what: string; readonly from: number } | undefined;
  return {
    tell: (what) => void (doing = { what, from: performance.now() }),
    end: () => void (doing = undefined),
    current: () => doing && { what: doing.what, sinceMs: Math.round(performance.now() - doing.from) },
  };
}

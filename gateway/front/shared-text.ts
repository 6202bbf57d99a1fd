interface Body {
  readonly errors?: unknown;
  readonly data?: unknown;
  readonly extensions?: unknown;
}

/** Data that several requests get, known before the first of them is answered. */
export interface SharedData {
  has(data: object): boolean;
}

/** Response bodies of which some are shared: made once, and sent from the same bytes. */
export interface SharedText {
  /** The JSON of a response body; without errors, that of shared data is made once. */
  readonly stringify: (body: Body) => string;
  /** What is to be written for a text: the bytes that are kept for a shared one, else the text itself. */
  readonly toSend: (text: string) => string | Uint8Array;
}

/** How many shared texts have their bytes kept. Requests that share one are answered in the same moment. */
const KEPT = 8;

export function createSharedText(shared: SharedData): SharedText {
  const texts = new WeakMap<object, string>();
  const kept: { readonly text: string; bytes: Uint8Array | undefined }[] = [];

  return {
    stringify(body) {
      const { errors, data, extensions } = body;
      const isOwn = typeof data !== 'object' || data === null || !shared.has(data);
      if (isOwn || errors !== undefined || extensions !== undefined) return JSON.stringify(body);
      let text = texts.get(data);
      if (text === undefined) {
        text = JSON.stringify({ data });
        texts.set(data, text);
        kept.unshift({ text, bytes: undefined });
        if (kept.length > KEPT) kept.pop();
      }
      return text;
    },
    toSend(text) {
      const known = kept.find((each) => each.text === text);
      return known ? (known.bytes ??= Buffer.from(text)) : text;
    },
  };
}

/** Where nothing is ever shared. */
export const NOTHING_SHARED: SharedText = {
  stringify: (body) => JSON.stringify(body),
  toSend: (text) => text,
};

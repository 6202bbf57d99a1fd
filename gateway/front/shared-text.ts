interface Body {
  readonly errors?: unknown;
  readonly data?: unknown;
  readonly extensions?: unknown;
}

/** Data that several requests get, known before the first of them is answered. */
export interface SharedData {
  has(data: object): boolean;
}

/** The JSON of a response body; for shared data it is made once, and kept as long as somebody holds the data. */
export function createSharedText(shared: SharedData): (body: Body) => string {
  const texts = new WeakMap<object, string>();
  return (body) => {
    const { errors, data, extensions } = body;
    if (typeof data !== 'object' || data === null || !shared.has(data)) return JSON.stringify(body);
    let text = texts.get(data);
    if (text === undefined) texts.set(data, (text = JSON.stringify(data)));
    const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
    const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
    return `{${before}"data":${text}${after}}`;
  };
}

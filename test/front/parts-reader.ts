/*
 * Strict readers of answers in parts: what a client may not rely on is an error. A payload is given as soon as its bytes
 * are there.
 */

export type Payload = Record<string, unknown> & { hasNext: boolean };

/** The parts of `multipart/mixed; boundary="-"` (RFC 2046 section 5.1.1): delimiters before and after each, nothing around. */
export async function* readMultipart(response: Response): AsyncGenerator<Payload, void, undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^multipart\/mixed; boundary="-"; (?:deferSpec=20220824|incrementalSpec=v0\.2)$/.test(type))
    throw new Error(`not parts: ${type}`);
  if (response.headers.get('content-encoding') !== null) throw new Error('parts are not compressed');
  let text = '';
  let isOpen = false;
  let last: Payload | undefined;
  for await (const chunk of textOf(response)) {
    text += chunk;
    for (;;) {
      if (!isOpen) {
        if (!text.startsWith('\r\n---'.slice(0, text.length))) throw new Error(`no delimiter: ${text}`);
        if (text.length < 5) break;
        text = text.slice(5);
        isOpen = true;
      }
      const end = text.indexOf('\r\n---');
      if (end < 0) break;
      const [, json] =
        /^\r\ncontent-type: application\/json; charset=utf-8\r\n\r\n(.+)$/s.exec(text.slice(0, end)) ?? [];
      if (json === undefined) throw new Error(`not a part: ${text.slice(0, end)}`);
      if (last?.hasNext === false) throw new Error('a part after the last');
      text = text.slice(end + 5);
      last = JSON.parse(json) as Payload;
      if (typeof last.hasNext !== 'boolean') throw new Error('a part without hasNext');
      yield last;
      if (text.startsWith('--')) break;
    }
  }
  if (text !== '--\r\n') throw new Error(`the end is ${JSON.stringify(text)}`);
  if (last?.hasNext !== false) throw new Error('the last part says that there is another one');
}

/** The `next` events of a stream (graphql-sse, distinct connections mode); `complete` is its end. */
export async function* readEvents(response: Response): AsyncGenerator<Payload, void, undefined> {
  if (response.headers.get('content-type') !== 'text/event-stream; charset=utf-8')
    throw new Error('no events');
  let text = '';
  let isComplete = false;
  for await (const chunk of textOf(response)) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (block === ':') continue;
      if (isComplete) throw new Error('an event after `complete`');
      const [, event, data = ''] = /^event: (\w+)\ndata:(.*)$/s.exec(block) ?? [];
      if (event === 'complete') isComplete = true;
      else if (event === 'next') yield JSON.parse(data) as Payload;
      else throw new Error(`not an event: ${block}`);
    }
  }
  if (!isComplete || text !== '') throw new Error('the stream was cut');
}

async function* textOf(response: Response): AsyncGenerator<string, void, undefined> {
  if (!response.body) throw new Error('no body');
  const decoder = new TextDecoder();
  for await (const bytes of response.body) yield decoder.decode(bytes, { stream: true });
}

/** How the payloads of an answer in parts look. */
export type PartsFormat =
  /** `incremental` with path and label, a fragment complete in itself (graphql-js 17.0.0-alpha.2). */
  | 'deferSpec=20220824'
  /** `pending`, `incremental` and `completed` with ids, each field once (graphql-js 17.0.0-alpha.9). */
  | 'incrementalSpec=v0.2';

/** What a client says that it can read besides one JSON answer. */
export interface AcceptedParts {
  /** Parts as `multipart/mixed`. */
  readonly multipart: PartsFormat | undefined;
  /** Parts as server-sent events. */
  readonly events: PartsFormat | undefined;
}

const NOTHING: AcceptedParts = { multipart: undefined, events: undefined };

/**
 * The first media types of an Accept header that can take an answer in parts. A client that names no format gets that
 * of 2022, which all of them read.
 */
export function acceptedParts(accept: string | undefined): AcceptedParts {
  if (accept === undefined || !/multipart\/mixed|text\/event-stream/i.test(accept)) return NOTHING;
  let { multipart, events } = NOTHING;
  for (const range of accept.split(',')) {
    const [type = '', ...given] = range.split(';').map((part) => part.trim().toLowerCase());
    const parameters = new Map(given.map((each) => parameterOf(each)));
    if (/^0(?:\.0*)?$/.test(parameters.get('q') ?? '')) continue;
    const format = formatOf(parameters);
    if (type === 'multipart/mixed') multipart ??= format;
    else if (type === 'text/event-stream') events ??= format;
  }
  return { multipart, events };
}

function parameterOf(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 0) return [text, ''];
  return [
    text.slice(0, equals).trim(),
    text
      .slice(equals + 1)
      .trim()
      .replaceAll('"', ''),
  ];
}

/** `undefined` = a format that is not known here, or a use of multipart for something else (subscriptions). */
function formatOf(parameters: ReadonlyMap<string, string>): PartsFormat | undefined {
  const [defer, incremental] = [parameters.get('deferspec'), parameters.get('incrementalspec')];
  if (incremental !== undefined) return incremental === 'v0.2' ? 'incrementalSpec=v0.2' : undefined;
  if (parameters.has('subscriptionspec')) return undefined;
  return defer === undefined || defer === '20220824' ? 'deferSpec=20220824' : undefined;
}

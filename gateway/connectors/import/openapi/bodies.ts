import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { flagOf, isObject, textOf } from './part.ts';

/** What is sent. */
export interface Body {
  readonly part: Part;
  readonly schema: Part | undefined;
  readonly mediaType: string;
  readonly isForm: boolean;
  readonly isRequired: boolean;
  readonly description: string | undefined;
}

/** What comes back when all went well; nothing, a text, or JSON of a schema. */
export interface Answer {
  readonly kind: 'nothing' | 'text' | 'json';
  readonly part: Part;
  readonly schema: Part | undefined;
  /** Whether the next page is in a `Link` header, where no client sees it. */
  readonly hasLinkHeader: boolean;
}

const FORM = 'application/x-www-form-urlencoded';

const bare = (mediaType: string) => mediaType.split(';')[0]!.trim().toLowerCase();
const isJson = (type: string) =>
  type === 'application/json' || type === 'text/json' || type.endsWith('+json');
const isAny = (type: string) => type === '*/*' || type === 'application/*';

/** The best of the media types: plain JSON, other JSON, anything. */
function jsonContent(contents: readonly [string, Part][]): [string, Part] | undefined {
  return (
    contents.find(([type]) => bare(type) === 'application/json') ??
    contents.find(([type]) => isJson(bare(type))) ??
    contents.find(([type]) => isAny(bare(type)))
  );
}

/** A text is the reason why the body cannot be sent. */
export function readBody(library: Library, operation: Part): Body | string | undefined {
  const part = library.get(operation, 'requestBody');
  if (!part) return undefined;
  const contents = library.entries(library.get(part, 'content'));
  const json = jsonContent(contents);
  const form = contents.find(([type]) => bare(type) === FORM);
  const [mediaType, media] = json ?? form ?? [];
  if (mediaType === undefined || !media) {
    const isRequired = flagOf(part, 'required');
    const types = contents.map(([type]) => type).join(', ');
    return isRequired && contents.length > 0
      ? `its body is ${types}, and a connector sends JSON or a form`
      : undefined;
  }
  return {
    part,
    schema: library.entries(library.follow(media)).find(([key]) => key === 'schema')?.[1],
    mediaType: json ? (isJson(bare(mediaType)) ? bare(mediaType) : 'application/json') : FORM,
    isForm: !json,
    isRequired: flagOf(part, 'required'),
    description: textOf(part, 'description'),
  };
}

/** A text is the reason why the answer cannot be read; undefined: something told already. */
export function readAnswer(library: Library, operation: Part): Answer | string | undefined {
  const entries = library.entries(library.get(operation, 'responses'));
  const successes = entries
    .filter(([status]) => /^2(?:\d\d|XX)$/i.test(status))
    .toSorted(([a], [b]) => rank(a) - rank(b));
  if (successes.length === 0) successes.push(...entries.filter(([status]) => status === 'default'));
  if (entries.length > 0 && successes.length === 0)
    return `it has no successful answer (${entries.map(([status]) => status).join(', ')})`;
  let nothing: Part | undefined;
  let unread: string[] | undefined;
  for (const [, entry] of successes) {
    const part = library.follow(entry);
    if (!part) return undefined;
    const contents = library.entries(library.get(part, 'content'));
    const found = answerOf(library, part, contents);
    if (found) return found;
    if (contents.length === 0) nothing ??= part;
    else unread ??= contents.map(([type]) => type);
  }
  if (unread) return `its answer is ${unread.join(', ')}, and not JSON`;
  return { kind: 'nothing', part: nothing ?? operation, schema: undefined, hasLinkHeader: false };
}

/** 200 before 201 before `2XX`; what says nothing comes last. */
const rank = (status: string) => (/\d{3}/.test(status) ? Number(status) : 299);

function answerOf(library: Library, part: Part, contents: readonly [string, Part][]): Answer | undefined {
  const headers = library.entries(library.get(part, 'headers')).map(([name]) => name.toLowerCase());
  const common = { part, hasLinkHeader: headers.includes('link') };
  const media = jsonContent(contents)?.[1];
  if (media) {
    const followed = library.follow(media);
    // OpenAPI 3.2 describes streams by their items; a connector answers once.
    if (isObject(followed?.value) && Object.hasOwn(followed.value, 'itemSchema')) return undefined;
    const schema = library.entries(followed).find(([key]) => key === 'schema')?.[1];
    return { ...common, kind: 'json', schema };
  }
  const isText = contents.some(
    ([type]) => bare(type).startsWith('text/') && bare(type) !== 'text/event-stream',
  );
  return isText ? { ...common, kind: 'text', schema: undefined } : undefined;
}

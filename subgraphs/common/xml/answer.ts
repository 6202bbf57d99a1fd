import type { HttpFault } from '../http/fault.ts';
import type { Answer, RequestHead } from '../http/route.ts';
import { contentType, encodeDocument, wantedCharset } from './encoding.ts';
import type { Charset } from './encoding.ts';
import { attribute, text } from './write.ts';

/** Answers with a document in that charset. */
export function xmlAnswer(
  status: number,
  root: string,
  charset: Charset,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': contentType(charset), ...headers },
    body: encodeDocument(root, charset),
  };
}

/** `<fault xmlns="urn:example:faults"><code/><message/><field path=""/>*<stackTrace/>?</fault>`. */
export function renderFault(fault: HttpFault, request: RequestHead): Answer {
  const fields = fault.fields.map(
    (field) => `<field path="${attribute(field.path)}">${text(field.message)}</field>`,
  );
  const stackTrace =
    fault.stackTrace === undefined ? '' : `<stackTrace>${text(fault.stackTrace)}</stackTrace>`;
  const root =
    `<fault xmlns="urn:example:faults"><code>${text(fault.code)}</code>` +
    `<message>${text(fault.message)}</message>${fields.join('')}${stackTrace}</fault>`;
  return xmlAnswer(fault.status, root, wantedCharset(request.query, request.headers), fault.headers);
}

import type { Answer, HttpFault, RequestHead } from '../http.ts';
import { contentType, encodeDocument, wantedCharset } from './xml/encoding.ts';
import type { Charset } from './xml/encoding.ts';
import { attribute, text } from './xml/write.ts';

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

/** `<fault xmlns="urn:example:faults"><code/><message/><field path=""/>*</fault>`. */
export function renderFault(fault: HttpFault, request: RequestHead): Answer {
  const fields = fault.fields.map(
    (field) => `<field path="${attribute(field.path)}">${text(field.message)}</field>`,
  );
  const root =
    `<fault xmlns="urn:example:faults"><code>${text(fault.code)}</code>` +
    `<message>${text(fault.message)}</message>${fields.join('')}</fault>`;
  return xmlAnswer(fault.status, root, wantedCharset(request.query, request.headers), fault.headers);
}

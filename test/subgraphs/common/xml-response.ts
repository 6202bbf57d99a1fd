import { XMLValidator } from 'fast-xml-parser';
import { expect } from 'vitest';
import { readDocument } from '../../../subgraphs/common/xml/read.ts';
import type { XmlElement } from '../../../subgraphs/common/xml/read.ts';

export interface XmlResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The document as characters, decoded as its content type says. */
  readonly source: string;
  readonly root: XmlElement;
}

/** Fetches a document, which must be well-formed also for a parser that is not our own. */
export async function fetchXml(url: string, init?: RequestInit): Promise<XmlResponse> {
  const response = await fetch(url, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type')!;
  const source = bytes.toString(type.endsWith('iso-8859-1') ? 'latin1' : 'utf8');
  expect(XMLValidator.validate(source)).toBe(true);
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    source,
    root: readDocument(bytes, type),
  };
}

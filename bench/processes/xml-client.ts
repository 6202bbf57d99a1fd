import { XMLParser } from 'fast-xml-parser';
import { Pool } from 'undici';

/** An XML client for the subgraphs of the peers: undici and fast-xml-parser, names without prefix. */
export function xmlClient(url: string, lists: readonly string[]) {
  const pool = new Pool(url, { connections: 128 });
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => lists.includes(name),
  });
  return async <Answer>(path: string): Promise<Answer> => {
    const { body, statusCode } = await pool.request({ method: 'GET', path });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode}`);
    return parser.parse(text) as Answer;
  };
}

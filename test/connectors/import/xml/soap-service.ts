/** A SOAP service that is as strict as its description: namespaces, action, content type and the order of elements. */
import { decodeXml } from '../../../../gateway/upstreams/xml/decode.ts';
import { answer, type Answer, type Asked } from '../../backends.ts';

const ENVELOPES = {
  1.1: 'http://schemas.xmlsoap.org/soap/envelope/',
  1.2: 'http://www.w3.org/2003/05/soap-envelope',
} as const;
/** So that every name of the tree tells its namespace. */
const ALL_NAMES = { none: 'urn:no-name-is-in-this' };

type Tree = Readonly<Record<string, unknown>>;

export interface SoapOperation {
  readonly action: string;
  /** `{uri}name` of the child of the body. */
  readonly element: string;
  /** Children that it may have, in their order; those with a `!` must be there. */
  readonly order: readonly string[];
  /** The child of the answer's body, as XML; or a fault. */
  readonly answer: (request: Tree) => string | Fault;
}

export interface Fault {
  readonly code: string;
  readonly text: string;
  readonly status?: number;
}

export function soapService(
  version: '1.1' | '1.2',
  operations: readonly SoapOperation[],
): (asked: Asked) => Answer {
  const uri = ENVELOPES[version];
  return (asked) => {
    const result = handle(version, operations, asked);
    const isFault = typeof result !== 'string';
    const body = isFault ? faultXml(version, result) : result;
    return answer({
      status: isFault ? (result.status ?? 500) : 200,
      headers: {
        'content-type': version === '1.1' ? 'text/xml; charset=utf-8' : 'application/soap+xml; charset=utf-8',
      },
      // Prefixes that no schema uses.
      body: `<?xml version="1.0" encoding="utf-8"?><Z:Envelope xmlns:Z="${uri}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Z:Body>${body}</Z:Body></Z:Envelope>`,
    });
  };
}

function handle(version: '1.1' | '1.2', operations: readonly SoapOperation[], asked: Asked): string | Fault {
  const { headers, method } = asked;
  const type = headers['content-type'] ?? '';
  const refuse = (text: string): Fault => ({ code: version === '1.1' ? 'Client' : 'Sender', text });
  if (method !== 'POST') return refuse(`not a POST: ${method}`);
  const wanted = version === '1.1' ? 'text/xml' : 'application/soap+xml';
  if (!type.startsWith(`${wanted}; charset=utf-8`)) return refuse(`content type ${type}`);
  const action = version === '1.1' ? headers['soapaction'] : /; action=("[^"]*")/.exec(type)?.[1];
  const tree = decodeXml(asked.body, { namespaces: ALL_NAMES });
  const body = child(child(tree, `{${ENVELOPES[version]}}Envelope`), `{${ENVELOPES[version]}}Body`);
  const [name = '', ...more] = Object.keys(body as object);
  if (more.length > 0) return refuse('more than one element in the body');
  const operation = operations.find((o) => o.element === name);
  if (!operation) return refuse(`unknown element ${name}`);
  if ((action ?? '""') !== JSON.stringify(operation.action)) return refuse(`action ${String(action)}`);
  const content = (body as Tree)[name];
  const given = typeof content === 'object' && content !== null ? Object.keys(content) : [];
  const known = operation.order.map((key) => key.replace('!', ''));
  const places = given.map((key) => known.indexOf(key));
  if (places.includes(-1)) return refuse(`unknown child ${given[places.indexOf(-1)]}`);
  if (places.some((place, i) => i > 0 && place < places[i - 1]!)) return refuse(`order ${given.join(' ')}`);
  const missing = operation.order.find((key) => key.endsWith('!') && !given.includes(key.slice(0, -1)));
  if (missing !== undefined) return refuse(`${missing} is missing`);
  return operation.answer((typeof content === 'object' ? content : {}) as Tree);
}

function child(tree: unknown, key: string): unknown {
  return (tree as Tree | undefined)?.[key];
}

function faultXml(version: '1.1' | '1.2', { code, text }: Fault): string {
  return version === '1.1'
    ? `<Z:Fault><faultcode>Z:${code}</faultcode><faultstring>${text}</faultstring></Z:Fault>`
    : `<Z:Fault><Z:Code><Z:Value>Z:${code}</Z:Value></Z:Code><Z:Reason><Z:Text xml:lang="en">${text}</Z:Text></Z:Reason></Z:Fault>`;
}

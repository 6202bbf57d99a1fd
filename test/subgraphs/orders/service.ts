import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, expect } from 'vitest';
import { startOrders } from '../../../subgraphs/orders/backend/server.ts';
import type { OrdersBackend } from '../../../subgraphs/orders/backend/server.ts';
import { readDocument } from '../../../subgraphs/orders/backend/xml/read.ts';
import type { XmlElement } from '../../../subgraphs/orders/backend/xml/read.ts';

export const ORDERS = 'urn:example:orders:v1';
export const MONEY = 'urn:example:money';
export const SHIPPING = 'urn:example:shipping';
export const XSI_NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil';

export interface XmlResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The document as characters, decoded as its content type says. */
  readonly source: string;
  readonly root: XmlElement;
}

/** The real service on free ports with a database of its own, for the life of the test file. */
export function ordersService(): {
  readonly url: (path: string) => string;
  readonly backend: () => OrdersBackend;
  readonly call: (path: string, init?: RequestInit) => Promise<XmlResponse>;
} {
  let backend: OrdersBackend;
  beforeAll(async () => {
    backend = await startOrders({ httpPort: 0, adminPort: 0, host: '127.0.0.1', database: ':memory:' });
  });
  afterAll(() => backend.close());
  const url = (path: string): string => `http://127.0.0.1:${backend.ports.http}${path}`;
  const call = async (path: string, init?: RequestInit): Promise<XmlResponse> => {
    const response = await fetch(url(path), init);
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
  };
  return { url, backend: () => backend, call };
}

export function send(method: string, body: string | Buffer, contentType = 'application/xml'): RequestInit {
  return {
    method,
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': contentType },
  };
}

/** The children of that name, in the namespace of orders unless another is given. */
export function children(element: XmlElement, name: string, namespace = ORDERS): XmlElement[] {
  return element.children.filter((child) => child.name === name && child.namespace === namespace);
}

export function child(element: XmlElement, name: string, namespace = ORDERS): XmlElement {
  const found = children(element, name, namespace);
  expect(found, `one {${namespace}}${name} in ${element.name}`).toHaveLength(1);
  return found[0]!;
}

export function idsIn(element: XmlElement): string[] {
  return children(element, 'order').map((order) => order.attributes.get('id')!);
}

/** What a fault says: its code and the paths of its fields. */
export function faultOf(response: XmlResponse): { status: number; code: string; paths: string[] } {
  const { root, status } = response;
  expect([root.namespace, root.name]).toEqual(['urn:example:faults', 'fault']);
  return {
    status,
    code: child(root, 'code', root.namespace).text,
    paths: children(root, 'field', root.namespace).map((field) => field.attributes.get('path')!),
  };
}

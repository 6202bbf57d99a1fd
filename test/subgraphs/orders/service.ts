import { afterAll, beforeAll, expect } from 'vitest';
import type { XmlElement } from '../../../subgraphs/common/xml/read.ts';
import { startOrders } from '../../../subgraphs/orders/backend/server.ts';
import type { OrdersBackend } from '../../../subgraphs/orders/backend/server.ts';
import { fetchXml } from '../common/xml-response.ts';
import type { XmlResponse } from '../common/xml-response.ts';

export const ORDERS = 'urn:example:orders:v1';
export const MONEY = 'urn:example:money';
export const SHIPPING = 'urn:example:shipping';
export const XSI_NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil';

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
  const call = (path: string, init?: RequestInit): Promise<XmlResponse> => fetchXml(url(path), init);
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

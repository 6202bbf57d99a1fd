import { HttpFault } from '../../common/http/fault.ts';
import type { Answer, RequestHead, Route } from '../../common/http/route.ts';
import { xmlAnswer } from '../../common/xml/answer.ts';
import { wantedCharset } from '../../common/xml/encoding.ts';
import { readDocument } from '../../common/xml/read.ts';
import { attribute } from '../../common/xml/write.ts';
import type { OrderChanges } from './changes.ts';
import { readNewOrder, readOrderPatch } from './order-body.ts';
import { orderXml } from './order-xml.ts';
import { STATUSES, orderNumber } from './order.ts';
import type { Order, OrderStatus } from './order.ts';
import { countIds, cursorAt, idsOf, integerOf, invalid, positionAfter } from './parameters.ts';
import type { CustomerOrders, OrderQueries } from './queries.ts';
import { vocabulary } from './vocabulary.ts';
import type { SpellingName, Vocabulary } from './vocabulary.ts';

const MAX_PAGE_SIZE = 500;
const DEFAULT_PAGE_SIZE = 20;

/** The service's routes. Their names are those in the counters. */
export function orderRoutes(queries: OrderQueries, changes: OrderChanges): Route[] {
  const findOrder = (id: string): Order => {
    const number = orderNumber(id);
    const order = number === undefined ? undefined : queries.byNumber(number);
    if (order === undefined) throw new HttpFault(404, 'ORDER_NOT_FOUND', `There is no order ${id}.`);
    return order;
  };
  /** An order that is still in the house. */
  const findOpenOrder = (id: string): Order => {
    const order = findOrder(id);
    if (order.status === 'SHIPPED' || order.status === 'DELIVERED') {
      throw new HttpFault(
        409,
        'ORDER_ALREADY_SHIPPED',
        `The order ${id} has left the house; it cannot be changed.`,
      );
    }
    return order;
  };
  const orderAnswer = (
    order: Order,
    request: RequestHead,
    status = 200,
    headers: Readonly<Record<string, string>> = {},
  ): Answer => {
    const words = wordsFor(request, 'plain');
    return xmlAnswer(status, orderXml(order, words, words.declarations), words.charset, headers);
  };

  return [
    {
      name: 'GET /orders/{id}',
      keys: () => 1,
      handle: (request) => {
        const id = request.params[0]!;
        if (id === 'crash') throw crash();
        return orderAnswer(findOrder(id), request);
      },
    },
    {
      name: 'GET /orders',
      keys: ({ query }) => (query.has('ids') ? countIds(query) : 0),
      handle: (request) => {
        const ids = idsOf(request.query);
        if (ids === undefined) return pageAnswer(queries, request);
        const numbers = ids.map(orderNumber).filter((number) => number !== undefined);
        const words = wordsFor(request, 'prefixed');
        const o = words.orders;
        const orders = joinOrders(queries.byNumbers(numbers), words);
        return xmlAnswer(200, `<${o}orders${words.declarations}>${orders}</${o}orders>`, words.charset);
      },
    },
    {
      name: 'GET /customers/orders',
      keys: ({ query }) => countIds(query),
      handle: (request) => {
        const ids = idsOf(request.query);
        if (ids === undefined) throw invalid('ids', 'is required, such as ids=u1,u2');
        const words = wordsFor(request, 'prefixed');
        const o = words.orders;
        let customers = '';
        for (const found of ofCustomers(queries, ids, request.query)) {
          const orders = customerOrdersXml(found, words, '');
          customers += `<${o}customer id="${attribute(found.customerId)}">${orders}</${o}customer>`;
        }
        return xmlAnswer(
          200,
          `<${o}customers${words.declarations}>${customers}</${o}customers>`,
          words.charset,
        );
      },
    },
    {
      name: 'GET /customers/{id}/orders',
      keys: () => 1,
      handle: (request) => {
        const words = wordsFor(request, 'nested');
        const found = ofCustomers(queries, [request.params[0]!], request.query)[0]!;
        const root = `${words.declarations} customer="${attribute(found.customerId)}"`;
        return xmlAnswer(200, customerOrdersXml(found, words, root), words.charset);
      },
    },
    {
      name: 'POST /orders',
      handle: (request) => {
        const body = readDocument(request.body, request.headers['content-type']);
        const order = findOrder(`o${changes.place(readNewOrder(body, Date.now()))}`);
        return orderAnswer(order, request, 201, { location: `/orders/o${order.number}` });
      },
    },
    {
      name: 'PUT /orders/{id}',
      keys: () => 1,
      handle: (request) => {
        const id = request.params[0]!;
        const patch = readOrderPatch(readDocument(request.body, request.headers['content-type']));
        const order = findOpenOrder(id);
        if (order.status === 'CANCELLED') {
          throw new HttpFault(409, 'ORDER_CANCELLED', `The order ${id} is cancelled; it cannot be changed.`);
        }
        changes.patch(order, patch);
        return orderAnswer(findOrder(id), request);
      },
    },
    {
      // Cancelling twice is the same as once, so that a caller may repeat it.
      name: 'DELETE /orders/{id}',
      keys: () => 1,
      handle: (request) => {
        const id = request.params[0]!;
        changes.setStatus(findOpenOrder(id), 'CANCELLED');
        return orderAnswer(findOrder(id), request);
      },
    },
  ];
}

function pageAnswer(queries: OrderQueries, request: RequestHead): Answer {
  const status = request.query.get('status') ?? undefined;
  if (status !== undefined && !isStatus(status))
    throw invalid('status', `must be one of ${STATUSES.join(', ')}`);
  const number = integerOf(request.query, 'page', { fallback: 1, min: 1, max: 1_000_000 });
  const size = integerOf(request.query, 'size', { fallback: DEFAULT_PAGE_SIZE, min: 1, max: MAX_PAGE_SIZE });
  const totalElements = queries.count(status);
  const totalPages = Math.ceil(totalElements / size);
  const words = wordsFor(request, 'plain');
  const o = words.orders;
  const next = number < totalPages ? ` next="${number + 1}"` : '';
  const page =
    `<${o}page number="${number}" size="${size}" totalElements="${totalElements}" ` +
    `totalPages="${totalPages}"${next}/>`;
  const orders = joinOrders(queries.page(status, size, (number - 1) * size), words);
  return xmlAnswer(200, `<${o}orders${words.declarations}>${page}${orders}</${o}orders>`, words.charset);
}

function isStatus(status: string): status is OrderStatus {
  return (STATUSES as readonly string[]).includes(status);
}

function ofCustomers(
  queries: OrderQueries,
  ids: readonly string[],
  query: URLSearchParams,
): CustomerOrders[] {
  const first = integerOf(query, 'first', { fallback: DEFAULT_PAGE_SIZE, min: 0, max: MAX_PAGE_SIZE });
  return queries.ofCustomers(ids, first, positionAfter(query));
}

function customerOrdersXml(found: CustomerOrders, words: Vocabulary, rootAttributes: string): string {
  const o = words.orders;
  const position = found.offset + found.orders.length;
  const endCursor = found.orders.length === 0 ? '' : ` endCursor="${cursorAt(position)}"`;
  const attributes = `${rootAttributes} total="${found.total}" hasNext="${position < found.total}"${endCursor}`;
  return `<${o}orders${attributes}>${joinOrders(found.orders, words)}</${o}orders>`;
}

function joinOrders(orders: readonly Order[], words: Vocabulary): string {
  let xml = '';
  for (const order of orders) xml += orderXml(order, words);
  return xml;
}

function wordsFor(request: RequestHead, spelling: SpellingName): Vocabulary {
  return vocabulary(spelling, wantedCharset(request.query, request.headers));
}

/** What a careless service shows to the world: the gateway in front has to keep it from clients. */
function crash(): HttpFault {
  const error = new Error('NullPointerException at jdbc:legacy://10.0.0.17:1521/ORDERS');
  return new HttpFault(500, 'INTERNAL_ERROR', error.message, { stackTrace: error.stack ?? '' });
}

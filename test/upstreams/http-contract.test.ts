import { createGraphqlUpstream } from '../../gateway/upstreams/graphql.ts';
import { createJsonUpstream } from '../../gateway/upstreams/json.ts';
import { createXmlUpstream } from '../../gateway/upstreams/xml.ts';
import { describeUpstreamContract } from './contract.ts';
import { BUSINESS_MESSAGE, MAX_RESPONSE_BYTES, SERVER_ERROR_TEXT, startHttpHarness } from './http-backend.ts';

const maxResponseBytes = MAX_RESPONSE_BYTES;

describeUpstreamContract('json', () =>
  startHttpHarness({
    contentType: 'application/json; charset=utf-8',
    ok: '{"orders":[{"id":"7","total":9007199254740993}]}',
    data: { orders: [{ id: '7', total: '9007199254740993' }] },
    businessError: { status: 409, body: JSON.stringify({ title: 'Conflict', detail: BUSINESS_MESSAGE }) },
    serverError: JSON.stringify({ message: SERVER_ERROR_TEXT }),
    garbage: '{"orders":',
    hugeStart: '"',
    connect: (baseUrl, name) => createJsonUpstream({ name, baseUrl: `${baseUrl}/api/`, maxResponseBytes }),
    request: (scenario) => ({
      operation: `GET /${scenario}`,
      input: { method: 'GET', path: `/${scenario}` },
      idempotent: true,
    }),
  }),
);

describeUpstreamContract('xml', () =>
  startHttpHarness({
    contentType: 'application/xml',
    ok: '<o:orders xmlns:o="urn:orders"><o:order id="007"/></o:orders>',
    data: { orders: { order: { '@id': '007' } } },
    businessError: {
      status: 409,
      body: `<fault><code>SHIPPED</code><message>${BUSINESS_MESSAGE}</message></fault>`,
    },
    serverError: `<fault><message>${SERVER_ERROR_TEXT}</message></fault>`,
    garbage: '<orders><order></orders>',
    hugeStart: '<orders>',
    connect: (baseUrl, name) => createXmlUpstream({ name, baseUrl, maxResponseBytes }),
    request: (scenario) => ({
      operation: `POST /${scenario}`,
      input: { method: 'POST', path: `/${scenario}`, body: { q: 'x' }, namespaces: { '': 'urn:orders' } },
      idempotent: false,
    }),
  }),
);

describeUpstreamContract('graphql', () =>
  startHttpHarness({
    contentType: 'application/graphql-response+json',
    ok: '{"data":{"me":{"id":"1"}}}',
    data: { data: { me: { id: '1' } } },
    // Not a GraphQL result (it has neither data nor errors), so that the status counts.
    businessError: { status: 409, body: JSON.stringify({ message: BUSINESS_MESSAGE }) },
    serverError: JSON.stringify({ message: SERVER_ERROR_TEXT }),
    garbage: '{"data":',
    hugeStart: '"',
    connect: (baseUrl, name) =>
      createGraphqlUpstream({ name, baseUrl: `${baseUrl}/graphql`, maxResponseBytes }),
    request: (scenario) => ({
      operation: 'query',
      input: { body: JSON.stringify({ query: scenario }) },
      idempotent: true,
    }),
  }),
);

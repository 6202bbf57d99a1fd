import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamResponse, Upstream, XmlInput } from '../../gateway/upstreams/upstream.ts';
import { createXmlUpstream, type XmlUpstreamOptions } from '../../gateway/upstreams/xml.ts';
import { callOptions, failure } from './contract.ts';
import { serve, writeEndlessly } from './http-backend.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
});

async function upstreamFor(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<XmlUpstreamOptions> = {},
): Promise<Upstream<XmlInput>> {
  const server = await serve(handler);
  const upstream = createXmlUpstream({ name: 'orders', ...options, baseUrl: server.baseUrl });
  cleanUp.push(
    () => server.stop(),
    () => upstream.close(),
  );
  return upstream;
}

const answering = (
  type: string | undefined,
  body: string | Buffer,
  status = 200,
  options?: Partial<XmlUpstreamOptions>,
): Promise<Upstream<XmlInput>> =>
  upstreamFor((_request, response) => {
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(status).end(body);
  }, options);

function call(upstream: Upstream<XmlInput>, input: Partial<XmlInput> = {}): Promise<UpstreamResponse> {
  const request = { method: 'GET', path: '/', namespaces: {}, ...input } as const;
  return upstream.call({ operation: 'GET /', input: request, idempotent: true }, callOptions());
}

describe('an answer of the xml wire', () => {
  it.each(['application/xml', 'text/xml; charset="utf-8"', 'application/soap+xml', undefined])(
    'is XML under the content type %s',
    async (type) => {
      expect((await call(await answering(type, '<a id="007">ü</a>'))).data).toEqual({
        a: { '@id': '007', '#text': 'ü' },
      });
    },
  );

  it('is null if it is empty', async () => {
    expect(await call(await answering(undefined, '', 204))).toMatchObject({ data: null, status: 204 });
  });

  it('is read in ISO-8859-1 or UTF-16 if it says so', async () => {
    const latin1 = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>grün</a>', 'latin1');
    expect((await call(await answering('application/xml', latin1))).data).toEqual({ a: 'grün' });
    const utf16 = Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a>grün</a>', 'utf16le');
    expect((await call(await answering('application/xml', utf16))).data).toEqual({ a: 'grün' });
  });

  it.each([
    ['text/html', '<html/>', '"text/html"'],
    ['application/json', '{}', '"application/json"'],
    ['application/xml', '<a><b></a>', 'closing tag does not match (line 1, column 7)'],
    ['application/xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'DOCTYPE'],
    ['application/xml; charset=utf-8', Buffer.from('<a>ü</a>', 'latin1'), 'encoding utf-8'],
    ['application/xml; charset=ebcdic', '<a/>', 'not supported'],
  ])('%s that cannot be read is a bad response that says why', async (type, body, reason) => {
    const error = await failure(call(await answering(type, body)));
    expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('passwd');
  });

  it('nested too deeply or with too many elements is too large, by the configured limits', async () => {
    const deep = await answering('application/xml', '<a>'.repeat(100_000));
    expect((await failure(call(deep))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
    const many = await answering('application/xml', '<a><b/><b/></a>', 200, { limits: { maxNodes: 2 } });
    expect((await failure(call(many))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  });

  it('of 100 MB and more is left at the limit, with bounded memory', async () => {
    const written = Promise.withResolvers<number>();
    const upstream = await upstreamFor(
      (_request, response) => {
        response.setHeader('content-type', 'application/xml');
        void writeEndlessly(response, '<a>').then(written.resolve);
      },
      { maxResponseBytes: 5_000_000 },
    );
    expect((await failure(call(upstream))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
    expect(await written.promise).toBeLessThan(30_000_000);
  });

  it('compressed 1,000 times over the limit does no harm', async () => {
    const bomb = zlib.gzipSync(`<a>${' '.repeat(20_000_000)}</a>`);
    const upstream = await upstreamFor(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/xml', 'content-encoding': 'gzip' }).end(bomb);
      },
      { maxResponseBytes: 100_000 },
    );
    expect((await failure(call(upstream))).code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  });
});

describe('a fault of an xml backend', () => {
  it.each([
    [
      'application/xml',
      '<f:fault xmlns:f="urn:f"><f:code>E7</f:code><f:message>Shipped.</f:message></f:fault>',
      'Shipped.',
      'E7',
    ],
    [
      'text/xml',
      '<s:Envelope xmlns:s="urn:s"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>',
      'No.',
      's:Client',
    ],
    ['application/problem+json', '{"title":"Conflict","detail":"Shipped."}', 'Shipped.', undefined],
  ])('under %s gives message and code of a 4xx', async (type, body, message, code) => {
    const error = await failure(call(await answering(type, body, 409)));
    expect(error).toMatchObject({ code: 'CONFLICT', message });
    expect(error.extensions['httpStatus']).toBe(409);
    expect(error.extensions['faultCode']).toBe(code);
  });

  it.each([
    ['application/xml', '<fault><message>No'],
    ['application/xml', '<!DOCTYPE a><fault><message>No.</message></fault>'],
    ['text/html', '<h1>No.</h1>'],
    [undefined, ''],
  ])('that cannot be read is a refusal all the same (%s, %j)', async (type, body) => {
    const error = await failure(call(await answering(type, body, 404)));
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The service "orders" answered with status 404.',
    });
  });
});

describe('a SOAP fault', () => {
  const envelope = (fault: string) =>
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>${fault}</e:Fault></e:Body></e:Envelope>`;
  const fault11 = (code: string) =>
    envelope(`<faultcode>e:${code}</faultcode><faultstring>at /srv/secret.cs</faultstring><detail/>`);
  const fault12 = (code: string, sub = '') =>
    envelope(
      `<e:Code><e:Value>e:${code}</e:Value>${sub}</e:Code><e:Reason><e:Text xml:lang="en">at /srv/secret.cs</e:Text></e:Reason>`,
    );

  it.each([
    [500, fault11('Client'), 'INVALID_ARGUMENT', 'Client'],
    [500, fault11('Client.Authentication'), 'INVALID_ARGUMENT', 'Client.Authentication'],
    [500, fault11('Server'), 'UPSTREAM_ERROR', 'Server'],
    [200, fault11('Server'), 'UPSTREAM_ERROR', 'Server'],
    [500, fault11('MustUnderstand'), 'UPSTREAM_UNIMPLEMENTED', 'MustUnderstand'],
    [500, fault12('Receiver'), 'UPSTREAM_ERROR', 'Receiver'],
    [
      200,
      fault12('Sender', '<e:Subcode><e:Value>q:NoSuchUser</e:Value></e:Subcode>'),
      'INVALID_ARGUMENT',
      'NoSuchUser',
    ],
  ])('with status %s is an error whose text is for the log', async (status, body, code, faultCode) => {
    const namespaces = { soap: 'http://schemas.xmlsoap.org/soap/envelope/' };
    const error = await failure(call(await answering('text/xml', body, status), { namespaces }));
    expect(error).toMatchObject({ code, message: 'The service "orders" answered with a SOAP fault.' });
    expect(error.extensions).toEqual({ httpStatus: status, faultCode, service: 'orders' });
    expect(error.cause).toMatchObject({ message: 'at /srv/secret.cs' });
  });

  it('that cannot be read, or comes from a proxy, is the failure that the status tells', async () => {
    for (const [type, body, status] of [
      ['text/xml', '<e:Envelope', 500],
      ['text/html', fault11('Client'), 500],
      ['text/xml', fault11('Client'), 503],
    ] as const) {
      const error = await failure(call(await answering(type, body, status)));
      expect(error.message).toBe(`The service "orders" answered with status ${status}.`);
    }
  });

  it('is none in a document that only looks like one', async () => {
    for (const body of [
      '<Envelope><Body><a/></Body></Envelope>',
      '<Fault/>',
      '<a><Fault/></a>',
      '<Envelope/>',
    ])
      expect((await call(await answering('text/xml', body))).status).toBe(200);
  });
});

describe('a body of the xml wire', () => {
  const echo = (): Promise<Upstream<XmlInput>> =>
    upstreamFor((request, response) => {
      void readText(request).then((body) => {
        response.setHeader('content-type', 'application/xml');
        response.setHeader('x-type', request.headers['content-type'] ?? 'none');
        response.setHeader('x-accept', request.headers.accept ?? 'none');
        response.end(body);
      });
    });

  it('is a tree with namespaces, sent as UTF-8', async () => {
    const body = { order: { '@id': '7', 'm:total': { '@currency': 'EUR', '#text': 'ü12.50' }, note: null } };
    const namespaces = { '': 'urn:orders', m: 'urn:money' };
    const answer = await call(await echo(), { method: 'POST', body, namespaces });
    expect(answer.data).toEqual(body);
    expect(answer.headers).toMatchObject({
      'x-type': 'application/xml; charset=utf-8',
      'x-accept': 'application/xml, text/xml;q=0.9',
    });
  });

  it('is absent for a GET', async () => {
    const answer = await call(await echo());
    expect(answer).toMatchObject({ data: null, headers: { 'x-type': 'none' } });
  });

  it.each([
    [{ order: { note: 'a\0b' } }, {}, '"order.note" has a character'],
    [{ a: '1', b: '2' }, {}, '2 root elements'],
    [{ a: '1' }, { 'content-type': 'application/xml; charset=iso-8859-1' }, 'UTF-8'],
  ])('that cannot be written is refused with the place, before it is sent', async (body, headers, reason) => {
    const error = await failure(call(await echo(), { method: 'POST', body, headers }));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(reason);
  });
});

import type { ServerHttp2Stream } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';
import { startFakeGrpc, startFakeHttp } from './fake-backends.ts';
import type { FakeBackend, GrpcAnswer, HttpAnswer } from './fake-backends.ts';

const MEGABYTE = 1024 * 1024;
/** What an honest answer of the size limit (10 MiB) may cost in all its forms, several times over. */
const MAX_GROWTH_BYTES = 300 * MEGABYTE;

let demo: Demo;
let xml: FakeBackend<HttpAnswer>;
let json: FakeBackend<HttpAnswer>;
let grpc: FakeBackend<GrpcAnswer>;
let residentBytes: number;
beforeAll(async () => {
  [xml, json, grpc] = await Promise.all([startFakeHttp(), startFakeHttp(), startFakeGrpc()]);
  demo = await startDemo(({ upstreams, connectors }) => {
    upstreams['orders']!['url'] = `http://127.0.0.1:${xml.port}`;
    upstreams['users']!['address'] = `127.0.0.1:${grpc.port}`;
    connectors.sources['products.reviews']!['baseUrl'] = `http://127.0.0.1:${json.port}`;
  });
  await demo.gateway.data('{ warehouses { code } }');
  residentBytes = demo.gateway.residentBytes();
});
afterAll(async () => {
  await demo?.stop();
  for (const fake of [xml, json, grpc]) fake?.stop();
});

/** The process is the same one, has not eaten the memory, and answers. */
afterEach(async () => {
  expect(await demo.gateway.data('{ warehouses { code } }')).toMatchObject({ warehouses: { length: 6 } });
  expect(demo.gateway.residentBytes() - residentBytes).toBeLessThan(MAX_GROWTH_BYTES);
});

const BAD = 'UPSTREAM_BAD_RESPONSE';
const LARGE = 'UPSTREAM_RESPONSE_TOO_LARGE';
const GONE = 'UPSTREAM_UNAVAILABLE';

/** The field is null, its error has the code and names the service, and the field beside it is there. */
async function refuses(field: string, code: string, service: string): Promise<void> {
  const { data, errors } = await demo.gateway.ask(`{ hostile: ${field} fine: warehouses { code } }`);
  expect(data.fine).toHaveLength(6);
  expect(data.hostile).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code, service } }]);
  expect(errors![0]!.path![0]).toBe('hostile');
}

const send =
  (type: string, body: string | Buffer, headers = {}): HttpAnswer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);
const sendXml = (body: string | Buffer, headers = {}) => send('application/xml', body, headers);

/** A hundred megabytes, as fast as they are taken. */
const endless =
  (type: string, start: string, chunk: string): HttpAnswer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type }).write(start);
    let left = 100 * MEGABYTE;
    const more = (): void => {
      while (left > 0) {
        left -= chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  };

const NAMESPACE = 'xmlns="urn:example:orders:v1"';
const ORDER = `<order ${NAMESPACE} id="o1" status="PAID" channel="web"><customer ref="u1"/></order>`;
const LAUGHS = `<!DOCTYPE order [<!ENTITY a "ha">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghij'[index]};`.repeat(10)}">`)
  .join('')}]><order ${NAMESPACE} id="&j;"/>`;
const HUNDRED_MEGABYTES_ZIPPED = gzipSync(Buffer.alloc(100 * MEGABYTE, ' '));

describe('an XML service', () => {
  test.each<[string, string, HttpAnswer]>([
    ['expands entities (billion laughs)', BAD, sendXml(LAUGHS)],
    [
      'names a file as an external entity',
      BAD,
      sendXml(`<!DOCTYPE order [<!ENTITY x SYSTEM "file:///etc/passwd">]><order ${NAMESPACE} id="&x;"/>`),
    ],
    ['sends 100 MB', LARGE, endless('application/xml', `<order ${NAMESPACE}>`, '<x>y</x>'.repeat(8192))],
    [
      'sends 100 MB in a small compressed body',
      LARGE,
      sendXml(HUNDRED_MEGABYTES_ZIPPED, { 'content-encoding': 'gzip' }),
    ],
    ['nests without end', LARGE, sendXml(`<order ${NAMESPACE}>${'<a>'.repeat(100_000)}`)],
    [
      'nests deeply but well',
      LARGE,
      sendXml(`<order ${NAMESPACE}>${'<a>'.repeat(9999)}${'</a>'.repeat(9999)}</order>`),
    ],
    ['answers in HTML', BAD, send('text/html', '<html><body>Welcome</body></html>')],
    ['calls HTML XML', BAD, sendXml('<html><br></html>')],
    ['answers in JSON', BAD, send('application/json', '{"order":{"id":"o1"}}')],
    ['stops in the middle of an element', BAD, sendXml(`<order ${NAMESPACE} id="o1"><cust`)],
    ['has two roots', BAD, sendXml(ORDER + ORDER)],
    ['is not UTF-8 as it says', BAD, sendXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61]))],
    ['sends an attribute twice', BAD, sendXml(ORDER.replace('id="o1"', 'id="o1" id="o2"'))],
    ['says that bytes are compressed', BAD, sendXml(ORDER, { 'content-encoding': 'gzip' })],
    [
      'breaks off',
      GONE,
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/xml', 'content-length': 5000 });
        response.write(ORDER, () => response.destroy());
      },
    ],
    ['hangs up', GONE, (request) => request.destroy()],
    [
      'answers in something that is not HTTP',
      BAD,
      (request) => void request.socket.write('SSH-2.0-x\r\n\r\n'),
    ],
    [
      'sends elsewhere',
      'UPSTREAM_ERROR',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ],
    ['leaves out what must be there', BAD, sendXml(`<order ${NAMESPACE} id="o1" status="PAID"/>`)],
  ])('that %s', async (_, code, answer) => {
    xml.answer = answer;
    await refuses('order(id: "o1") { id channel }', code, 'orders');
  });
});

test('an XML answer is read by namespaces: the same names of another one are another document', async () => {
  xml.answer = sendXml('<order xmlns="urn:other" id="o1" status="PAID" channel="web"/>');
  const { data, errors } = await demo.gateway.ask('{ order(id: "o1") { id } }');
  expect(data).toEqual({ order: null });
  expect(errors).toMatchObject([{ path: ['order'], extensions: { code: BAD, service: 'orders' } }]);
});

describe('a JSON service', () => {
  const field = 'product(sku: "000001") { reviews { id body } }';
  test.each<[string, string, HttpAnswer]>([
    ['sends 100 MB', LARGE, endless('application/json', '[', '"xxxxxxx",'.repeat(8192))],
    ['nests without end', BAD, send('application/json', '['.repeat(1_000_000))],
    ['answers in HTML', 'UPSTREAM_KEY_MISMATCH', send('text/html', '<html></html>')],
    ['stops in the middle', BAD, send('application/json', '[{"sku":"000001","reviews":[')],
    ['sends the key of another', 'UPSTREAM_KEY_MISMATCH', send('application/json', '[{"sku":"000002"}]')],
    [
      'sends a key twice',
      'UPSTREAM_KEY_MISMATCH',
      send('application/json', '[{"sku":"000001","reviews":[]},{"sku":"000001","reviews":[]}]'),
    ],
    ['sends text where a list belongs', BAD, send('application/json', '[{"sku":"000001","reviews":"none"}]')],
  ])('that %s', async (_, code, answer) => {
    json.answer = answer;
    const { data, errors } = await demo.gateway.ask(`{ hostile: ${field} fine: warehouses { code } }`);
    expect(data).toMatchObject({ hostile: { reviews: null }, fine: { length: 6 } });
    expect(errors).toMatchObject([
      { path: ['hostile', 'reviews'], extensions: { code, service: 'products.reviews' } },
    ]);
  });

  test('that tries to change what all objects have', async () => {
    json.answer = send(
      'application/json',
      '[{"sku":"000001","__proto__":{"polluted":true},"reviews":[],"constructor":{"prototype":{"x":1}}}]',
    );
    expect(await demo.gateway.data(`{ ${field} }`)).toEqual({ product: { reviews: [] } });
  });
});

describe('a gRPC service', () => {
  const OK = { 'grpc-status': '0' };
  /** A length-prefixed message, whose length need not be true. */
  const frame = (bytes: Buffer, length = bytes.length): Buffer => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(length, 1);
    return Buffer.concat([prefix, bytes]);
  };
  const respond = (stream: ServerHttp2Stream, body: Buffer, type = 'application/grpc'): void => {
    stream.on('wantTrailers', () => stream.sendTrailers(OK));
    stream.respond({ ':status': 200, 'content-type': type }, { waitForTrailers: true });
    stream.end(body);
  };
  const user = Buffer.from('\u000a\u0002u1\u0012\u0003Ada', 'latin1');

  test.each<[string, string, GrpcAnswer]>([
    ['stops in the middle of a message', BAD, (stream) => respond(stream, frame(user, 500))],
    ['promises four gigabytes', LARGE, (stream) => respond(stream, frame(user, 0xffffffff))],
    ['sends bytes that are no message', BAD, (stream) => respond(stream, frame(Buffer.alloc(40, 0xff)))],
    [
      'sends text that is not UTF-8',
      BAD,
      (stream) => respond(stream, frame(Buffer.from([0x0a, 2, 0xc3, 0x28]))),
    ],
    ['sends no message', BAD, (stream) => respond(stream, Buffer.alloc(0))],
    [
      'answers in HTML',
      BAD,
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' });
        stream.end('<html><body>Welcome</body></html>');
      },
    ],
    [
      'sends 100 MB',
      LARGE,
      (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(frame(Buffer.alloc(0), 100 * MEGABYTE));
        let left = 100;
        const more = (): void => {
          while (left-- > 0 && !stream.destroyed) if (!stream.write(Buffer.alloc(MEGABYTE))) return;
        };
        stream.on('drain', more);
        more();
      },
    ],
    ['resets the stream', GONE, (stream) => stream.close(8)],
    ['drops the connection', GONE, (stream) => stream.session?.destroy()],
  ])('that %s', async (_, code, answer) => {
    grpc.answer = answer;
    await refuses('user(id: "u1") { id name }', code, 'users');
  });

  test('that says more of itself than clients may know', async () => {
    grpc.answer = (stream) => {
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': '13',
          'grpc-message': 'panic at /srv/users/main.ts:12:7 on 10.0.0.7:5432',
        },
        { endStream: true },
      );
    };
    await refuses('user(id: "u1") { id name }', 'UPSTREAM_ERROR', 'users');
  });
});

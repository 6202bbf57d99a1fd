import { describe, expect, test } from 'vitest';
import { createSharedText } from '../../gateway/front/shared-text.ts';

/** Data that counts how often it is turned into JSON. */
function countedData() {
  const counted = { times: 0 };
  const data = {
    get name() {
      counted.times++;
      return 'a "b"';
    },
  };
  return { data, counted };
}

describe('the JSON of data', () => {
  test('that several requests share is made once, whatever their number', () => {
    const { data, counted } = countedData();
    const { stringify } = createSharedText(new WeakSet([data]));
    const texts = Array.from({ length: 100 }, () => stringify({ data }));
    expect(new Set(texts)).toEqual(new Set(['{"data":{"name":"a \\"b\\""}}']));
    expect(counted.times).toBe(1);
  });

  test('that one request has is not kept', () => {
    const { data, counted } = countedData();
    const { stringify } = createSharedText(new WeakSet());
    for (let i = 0; i < 3; i++) stringify({ data });
    expect(counted.times).toBe(3);
  });

  test('is that of JSON.stringify, whatever else the body has', () => {
    const data = { a: [1, { b: null }] };
    const { stringify } = createSharedText(new WeakSet([data]));
    const bodies = [
      { data },
      { errors: undefined, data, extensions: undefined },
      { errors: [{ message: 'no' }], data },
      { errors: [{ message: 'no' }], data, extensions: { x: 1 } },
      { data, extensions: {} },
      { data: null, errors: [] },
      { errors: [{ message: 'no' }] },
    ];
    for (let round = 0; round < 3; round++)
      for (const body of bodies)
        expect(JSON.parse(stringify(body))).toEqual(JSON.parse(JSON.stringify(body)));
    expect(stringify({ errors: [1], data, extensions: { x: 1 } })).toBe(
      JSON.stringify({ errors: [1], data, extensions: { x: 1 } }),
    );
  });
});

describe('what is written', () => {
  test('for shared data is the same bytes every time, and for all else the text', () => {
    const data = { name: 'ü' };
    const { stringify, toSend } = createSharedText(new WeakSet([data]));
    const text = stringify({ data });
    const bytes = toSend(text);
    expect(bytes).toEqual(Buffer.from('{"data":{"name":"ü"}}'));
    expect(toSend(stringify({ data }))).toBe(bytes);
    expect(toSend('{"data":{"name":"u"}}')).toBe('{"data":{"name":"u"}}');
  });

  test('is forgotten when others have come, and still right', () => {
    const all = Array.from({ length: 20 }, (_, id) => ({ id }));
    const { stringify, toSend } = createSharedText(new WeakSet(all));
    const texts = all.map((data) => stringify({ data }));
    for (const [id, text] of texts.entries())
      expect(Buffer.from(toSend(text)).toString()).toBe(`{"data":{"id":${id}}}`);
  });
});

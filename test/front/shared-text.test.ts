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
    const text = createSharedText(new WeakSet([data]));
    const texts = Array.from({ length: 100 }, () => text({ data }));
    expect(new Set(texts)).toEqual(new Set(['{"data":{"name":"a \\"b\\""}}']));
    expect(counted.times).toBe(1);
  });

  test('that one request has is not kept', () => {
    const { data, counted } = countedData();
    const text = createSharedText(new WeakSet());
    for (let i = 0; i < 3; i++) text({ data });
    expect(counted.times).toBe(3);
  });

  test('is that of JSON.stringify, whatever else the body has', () => {
    const data = { a: [1, { b: null }] };
    const text = createSharedText(new WeakSet([data]));
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
      for (const body of bodies) expect(JSON.parse(text(body))).toEqual(JSON.parse(JSON.stringify(body)));
    expect(text({ errors: [1], data, extensions: { x: 1 } })).toBe(
      JSON.stringify({ errors: [1], data, extensions: { x: 1 } }),
    );
  });
});

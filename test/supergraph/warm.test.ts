import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { warm } from '../../gateway/supergraph/warm.ts';

const operations = ['hottest', 'hot', 'cool'].map((documentHash) => ({
  document: parse('{ a }'),
  operationName: undefined,
  documentHash,
}));

describe('warming', () => {
  test('prepares the hottest first, and gives way to everything else before each', async () => {
    const order: string[] = [];
    const others = setInterval(() => undefined, 1000);
    const request = (name: string) => setImmediate(() => order.push(name));
    request('request 1');
    const report = await warm({
      operations,
      prepare({ documentHash }) {
        order.push(documentHash);
        request(`request after ${documentHash}`);
        return documentHash !== 'hot';
      },
      timeoutMs: 60_000,
    });
    clearInterval(others);
    expect(order).toEqual([
      'request 1',
      'hottest',
      'request after hottest',
      'hot',
      'request after hot',
      'cool',
    ]);
    expect(report).toEqual({ compiled: 2, refused: 1, left: 0 });
  });

  test('ends with its time, and says what is left', async () => {
    const prepared: string[] = [];
    const report = await warm({
      operations,
      prepare({ documentHash }) {
        prepared.push(documentHash);
        const until = performance.now() + 5;
        while (performance.now() < until);
        return true;
      },
      timeoutMs: 4,
    });
    expect(report).toEqual({ compiled: 1, refused: 0, left: 2 });
    expect(prepared).toEqual(['hottest']);
  });
});

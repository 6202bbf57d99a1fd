import { expect, test } from 'vitest';
import { createBodyLimit } from '../../../gateway/policies/inbound/body-limit.ts';
import { createInboundContext } from '../../../gateway/policies/kinds.ts';
import { okResponse, requestOf } from '../contexts.ts';

const step = createBodyLimit({ bodyBytes: 10 }).wrap(async () => okResponse());
const run = (length?: string) => {
  const request = requestOf({ headers: length === undefined ? {} : { 'content-length': length } });
  return step(request, createInboundContext(request));
};

test('refuses a body that announces more than the limit, naming both', async () => {
  await expect(run('11')).rejects.toMatchObject({
    code: 'REQUEST_TOO_LARGE',
    message: expect.stringMatching(/11 bytes.*takes 10/),
  });
});

test('passes what is within the limit or says nothing', async () => {
  expect(await run('10')).toMatchObject({ status: 200 });
  expect(await run()).toMatchObject({ status: 200 });
});

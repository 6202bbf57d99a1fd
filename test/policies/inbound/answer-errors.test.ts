import { expect, test } from 'vitest';
import { SluiceError } from '../../../gateway/errors.ts';
import { createLog } from '../../../gateway/observe/log.ts';
import { createAnswerErrors } from '../../../gateway/policies/inbound/answer-errors.ts';
import { createInboundContext } from '../../../gateway/policies/kinds.ts';
import { requestOf } from '../contexts.ts';

async function answer(error: unknown, accept?: string) {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line) });
  const request = requestOf({ headers: accept === undefined ? {} : { accept } });
  const context = createInboundContext(request);
  const step = createAnswerErrors({ log }).wrap(() => Promise.reject(error));
  return { response: await step(request, context), context, lines };
}

test('a client error is shown with its code, status and facts, and not logged', async () => {
  const error = new SluiceError('REQUEST_TOO_LARGE', 'Too large.', { extensions: { maximum: 5 } });
  const { response, context, lines } = await answer(error);
  expect(response.status).toBe(413);
  expect(JSON.parse(response.body as string)).toEqual({
    errors: [{ message: 'Too large.', extensions: { code: 'REQUEST_TOO_LARGE', maximum: 5 } }],
  });
  expect(context.outcome).toBe('REQUEST_TOO_LARGE');
  expect(lines).toEqual([]);
});

test('the media type is the one that the client asked for', async () => {
  const error = new SluiceError('BAD_REQUEST', 'x');
  const modern = await answer(error, 'application/graphql-response+json');
  expect(modern.response.headers['content-type']).toContain('application/graphql-response+json');
  expect((await answer(error)).response.headers['content-type']).toContain('application/json');
});

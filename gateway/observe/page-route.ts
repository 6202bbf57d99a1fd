import { SluiceError } from '../errors.ts';
import { errorResponse } from '../http/error-response.ts';
import type { HttpHandler } from '../http/message.ts';

export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Serves a page that never changes; it is rendered when somebody asks first. */
export function createPageRoute(render: () => Page): HttpHandler {
  let page: Page | undefined;
  return async ({ method, headers: asked }) => {
    if (method !== 'GET' && method !== 'HEAD')
      return errorResponse(
        new SluiceError('BAD_REQUEST', 'The page is read with GET.'),
        { accept: asked['accept'], id: '' },
        { status: 405, headers: { allow: 'GET, HEAD' } },
      );
    const { html, headers } = (page ??= render());
    return { status: 200, headers: { ...headers }, body: html };
  };
}

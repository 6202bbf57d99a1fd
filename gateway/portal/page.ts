import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { PortalExample } from '../config/schema.ts';
import { PHONE_STYLE } from './phone-style.ts';

const require = createRequire(import.meta.url);

export interface PageOptions {
  readonly title: string;
  /** Where the page sends its requests, on its own origin; default `/graphql`. */
  readonly endpoint?: string;
  /** Tabs for a first visit; afterwards the browser remembers its own. */
  readonly examples: readonly PortalExample[];
}

/** The GraphiQL page: everything in one document, so that it works without a network. */
export interface Page {
  readonly html: Buffer;
  /** `html` in `content-encoding: gzip`. */
  readonly gzip: Buffer;
  readonly etag: string;
  /** Headers of the answer, except those of its encoding. */
  readonly headers: Readonly<Record<string, string>>;
}

const rendered = new WeakMap<PageOptions, Page>();

/** The page, made when these options first ask for it: its library is 9 MB that an API without visitors never loads. */
export function renderPage(options: PageOptions): Page {
  const known = rendered.get(options);
  if (known) return known;
  const page = render(options);
  rendered.set(options, page);
  return page;
}

type GraphiqlSettings = NonNullable<Parameters<typeof renderGraphiQL>[0]>;

function render(options: PageOptions): Page {
  const graphiql = require('@graphql-yoga/render-graphiql') as { renderGraphiQL: typeof renderGraphiQL };
  const settings = settingsOf(options);
  const template = graphiql.renderGraphiQL(settings);
  const document = withSettings(template, JSON.stringify(settings))
    .replace('<head>', `<head><meta name="viewport" content="width=device-width, initial-scale=1" />`)
    .replace('</head>', `<style>${PHONE_STYLE}</style></head>`)
    .trim();
  const html = Buffer.from(document);
  const etag = `"${hash('sha256', html, 'base64url')}"`;
  return {
    html,
    gzip: gzipSync(html),
    etag,
    headers: {
      etag,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy(document),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    },
  };
}

function settingsOf({ title, endpoint = '/graphql', examples }: PageOptions): GraphiqlSettings {
  const defaultTabs = examples.map(({ query, variables }) => ({
    query,
    variables: Object.keys(variables).length === 0 ? '' : JSON.stringify(variables, null, 2),
  }));
  return {
    // The library writes it into the document as HTML, twice.
    title: escapeHtml(title),
    endpoint,
    favicon: FAVICON,
    logo: LOGO,
    ...(defaultTabs.length === 0 ? {} : { defaultTabs }),
    inputValueDeprecation: true,
  };
}

/** The library writes its settings as bare JSON into a script, where `</script>` in a query would end it. */
function withSettings(html: string, settings: string): string {
  const at = html.lastIndexOf(settings);
  return html.slice(0, at) + settings.replaceAll('<', '\\u003c') + html.slice(at + settings.length);
}

/** Allows this one script, its workers, and requests to the own origin; nothing else. */
function contentSecurityPolicy(html: string): string {
  const from = html.indexOf('<script>') + '<script>'.length;
  const script = html.slice(from, html.lastIndexOf('</script>'));
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A gate in a channel. */
const LOGO =
  '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">' +
  '<path d="M4 4v24M28 4v24" stroke="#2a7ab8" stroke-width="4" stroke-linecap="round"/>' +
  '<path d="M9 6h14v9H9z" fill="#2a7ab8"/>' +
  '<path d="M8 21q4-4 8 0t8 0M8 27q4-4 8 0t8 0" fill="none" stroke="#4fb3e8" stroke-width="2.5" stroke-linecap="round"/></svg>';

const FAVICON = `data:image/svg+xml;base64,${Buffer.from(
  LOGO.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '),
).toString('base64')}`;

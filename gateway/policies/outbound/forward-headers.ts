import type { OutboundCall, RequestContext } from '../../context.ts';
import { SluiceError } from '../../errors.ts';
import type { Headers } from '../../upstreams/upstream.ts';
import type { OutboundPolicy } from '../kinds.ts';

/** Which headers a backend gets from the gateway. Names in any case. */
export interface HeaderRules {
  /** Names of the client's headers that are passed on, beside those of `DEFAULT_FORWARDED`. */
  readonly forward?: readonly string[];
  /** Headers with fixed values; they win over everything else. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Passed on to every backend: what correlates calls (W3C Trace Context) and what chooses the language. No credentials. */
export const DEFAULT_FORWARDED: readonly string[] = [
  'traceparent',
  'tracestate',
  'baggage',
  'accept-language',
];

/** They belong to one connection or one body (RFC 9110 section 7.6.1). */
const CONNECTION_HEADERS = new Set(
  'connection content-encoding content-length content-type host keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

export interface ForwardHeaders extends OutboundPolicy {
  /** The call with its headers, for whoever does not send it through the policies. */
  prepare(call: OutboundCall, context: RequestContext): OutboundCall;
}

/** Adds to each call the client's headers that its upstream is allowed to see, the fixed ones, and `x-request-id`. */
export function createForwardHeaders(
  options: { readonly rules?: ReadonlyMap<string, HeaderRules> } = {},
): ForwardHeaders {
  const compiled = new Map<string, CompiledRules>();
  for (const [upstream, rules] of options.rules ?? []) compiled.set(upstream, compile(upstream, rules));
  const fallback = compile('', {});

  const prepare = (call: OutboundCall, context: RequestContext): OutboundCall => {
    const { forward, set } = compiled.get(call.upstream) ?? fallback;
    const headers: Record<string, string> = {};
    for (const name of forward) {
      const value = context.headers[name];
      if (value !== undefined) headers[name] = value;
    }
    Object.assign(headers, call.options.headers, set);
    headers['x-request-id'] = context.requestId;
    return { ...call, options: { ...call.options, headers } };
  };

  return {
    name: 'forward-headers',
    wrap: (next) =>
      function forwardHeaders(call, context) {
        return next(prepare(call, context), context);
      },
    prepare,
  };
}

interface CompiledRules {
  readonly forward: readonly string[];
  readonly set: Headers;
}

function compile(upstream: string, rules: HeaderRules): CompiledRules {
  const names = [...DEFAULT_FORWARDED, ...(rules.forward ?? []).map((name) => name.toLowerCase())];
  const set = Object.fromEntries(
    Object.entries(rules.set ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const forbidden = [...names, ...Object.keys(set)].find((name) => CONNECTION_HEADERS.has(name));
  if (forbidden !== undefined) {
    throw new SluiceError(
      'INTERNAL_SERVER_ERROR',
      `The header "${forbidden}" belongs to the connection and cannot be passed on to the upstream "${upstream}". Remove it from its header rules.`,
    );
  }
  return { forward: [...new Set(names)], set };
}

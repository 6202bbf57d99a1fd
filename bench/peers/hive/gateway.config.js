// Hive Gateway as a performance-minded user runs it: no pages, no request log. Its deduplication of identical
// subgraph requests across clients is on, as it is by default, unless the bench measures it without.
const withoutDedupe = process.env.BENCH_WITHOUT_DEDUPE === '1';
const runtime =
  process.env.BENCH_PLANNER === 'rust' ? await import('@graphql-hive/router-runtime') : undefined;

export const gatewayConfig = {
  graphiql: false,
  landingPage: false,
  logging: 'warn',
  ...(runtime && { unifiedGraphHandler: runtime.unifiedGraphHandler }),
  ...(process.env.BENCH_INBOUND_DEDUPE === '1' && { inboundInflightRequestDeduplication: true }),
  ...(withoutDedupe && {
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  }),
};

import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql ships an ESM and a CommonJS build; Apollo's packages load the latter, and two copies do not mix.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: `${import.meta.dirname}/node_modules/graphql/index.js` }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});

import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  const { GATEWAY_URL = 'http://127.0.0.1:4000' } = loadEnv(mode, import.meta.dirname, 'GATEWAY_');
  // The gateway behind the page's own origin, so that no CORS is needed.
  const proxy = { '/graphql': GATEWAY_URL };
  return { server: { proxy }, preview: { proxy } };
});

import { defineConfig } from 'vite';

// The gateway behind the page's own origin, so that no CORS is needed.
const proxy = { '/graphql': 'http://127.0.0.1:4000' };

export default defineConfig({ server: { proxy }, preview: { proxy } });

import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The server that `npm run dev` and `npm run preview` pass calls on to.
const server = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const passedOn = Object.fromEntries(
  ['/admin', '/api', '/v1', '/v1beta', '/docs', '/openapi.json', '/livez', '/readyz', '/metrics'].map(
    (path) => [path, { target: server, headers: { origin: server } }],
  ),
);

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // A data: address in a style sheet or script is what the policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: passedOn },
  preview: {
    proxy: passedOn,
    // The policy of StaticSite.java: what breaks under it breaks here first.
    headers: {
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';" +
        " img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self';" +
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api =
  '^/(allocate|allocation-.*|audit|availability|config.json|health|imports|inventories|items|orders|ready|reports)';

export default defineConfig({
  // Relative, so that the built files work wherever they are put.
  base: './',
  plugins: [react()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    outDir: '../src/hikiate/console',
    emptyOutDir: true,
    target: 'es2023',
    manifest: 'manifest.json',
    // Fonts stay files of their own: each holds the characters of one range, and few are ever needed.
    assetsInlineLimit: 0,
  },
  server: { proxy: { [api]: 'http://127.0.0.1:8000' } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});

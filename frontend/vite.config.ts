import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Asks the browser for the two faces every page needs before the style sheet is read. */
function preloadFonts(): Plugin {
  return {
    name: 'tasktrack:preload-fonts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, ctx) {
        const files = Object.keys(ctx.bundle ?? {}).filter((name) =>
          /ibm-plex-sans-(latin|cyrillic)-wght-normal-.*\.woff2$/.test(name),
        );
        return files.map((name) => ({
          tag: 'link',
          injectTo: 'head' as const,
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${name}`, crossorigin: '' },
        }));
      },
    },
  };
}

const backend = process.env.TASKTRACK_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), preloadFonts()],
  build: {
    target: 'es2022',
    // Fonts and pictures stay files: the content policy allows no data: fonts.
    assetsInlineLimit: 0,
    manifest: true,
    sourcemap: false,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: backend, ws: true }, '/docs': backend, '/health': backend } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    env: { TZ: 'UTC' },
  },
});

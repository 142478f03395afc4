import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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

/** The service worker, with the names of everything a page may need without a line. */
function serviceWorker(): Plugin {
  return {
    name: 'tasktrack:service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const made = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name) || /plex-(sans|mono)-(latin|cyrillic)-(wght|400)-normal-.*\.woff2$/.test(name));
      const files = ['/', ...[...made, ...readdirSync('public').filter((name) => !name.startsWith('.'))].sort().map((name) => `/${name}`)];
      const version = createHash('sha256').update(files.join('\n'));
      for (const path of ['index.html', 'src/sw.js', ...readdirSync('public').filter((name) => !name.startsWith('.')).map((name) => `public/${name}`)]) version.update(readFileSync(path));
      const source = readFileSync('src/sw.js', 'utf8').replace('__VERSION__', version.digest('hex').slice(0, 16)).replace("['__FILES__']", () => JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

const backend = process.env.TASKTRACK_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), preloadFonts(), serviceWorker()],
  build: {
    target: 'es2022',
    // Fonts and pictures stay files: the content policy allows no data: fonts.
    assetsInlineLimit: 0,
    manifest: true,
    sourcemap: false,
    reportCompressedSize: false,
    // What every page needs in one file, and the icons in another: left alone, the bundler makes a file of everything that two screens
    // share, and a first page asks for ninety of them.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'icons', test: /@tabler/, minShareCount: 2 },
            { name: 'base', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: backend, ws: true }, '/docs': backend, '/health': backend } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    env: { TZ: 'UTC' },
  },
});

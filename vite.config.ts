import { defineConfig } from 'vite'

/** Lets a page use shared memory where the host sends these; nothing depends on it. */
export const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

export default defineConfig({
  root: 'web',
  base: './',
  worker: { format: 'es' },
  server: { headers: isolation, fs: { allow: ['..'] } },
  preview: { headers: isolation },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', sourcemap: true },
})

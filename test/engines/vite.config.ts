import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The simulation and all shipped scenarios as one classic script, for shells of engines that know neither modules nor files. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  logLevel: 'warn',
  build: {
    outDir: 'dist/engines',
    emptyOutDir: true,
    target: 'es2020',
    minify: false,
    lib: {
      entry: fileURLToPath(new URL('./bundle.ts', import.meta.url)),
      formats: ['iife'],
      name: 'blackstart',
      fileName: () => 'histories.js',
    },
  },
})

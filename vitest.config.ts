import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 60_000,
    // Nothing keeps state between tests but the registry of row kinds, which only grows: modules are loaded once for all files.
    isolate: false,
    maxWorkers: '100%',
  },
})

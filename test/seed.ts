/** Generated worlds are the same in every run of the tests, so that a red one can be seen again. A test may say its own seed. */
import fc from 'fast-check'

fc.configureGlobal({ seed: 20_120_629 })

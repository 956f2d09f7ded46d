/** The page's languages: one typed dictionary for each, and how each writes numbers. */
import { en, type Words } from './en.ts'
import { zh } from './zh.ts'

export type { Words }

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

export const dictionaries: Readonly<Record<Language, Words>> = { en, zh }

/** For `lang` attributes and `Intl`. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-Hans-CN' }

/** The first language that the reader's browser asks for and the page speaks. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    for (const language of LANGUAGES) if (tag.toLowerCase().startsWith(language)) return language
  }
  return 'en'
}

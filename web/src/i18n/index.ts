import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from './en.json';

export type Messages = typeof en;
export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];
const KEPT = 'hikiate-language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Messages };
  }
}

// Only the words of the language that is shown are loaded. Both files have the same keys: a test sees to it.
const WORDS: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en.json'),
  ja: () => import('./ja.json'),
};

/** Starts in the language chosen before, else the browser's. */
export async function startLanguage(): Promise<void> {
  const wanted = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
  await i18next.use(initReactI18next).init({
    resources: {},
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await show(LANGUAGES.find((language) => language === wanted) ?? 'en');
}

/** Shows everything in the other language, now and next time. */
export async function switchLanguage(): Promise<void> {
  const next = i18next.language === 'ja' ? 'en' : 'ja';
  localStorage.setItem(KEPT, next);
  await show(next);
}

async function show(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await WORDS[language]()).default);
  }
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { ja } from './ja';

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];
const KEPT = 'hikiate-language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** Starts in the language chosen before, else the browser's. */
export function startLanguage(): void {
  const kept = localStorage.getItem(KEPT);
  const wanted = kept ?? navigator.language.slice(0, 2);
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, ja: { translation: ja } },
    lng: wanted === 'ja' ? 'ja' : 'en',
    fallbackLng: 'en',
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = i18next.language;
}

/** Shows everything in the other language, now and next time. */
export async function switchLanguage(): Promise<void> {
  const next: Language = i18next.language === 'ja' ? 'en' : 'ja';
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  await i18next.changeLanguage(next);
}

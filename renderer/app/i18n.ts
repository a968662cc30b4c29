import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from '../locales/en.ts';
import { zh } from '../locales/zh.ts';
import type { Language } from '../stores/preferences.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const LANGUAGE_TAGS = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Language, string>;

/** Both languages are in the bundle: nothing is fetched, and switching is immediate. */
export async function startTranslation(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  markLanguage(language);
}

export async function switchLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  markLanguage(language);
}

function markLanguage(language: Language): void {
  document.documentElement.lang = LANGUAGE_TAGS[language];
}

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Lang = 'ru' | 'en';
const KEY = 'tt.language';

const catalogues: Record<Lang, () => Promise<{ default: Record<string, unknown> }>> = {
  ru: () => import('../locales/ru'),
  en: () => import('../locales/en'),
};

/** Stored choice, else what the page was served with (scheme.js looked at the browser). */
export function firstLanguage(): Lang {
  return document.documentElement.lang === 'en' ? 'en' : 'ru';
}

async function load(language: Lang): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  i18next.addResourceBundle(language, 'translation', (await catalogues[language]()).default);
}

export async function startI18n(language: Lang = firstLanguage()): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      fallbackLng: false,
      resources: {},
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
      showSupportNotice: false,
    } as Parameters<typeof i18next.init>[0]);
  }
  await setLanguage(language, false);
}

export async function setLanguage(language: Lang, keep = true): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (!keep) return;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice lasts for this page then.
  }
}

export function language(): Lang {
  return i18next.language === 'en' ? 'en' : 'ru';
}
